// ncurses for Swift: its header with wide characters on, and the calls that Swift cannot import because they are
// macros, take the opaque cchar_t, or read a global variable. No other code includes <curses.h>.
#ifndef PARLEY_CNCURSES_H
#define PARLEY_CNCURSES_H

#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#include <curses.h>
#include <stdbool.h>
#include <stdint.h>

/// What one column, or the two of a wide character, is to show.
typedef struct {
    /// A character and the marks that combine with it, ended by 0.
    uint32_t text[CCHARW_MAX + 1];
    /// Of CURSES_BOLD and so on.
    attr_t attributes;
    int pair;
    /// How many columns ncurses takes for `text`: 1 or 2.
    int columns;
} curses_cell;

/// How many scalars `text` of a cell holds.
enum { CURSES_TEXT_LENGTH = CCHARW_MAX };

extern const attr_t CURSES_BOLD, CURSES_DIM, CURSES_ITALIC, CURSES_UNDERLINE, CURSES_REVERSE;

/// Loads the description of a terminal type, so that tigetstr and its kin answer for it.
/// Returns 1, 0 when the type is unknown or too general to be used, -1 when there is no terminfo database.
int curses_load(const char *type, int fd);

/// A string capability; NULL when the terminal has none.
const char *curses_string(const char *name);

/// The columns that the C library, and with it ncurses, takes for a scalar; -1 when it cannot be printed.
int curses_width(uint32_t scalar);

/// Makes output wide: sets the character type of the locale to UTF-8, whatever the environment says.
/// Returns false when the system has no such locale.
bool curses_use_utf8(void);

/// The attribute that strikes text through, which curses itself has no name for; 0 where the terminal cannot do that.
/// Call once, after newterm.
attr_t curses_strikethrough(void);

/// Puts cells on the standard window, side by side from a place on.
void curses_put(int row, int column, const curses_cell *cells, int count);

/// Blanks the standard window.
void curses_erase(void);

/// Shows the standard window with the cursor at a place: writes what differs from what is shown, at once.
void curses_show(int row, int column);

/// Forgets what the terminal shows: the next curses_show clears it and writes everything.
void curses_forget(void);

#endif
