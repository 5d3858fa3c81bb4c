// A file of its own, because <term.h> defines macros for plain words such as "columns".
#include "cncurses.h"

#include <string.h>
#include <term.h>

int curses_load(const char *type, int fd) {
    int found = 0;
    // Given a place for the error, setupterm returns instead of ending the process.
    if (setupterm(type, fd, &found) == OK) return 1;
    return found < 0 ? -1 : 0;
}

const char *curses_string(const char *name) {
    const char *value = tigetstr(name);
    return value == (const char *)-1 ? NULL : value;
}

attr_t curses_strikethrough(void) {
    const char *strike = curses_string("smxx");
    if (!strike || strcmp(strike, "\033[9m") != 0) return 0;
    // In curses' own copy of the description, sgr writes 5 for its fourth flag, blink. Nothing here blinks, and 9
    // (strikethrough) is as long: the flag strikes through from now on.
    char *blink = (char *)curses_string("sgr");
    blink = blink ? strstr(blink, "%p4%t;5%;") : NULL;
    if (!blink) return 0;
    blink[strlen("%p4%t;")] = '9';
    return A_BLINK;
}
