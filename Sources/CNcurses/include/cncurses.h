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

/// The content of one column, or of the two of a wide character.
typedef struct {
    /// A character and the marks that combine with it, ended by 0.
    uint32_t text[CCHARW_MAX + 1];
    /// Of CURSES_BOLD and so on.
    attr_t attributes;
    int pair;
    /// The columns of `text` for ncurses: 1 or 2.
    int columns;
} curses_cell;

/// The most scalars in `text`.
enum { CURSES_TEXT_LENGTH = CCHARW_MAX };

extern const attr_t CURSES_BOLD, CURSES_DIM, CURSES_ITALIC, CURSES_UNDERLINE, CURSES_REVERSE;

/// Loads the description of a terminal type for tigetstr and its kin.
/// Returns 1, 0 when the type is unknown or too general to be used, -1 when there is no terminfo database.
int curses_load(const char *type, int fd);

/// From this number on, a colour's number is its red, green and blue, where colours are direct; below 256, that of the palette.
enum { CURSES_RGB = 1 << 24 };
/// The pairs of colours there are then.
enum { CURSES_PAIRS = 0x7FFF };

/// Tries whether curses can draw any colour, with a description that is made of the one that curses_load has loaded, which stays
/// loaded.
/// Returns whether curses_start may be asked for it.
bool curses_prepare_direct(const char *type, int fd);

/// newterm, with direct colours where curses_prepare_direct has made them possible.
SCREEN *curses_start(const char *type, FILE *output, FILE *input, bool direct);

/// A string capability; NULL when the terminal has none.
const char *curses_string(const char *name);

/// The columns of a scalar for the C library and ncurses; -1 when it cannot be printed.
int curses_width(uint32_t scalar);

/// Sets the locale's character type to UTF-8, whatever the environment says.
/// Returns false when the system has no such locale.
bool curses_use_utf8(void);

/// The attribute for strikethrough, for which curses has no name; 0 when the terminal lacks it.
/// Call once, after newterm.
attr_t curses_strikethrough(void);

/// Puts cells on the standard window, from a position to the right.
void curses_put(int row, int column, const curses_cell *cells, int count);

/// Blanks the standard window.
void curses_erase(void);

/// Writes what differs from what the terminal shows, and places the cursor.
void curses_show(int row, int column);

/// Makes the next curses_show clear the terminal and write everything.
void curses_forget(void);

#endif
