#ifndef PARLEY_CNCURSES_H
#define PARLEY_CNCURSES_H
int parley_ncurses_placeholder(void);
#endif
