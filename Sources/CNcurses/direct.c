// Any colour by its red, green and blue, on a terminal whose description knows only numbered ones.
//
// curses takes all that it knows of colours from the terminal's description. Descriptions with direct colours exist, but are
// seldom installed, and change more than the colours. So curses is given the description that the terminal has, with the
// colours alone replaced: compiled, in the variable TERMINFO, as terminfo(5) has it for descriptions that are not in a file.
#include "cncurses.h"

#include <stdlib.h>
#include <string.h>
#include <term.h>

enum {
    /// The counts that term.h says: the capabilities that every reader of the format knows.
    FLAGS = BOOLWRITE, NUMBERS = NUMWRITE, STRINGS = STRWRITE,
    /// The most bytes that curses reads.
    LIMIT = 32768,
};

/// A description while it is written.
typedef struct {
    unsigned char bytes[LIMIT];
    size_t count;
    bool is_full;
} description;

static void add(description *into, const void *bytes, size_t count) {
    if (into->is_full || count > LIMIT - into->count) {
        into->is_full = true;
        return;
    }
    memcpy(into->bytes + into->count, bytes, count);
    into->count += count;
}

/// Numbers are little-endian on every machine.
static void add_number(description *into, long number, int size) {
    for (int i = 0; i < size; i++) add(into, &(unsigned char){(number >> (8 * i)) & 0xFF}, 1);
}

static void add_text(description *into, const char *text) { add(into, text, strlen(text) + 1); }

/// Numbered colours as they always were, and above them, from CURSES_RGB on, the 24 bits of a colour.
#define COLOR(named, bright, any)                                                       \
    "\033[%?%p1%{8}%<%t" named "%p1%d%e%p1%{16}%<%t" bright "%p1%{8}%-%d%e"              \
    "%p1%{16777216}%<%t" any "8;5;%p1%d%e"                                              \
    any "8;2;%p1%{65536}%/%{255}%&%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m"

/// What replaces a string of the description that is loaded; the string itself where nothing does.
static const char *replaced(const char *name) {
    if (strcmp(name, "setaf") == 0) return COLOR("3", "9", "3");
    if (strcmp(name, "setab") == 0) return COLOR("4", "10", "4");
    // The palette is the person's, and these name colours in another order.
    static const char *const left_out[] = {"initc", "initp", "oc", "setf", "setb", "scp"};
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (strcmp(name, left_out[i]) == 0) return NULL;
    return curses_string(name);
}

static int number(const char *name) {
    if (strcmp(name, "colors") == 0) return 2 * CURSES_RGB;
    if (strcmp(name, "pairs") == 0) return CURSES_PAIRS;
    return tigetnum(name) < 0 ? -1 : tigetnum(name);
}

/// Compiles the description that is loaded, with direct colours; see term(5), "extended number format".
static void compile(const char *type, description *into) {
    static description texts;
    texts.count = 0;
    texts.is_full = false;
    short places[STRINGS];
    for (int i = 0; i < STRINGS; i++) {
        const char *text = replaced(strnames[i]);
        places[i] = text ? (short)texts.count : -1;
        if (text) add_text(&texts, text);
    }
    long header[] = {01036, (long)strlen(type) + 1, FLAGS, NUMBERS, STRINGS, (long)texts.count};
    for (int i = 0; i < 6; i++) add_number(into, header[i], 2);
    add_text(into, type);
    for (int i = 0; i < FLAGS; i++) {
        bool changes_palette = strcmp(boolnames[i], "ccc") == 0;
        add_number(into, !changes_palette && tigetflag(boolnames[i]) == 1, 1);
    }
    if (into->count % 2) add_number(into, 0, 1);
    for (int i = 0; i < NUMBERS; i++) add_number(into, number(numnames[i]), 4);
    for (int i = 0; i < STRINGS; i++) add_number(into, places[i], 2);
    add(into, texts.bytes, texts.count);
    if (into->count % 2) add_number(into, 0, 1);

    // What the standard has no names for: that colours are direct, and strikethrough.
    const char *strike = curses_string("smxx");
    size_t strike_size = strike ? strlen(strike) + 1 : 0;
    int strings = strike ? 1 : 0;
    long extended[] = {1, 0, strings, 1 + 2 * strings, (long)(strike_size + sizeof "RGB" + (strike ? sizeof "smxx" : 0))};
    for (int i = 0; i < 5; i++) add_number(into, extended[i], 2);
    add_number(into, 1, 1);
    add_number(into, 0, 1);
    if (strike) add_number(into, 0, 2);
    add_number(into, 0, 2);
    if (strike) add_number(into, sizeof "RGB", 2);
    if (strike) add_text(into, strike);
    add_text(into, "RGB");
    if (strike) add_text(into, "smxx");
    if (texts.is_full) into->is_full = true;
}

/// The environment in which curses finds the description; NULL until there is one.
static char **direct_environment = NULL;
static char variable[sizeof "TERMINFO=hex:" + 2 * LIMIT];

extern char **environ;

/// Makes an environment with the variable. It stays: another thread may read from it after it is no longer used.
static bool make_environment(const description *direct) {
    static const char prefix[] = "TERMINFO=hex:";
    memcpy(variable, prefix, sizeof prefix);
    char *end = variable + strlen(prefix);
    for (size_t i = 0; i < direct->count; i++) {
        static const char digits[] = "0123456789ABCDEF";
        *end++ = digits[direct->bytes[i] >> 4];
        *end++ = digits[direct->bytes[i] & 15];
    }
    *end = 0;
    size_t count = 0;
    while (environ[count]) count++;
    char **made = malloc((count + 2) * sizeof *made);
    if (!made) return false;
    size_t kept = 0;
    made[kept++] = variable;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "TERMINFO=", strlen("TERMINFO=")) != 0) made[kept++] = environ[i];
    made[kept] = NULL;
    direct_environment = made;
    return true;
}

bool curses_prepare_direct(const char *type, int fd) {
    static description direct;
    direct.count = 0;
    direct.is_full = false;
    direct_environment = NULL;
    compile(type, &direct);
    if (direct.is_full || !make_environment(&direct)) return false;
    char **own = environ;
    environ = direct_environment;
    bool is_read = curses_load(type, fd) == 1 && tigetflag("RGB") == 1 && tigetnum("colors") == 2 * CURSES_RGB;
    environ = own;
    if (!is_read) direct_environment = NULL;
    return curses_load(type, fd) == 1 && is_read;
}

SCREEN *curses_start(const char *type, FILE *output, FILE *input, bool direct) {
    if (!direct || !direct_environment) return newterm(type, output, input);
    // The array is exchanged as a whole: a thread that reads a variable meanwhile finds it in either.
    char **own = environ;
    environ = direct_environment;
    SCREEN *screen = newterm(type, output, input);
    environ = own;
    return screen;
}
