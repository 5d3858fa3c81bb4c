// Raw mode, signals and crashes of the terminal, with system calls alone: no curses.
#define _GNU_SOURCE
#include "terminal_guard.h"

#include "handler_stack.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/// Signals that ask the program to end, or end one that does not handle them; reported by guard_take_signals.
static const int termination_signals[] = {
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGIO,
#ifdef __linux__
    SIGPWR, SIGSTKFLT,
#endif
};
/// Signals that ask for something else; reported by guard_take_signals.
static const int request_signals[] = {SIGWINCH, SIGTSTP, SIGCONT};
/// Signals that end the program at once.
static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS};

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum {
    /// Seconds after a termination signal from which the next one ends the program itself.
    FORCE_AFTER_SECONDS = 2,
    /// Milliseconds to wait for a terminal that accepts no output before giving up on it.
    WRITE_TIMEOUT_MS = 1000,
    /// Bytes of captured standard error that are printed: its end.
    CAPTURE_PRINT_LIMIT = 256 * 1024,
};

static struct {
    bool installed;
    int input, output, wake;
    uint8_t *leave;
    size_t leave_count;
    struct termios original, raw;
    /// The real standard error and the file that replaces it; -1 when it is not captured.
    int real_stderr, capture;
    struct sigaction previous[NSIG];
    atomic_bool taken, lent;
    atomic_uint requests;
    atomic_int termination;
    atomic_llong termination_since;
} guard = {.real_stderr = -1, .capture = -1};

// MARK: Async-signal-safe, down to the next mark

/// Writes everything, or gives up when the terminal accepts nothing for WRITE_TIMEOUT_MS.
static void write_all(int fd, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            if (poll(&room, 1, WRITE_TIMEOUT_MS) <= 0) return;
        } else if (written == 0 || errno != EINTR) {
            return;
        }
    }
}

/// Gives standard error back and prints what was captured of it.
static void print_capture(void) {
    dup2(guard.real_stderr, STDERR_FILENO);
    off_t size = lseek(guard.capture, 0, SEEK_END);
    lseek(guard.capture, size > CAPTURE_PRINT_LIMIT ? size - CAPTURE_PRINT_LIMIT : 0, SEEK_SET);
    uint8_t buffer[4096];
    ssize_t count;
    while ((count = read(guard.capture, buffer, sizeof buffer)) > 0) write_all(STDERR_FILENO, buffer, (size_t)count);
    if (ftruncate(guard.capture, 0) == 0) lseek(guard.capture, 0, SEEK_SET);
}

/// Whether another process group is in the foreground; false when the terminal is not of this session.
static bool is_background(void) {
    pid_t group = tcgetpgrp(guard.input);
    return group >= 0 && group != getpgrp();
}

void guard_restore(void) {
    if (!atomic_exchange(&guard.taken, false)) return;
    int error = errno;
    // A background process that writes to its terminal may be stopped for it and would never end.
    sigset_t stop, previous;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &previous);
    // Halted output (Ctrl-S) must not delay the end.
    int flags = fcntl(guard.output, F_GETFL);
    fcntl(guard.output, F_SETFL, flags | O_NONBLOCK);
    write_all(guard.output, guard.leave, guard.leave_count);
    fcntl(guard.output, F_SETFL, flags);
    // Another program in the foreground has settings of its own.
    if (!is_background()) tcsetattr(guard.input, TCSANOW, &guard.original);
    if (guard.capture >= 0) print_capture();
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    errno = error;
}

/// Ends the program by the signal's previous action, when the handler returns.
static void terminate_by(int number) {
    guard_restore();
    sigaction(number, &guard.previous[number], NULL);
    raise(number);
}

static void on_crash(int number, siginfo_t *info, void *context) {
    (void)context;
    guard_restore();
    sigaction(number, &guard.previous[number], NULL);
    // A fault recurs when the handler returns, with its details for a debugger. A signal that was sent has to be sent
    // again, and so has a trap, whose instruction is past.
    if (info->si_code <= 0 || number == SIGTRAP) raise(number);
}

static long long seconds(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void wake(void) {
    int error = errno;
    // A full pipe wakes too.
    if (write(guard.wake, "", 1) < 0) errno = error;
}

static void on_termination(int number) {
    // Keys typed while another program uses the terminal are for that program.
    if (atomic_load(&guard.lent) && (number == SIGINT || number == SIGQUIT)) return;
    int none = 0;
    if (atomic_compare_exchange_strong(&guard.termination, &none, number)) {
        atomic_store(&guard.termination_since, seconds());
    } else if (seconds() - atomic_load(&guard.termination_since) > FORCE_AFTER_SECONDS) {
        terminate_by(number);
    }
    wake();
}

static void on_request(int number) {
    unsigned flag = number == SIGWINCH ? GUARD_RESIZED : number == SIGTSTP ? GUARD_STOP : GUARD_CONTINUED;
    atomic_fetch_or(&guard.requests, flag);
    wake();
}

/// Used instead of SIG_IGN, which child processes would inherit.
static void ignore(int number) { (void)number; }

// MARK: Outside of signal handlers

static void restore_at_exit(void) { guard_restore(); }

static void handle(int number, void (*handler)(int), int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | flags};
    sigfillset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/// A program with no shell to continue it is started with SIGTSTP ignored; that is kept.
static void handle_request(int number) {
    if (number == SIGTSTP && guard.previous[number].sa_handler == SIG_IGN) return;
    handle(number, on_request, 0);
}

static void handle_all(void) {
    struct sigaction crash = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&crash.sa_mask);
    for (size_t i = 0; i < COUNT(crash_signals); i++) {
        int number = crash_signals[i];
        sigaction(number, &crash, &guard.previous[number]);
    }
    for (size_t i = 0; i < COUNT(termination_signals); i++) {
        int number = termination_signals[i];
        sigaction(number, NULL, &guard.previous[number]);
        // Signals that nohup ignores stay ignored.
        if (guard.previous[number].sa_handler != SIG_IGN) handle(number, on_termination, SA_ONSTACK);
    }
    for (size_t i = 0; i < COUNT(request_signals); i++) {
        int number = request_signals[i];
        sigaction(number, NULL, &guard.previous[number]);
        handle_request(number);
    }
    sigaction(SIGPIPE, NULL, &guard.previous[SIGPIPE]);
    handle(SIGPIPE, ignore, 0);
}

/// Opens the file that replaces standard error, if that is a terminal.
static void open_capture(void) {
    if (guard.real_stderr >= 0 || !isatty(STDERR_FILENO)) return;
#ifdef __linux__
    guard.capture = memfd_create("standard error", MFD_CLOEXEC);
#else
    char name[] = "/tmp/standard-error-XXXXXX";
    guard.capture = mkstemp(name);
    if (guard.capture >= 0) {
        unlink(name);
        fcntl(guard.capture, F_SETFD, FD_CLOEXEC);
    }
#endif
    if (guard.capture < 0) return;
    guard.real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (guard.real_stderr >= 0) return;
    close(guard.capture);
    guard.capture = -1;
}

void guard_prevent_crash_dialog(void) {
    if (getenv("SWIFT_BACKTRACE")) return;
    for (size_t i = 0; i < COUNT(crash_signals); i++) signal(crash_signals[i], SIG_DFL);
}

bool guard_install(int input, int output, int wake, const uint8_t *leave, size_t count) {
    static bool at_exit;
    if (guard.installed) return false;
    guard.leave = malloc(count + 1);
    if (!guard.leave || !thread_open_handler_stack()) return false;
    memcpy(guard.leave, leave, count);
    guard.leave_count = count;
    guard.input = input;
    guard.output = output;
    guard.wake = wake;
    open_capture();
    if (!at_exit) at_exit = atexit(restore_at_exit) == 0;
    handle_all();
    guard.installed = true;
    return true;
}

/// Gives signals their previous actions back.
static void reset(const int *signals, size_t count) {
    for (size_t i = 0; i < count; i++) sigaction(signals[i], &guard.previous[signals[i]], NULL);
}

void guard_uninstall(void) {
    if (!guard.installed) return;
    reset(crash_signals, COUNT(crash_signals));
    reset(termination_signals, COUNT(termination_signals));
    reset(request_signals, COUNT(request_signals));
    sigaction(SIGPIPE, &guard.previous[SIGPIPE], NULL);
    if (guard.capture >= 0) close(guard.capture);
    if (guard.real_stderr >= 0) close(guard.real_stderr);
    guard.capture = guard.real_stderr = -1;
    free(guard.leave);
    guard.leave = NULL;
    guard.installed = false;
}

bool guard_await_foreground(void) {
    while (is_background()) {
        if (atomic_load(&guard.termination)) return false;
        atomic_fetch_and(&guard.requests, ~(unsigned)GUARD_CONTINUED);
        pthread_kill(pthread_self(), SIGTTOU);
        // An orphaned process group is not stopped and has no shell to wait for.
        if (!(atomic_load(&guard.requests) & GUARD_CONTINUED)) break;
    }
    return true;
}

bool guard_take(void) {
    if (tcgetattr(guard.input, &guard.original) != 0) return false;
    guard.raw = guard.original;
    guard.raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | IGNBRK | IGNCR | INLCR | ISTRIP | IXON | PARMRK);
    guard.raw.c_oflag &= ~(tcflag_t)OPOST;
    guard.raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    guard.raw.c_cc[VMIN] = 1;
    guard.raw.c_cc[VTIME] = 0;
    if (guard.capture >= 0) dup2(guard.capture, STDERR_FILENO);
    atomic_store(&guard.taken, true);
    guard_set_raw();
    return true;
}

void guard_set_raw(void) { tcsetattr(guard.input, TCSANOW, &guard.raw); }

void guard_lend(bool lent) {
    atomic_store(&guard.lent, lent);
    if (lent) {
        sigaction(SIGTSTP, &guard.previous[SIGTSTP], NULL);
    } else {
        handle_request(SIGTSTP);
        // Earlier requests are obsolete: the terminal is taken again and its size read.
        atomic_store(&guard.requests, 0);
    }
}

void guard_stop(bool group) {
    if (group) {
        // This process is stopped below, synchronously, so that it does not run on.
        handle(SIGTSTP, SIG_IGN, 0);
        kill(0, SIGTSTP);
    }
    sigaction(SIGTSTP, &guard.previous[SIGTSTP], NULL);
    // Sent to this thread, the signal stops the process before the call returns. In an orphaned process group, which
    // no shell could continue, the system drops it and the call returns.
    pthread_kill(pthread_self(), SIGTSTP);
    handle_request(SIGTSTP);
    atomic_store(&guard.requests, 0);
}

unsigned guard_take_signals(int *ending) {
    *ending = atomic_exchange(&guard.termination, 0);
    return atomic_exchange(&guard.requests, 0);
}

bool guard_window_size(int fd, int *columns, int *rows) {
    struct winsize size = {0};
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return true;
}

bool guard_open_pipe(int ends[2]) {
    if (pipe(ends) != 0) return false;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    return true;
}
