#define _GNU_SOURCE
#include "cncurses.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>

const attr_t CURSES_BOLD = A_BOLD, CURSES_DIM = A_DIM, CURSES_ITALIC = A_ITALIC, CURSES_UNDERLINE = A_UNDERLINE,
             CURSES_REVERSE = A_REVERSE;

int curses_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

bool curses_use_utf8(void) {
    // Fixed names first: what counts as wide must not depend on the user's language.
    static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (setlocale(LC_CTYPE, names[i]) && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
    return false;
}

void curses_put(int row, int column, const curses_cell *cells, int count) {
    enum { AT_ONCE = 64 };
    cchar_t run[AT_ONCE];
    while (count > 0) {
        int taken = 0, columns = 0;
        for (; taken < count && taken < AT_ONCE; taken++) {
            wchar_t text[CCHARW_MAX + 1];
            for (int i = 0; i <= CCHARW_MAX; i++) text[i] = (wchar_t)cells[taken].text[i];
            int pair = cells[taken].pair;
            // The last argument holds every pair number, unlike the short before it.
            setcchar(&run[taken], text, cells[taken].attributes, 0, &pair);
            columns += cells[taken].columns;
        }
        mvwadd_wchnstr(stdscr, row, column, run, taken);
        column += columns;
        cells += taken;
        count -= taken;
    }
}

void curses_erase(void) { werase(stdscr); }

void curses_show(int row, int column) {
    wmove(stdscr, row, column);
    wnoutrefresh(stdscr);
    doupdate();
}

void curses_forget(void) { clearok(curscr, TRUE); }
