// Apart from the rest, because <term.h> makes macros of plain words such as "columns".
#include "cncurses.h"

#include <stdlib.h>
#include <string.h>
#include <term.h>

int curses_load(const char *type, int fd) {
    int found = 0;
    // With a place for the error, setupterm returns instead of ending the process.
    if (setupterm(type, fd, &found) == OK) return 1;
    return found < 0 ? -1 : 0;
}

const char *curses_string(const char *name) {
    const char *value = tigetstr(name);
    return value == (const char *)-1 ? NULL : value;
}

void curses_enable_strikethrough(void) {
    const char *strike = curses_string("smxx");
    if (!strike || !set_attributes) return;
    // sgr takes nine flags, the eighth is "protected": the terminal's own string goes on in its place.
    static const char before[] = "%?%p8%t", after[] = "%;";
    size_t length = strlen(set_attributes) + strlen(strike) + sizeof before + sizeof after;
    char *extended = malloc(length);  // lives as long as the terminal's description
    if (!extended) return;
    strcpy(extended, set_attributes);
    strcat(strcat(strcat(extended, before), strike), after);
    set_attributes = extended;
}
