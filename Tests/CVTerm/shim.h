// libvterm, the terminal emulator that reads the program's screen in the tests.
#include <vterm.h>
