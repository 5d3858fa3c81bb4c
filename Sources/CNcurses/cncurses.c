#include "cncurses.h"
#define _XOPEN_SOURCE_EXTENDED 1
#include <curses.h>
int parley_ncurses_placeholder(void) { return 0; }
