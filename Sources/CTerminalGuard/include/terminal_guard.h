// The guard gives the terminal back however the program ends. It is C, and has one global state, because a signal
// handler may neither enter the Swift runtime nor be handed an object.
//
// Everything here but guard_restore is for the one thread that owns the terminal.
#ifndef PARLEY_TERMINAL_GUARD_H
#define PARLEY_TERMINAL_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What signals asked for since the last guard_take_signals.
enum {
    GUARD_RESIZED = 1 << 0,
    GUARD_STOP = 1 << 1,
    GUARD_CONTINUED = 1 << 2,
};

/// Watches over the terminal whose input and output these are. Handles signals from here on: each writes a byte to
/// `wake`, and those that end the program abruptly restore the terminal by writing `leave` to it first.
/// Returns false when a guard stands already or memory is short.
bool guard_install(int input, int output, int wake, const uint8_t *leave, size_t count);

/// Gives the signals their former actions back. The terminal must have been restored.
void guard_uninstall(void);

/// Waits until the shell has put the process into the foreground, stopped like every program that uses the terminal
/// from the background. Returns false when the program was told to end instead.
bool guard_await_foreground(void);

/// Takes the terminal: remembers its settings, sets it raw, and keeps what is written to standard error for later
/// when that is a terminal too. Returns false when the terminal is gone.
bool guard_take(void);

/// Sets the terminal raw again, if something changed its settings since guard_take.
void guard_set_raw(void);

/// Gives the terminal back: `leave` is written, the settings are as found, standard error is itself again and what
/// was kept of it is printed. Does nothing when the terminal is not taken. Async-signal-safe.
void guard_restore(void);

/// Whether to let other programs use the terminal while it is given back: they, not this one, get its interrupts,
/// and a stop stops this one as well.
void guard_lend(bool lent);

/// Stops the process (and its process group, if `group`) as Ctrl-Z does, and returns when it is continued.
void guard_stop(bool group);

/// The signals since the last call as a set of GUARD_…, and the last signal that asks the program to end, or 0.
unsigned guard_take_signals(int *ending);

/// The size of the terminal's window; false when it has none or says 0.
bool guard_window_size(int fd, int *columns, int *rows);

/// A pipe for waking: neither end blocks or outlives an exec.
bool guard_open_pipe(int ends[2]);

#endif
