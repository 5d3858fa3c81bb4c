// Restores the terminal however the program ends: raw mode, signals, crashes, captured standard error. Uses no
// curses.
//
// It is C with one global state, because a signal handler may neither enter the Swift runtime nor be given an object.
// Everything but guard_restore is for the one thread that owns the terminal.
#ifndef PARLEY_TERMINAL_GUARD_H
#define PARLEY_TERMINAL_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What signals asked for.
enum {
    GUARD_RESIZED = 1 << 0,
    GUARD_STOP = 1 << 1,
    GUARD_CONTINUED = 1 << 2,
};

/// Gives the crash signals the system's own action, so that the Swift runtime's handlers, which ask questions in the
/// terminal, are not used. Does nothing where SWIFT_BACKTRACE is set. To be called before guard_install.
void guard_prevent_crash_dialog(void);

/// Guards the terminal with these descriptors. From here on each handled signal writes a byte to `wake`, and a signal
/// that ends the program at once first restores the terminal by writing the `count` bytes of `leave` to it.
/// Returns false when a guard is installed already or memory is short.
bool guard_install(int input, int output, int wake, const uint8_t *leave, size_t count);

/// Gives the signals their previous actions back. The terminal must have been restored.
void guard_uninstall(void);

/// Waits until the process is in the foreground, stopped meanwhile like every program that uses the terminal from the
/// background. Returns false when the program was asked to end instead.
bool guard_await_foreground(void);

/// Takes the terminal over: saves its settings, sets raw mode, and captures standard error if that is a terminal too.
/// Returns false when the terminal is gone.
bool guard_take(void);

/// Sets raw mode again, in case another program changed the settings since guard_take.
void guard_set_raw(void);

/// Gives the terminal back: writes `leave`, restores the settings and standard error, and prints what was captured.
/// Does nothing when the terminal is not taken. Async-signal-safe.
void guard_restore(void);

/// Whether other programs use the terminal while it is given back: its interrupts are then for them, and a stop stops
/// this process too.
void guard_lend(bool lent);

/// Stops the process (and its process group, if `group`) as Ctrl-Z does; returns when it is continued.
void guard_stop(bool group);

/// Returns the requests since the last call as a set of GUARD_…; `ending` is the termination signal, or 0.
unsigned guard_take_signals(int *ending);

/// The size of the terminal's window in cells; false when it has none or reports 0.
bool guard_window_size(int fd, int *columns, int *rows);

/// A pipe for waking: neither end blocks or survives an exec.
bool guard_open_pipe(int ends[2]);

#endif
