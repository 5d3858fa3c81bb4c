// libvterm, the terminal emulator that reads the program's screen in the tests, behind the few calls of it that
// changed between the versions that distributions carry (0.1 to 0.3), and two calls that Swift cannot make itself.
#ifndef PARLEY_CVTERM_H
#define PARLEY_CVTERM_H

#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vterm.h>

/// What a terminal reports while it is fed. `owner` is handed to each call.
typedef struct {
    void *owner;
    /// Bytes for the program: answers to its questions, keys.
    void (*output)(void *owner, const char *bytes, size_t count);
    /// A property (VTermProp) with a truth value or number changed.
    void (*property)(void *owner, int property, int value);
    /// A piece of the title; `first` starts a new one.
    void (*title)(void *owner, const char *bytes, size_t count, bool first);
    void (*bell)(void *owner);
    /// A piece of an operating system command that libvterm does not know, its number included; `first` and `last`
    /// tell where it starts and ends.
    void (*command)(void *owner, const char *bytes, size_t count, bool first, bool last);
} cvterm_observer;

static void cvterm_on_output(const char *bytes, size_t count, void *user) {
    cvterm_observer *observer = (cvterm_observer *)user;
    observer->output(observer->owner, bytes, count);
}

static int cvterm_on_property(VTermProp property, VTermValue *value, void *user) {
    cvterm_observer *observer = (cvterm_observer *)user;
    if (property == VTERM_PROP_TITLE) {
#if VTERM_VERSION_MINOR >= 2
        observer->title(observer->owner, value->string.str, value->string.len, value->string.initial);
#else
        observer->title(observer->owner, value->string, strlen(value->string), true);
#endif
    } else if (property != VTERM_PROP_ICONNAME) {
        observer->property(observer->owner, (int)property, value->number);
    }
    return 1;
}

static int cvterm_on_bell(void *user) {
    cvterm_observer *observer = (cvterm_observer *)user;
    observer->bell(observer->owner);
    return 1;
}

#if VTERM_VERSION_MINOR >= 2
static int cvterm_on_command(int command, VTermStringFragment part, void *user) {
    cvterm_observer *observer = (cvterm_observer *)user;
    if (part.initial) {
        char number[16];
        int length = snprintf(number, sizeof number, "%d;", command);
        observer->command(observer->owner, number, (size_t)length, true, false);
    }
    observer->command(observer->owner, part.str, part.len, false, part.final);
    return 1;
}
#else
static int cvterm_on_command(const char *command, size_t count, void *user) {
    cvterm_observer *observer = (cvterm_observer *)user;
    observer->command(observer->owner, command, count, true, true);
    return 1;
}
#endif

static const VTermScreenCallbacks cvterm_screen_callbacks = {
    .settermprop = cvterm_on_property,
    .bell = cvterm_on_bell,
};

#if VTERM_VERSION_MINOR >= 2
static const VTermStateFallbacks cvterm_fallbacks = {
    .osc = cvterm_on_command,
};
#else
static const VTermParserCallbacks cvterm_fallbacks = {
    .osc = cvterm_on_command,
};
#endif

/// Tells `observer` what happens in `terminal`, as long as it lives.
static inline void cvterm_observe(VTerm *terminal, cvterm_observer *observer) {
    VTermScreen *screen = vterm_obtain_screen(terminal);
    vterm_output_set_callback(terminal, cvterm_on_output, observer);
    vterm_screen_set_callbacks(screen, &cvterm_screen_callbacks, observer);
    vterm_screen_set_unrecognised_fallbacks(screen, &cvterm_fallbacks, observer);
}

// Calls of the C library that its headers keep from a program that does not ask for extensions, as Swift does not.
extern int posix_openpt(int flags);
extern int grantpt(int fd);
extern int unlockpt(int fd);
extern int ptsname_r(int fd, char *name, size_t size);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
enum { CVTERM_SPAWN_SETSID = 0x80 };

static inline int cvterm_set_window_size(int fd, unsigned short rows, unsigned short columns) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(fd, TIOCSWINSZ, &size);
}

/// A descriptor that becomes readable when the process ends; -1 when the system has none.
static inline int cvterm_open_process(int process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

/// Closes everything but standard input, output and error in the program that is started. Not declared to Swift by every C library.
static inline int cvterm_close_others(posix_spawn_file_actions_t *actions) {
    extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

/// Copies of a cell's bit fields and unions.
typedef struct {
    bool bold, underline, italic, blink, reverse, strike;
    /// -1: the terminal's own colour; below 1 << 24: an index; else 1 << 24 | red << 16 | green << 8 | blue.
    int foreground, background;
} cvterm_look;

static inline int cvterm_colour(VTermColor colour) {
    if (colour.type & VTERM_COLOR_DEFAULT_MASK) return -1;
    if ((colour.type & VTERM_COLOR_TYPE_MASK) == VTERM_COLOR_INDEXED) return colour.indexed.idx;
    return 1 << 24 | colour.rgb.red << 16 | colour.rgb.green << 8 | colour.rgb.blue;
}

static inline cvterm_look cvterm_look_of(const VTermScreenCell *cell) {
    return (cvterm_look){
        .bold = cell->attrs.bold,
        .underline = cell->attrs.underline != 0,
        .italic = cell->attrs.italic,
        .blink = cell->attrs.blink,
        .reverse = cell->attrs.reverse,
        .strike = cell->attrs.strike,
        .foreground = cvterm_colour(cell->fg),
        .background = cvterm_colour(cell->bg),
    };
}

#endif
