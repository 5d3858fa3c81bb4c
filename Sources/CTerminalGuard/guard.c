#define _GNU_SOURCE
#include "terminal_guard.h"

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

/// Signals that ask the program to end, told to it.
static const int endings[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
/// Signals that ask for something else, told to it.
static const int requests[] = {SIGWINCH, SIGTSTP, SIGCONT};
/// Signals that end the program at once.
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum {
    /// Seconds after which asking once more to end, with the first time not yet heard, ends the program.
    PATIENCE = 2,
    /// Milliseconds to wait for a terminal that takes no output before giving up on restoring it.
    STUCK = 1000,
    /// How much of the end of what was written to standard error is printed, in bytes.
    KEPT = 256 * 1024,
    ALTERNATE_STACK = 64 * 1024,
};

static struct {
    bool installed;
    int input, output, wake;
    uint8_t *leave;
    size_t leave_count;
    struct termios found, raw;
    /// The real standard error, and the file that stands in for it; -1 when it is not captured.
    int errors, kept;
    void *stack;
    struct sigaction before[NSIG];
    atomic_bool taken, lent;
    atomic_uint signals;
    atomic_int ending;
    atomic_llong ending_since;
} guard = {.errors = -1, .kept = -1};

// What follows, up to the mark, runs in signal handlers.

/// Writes everything, or gives up when the terminal takes nothing for a while.
static void write_all(int fd, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            if (poll(&room, 1, STUCK) <= 0) return;
        } else if (written == 0 || errno != EINTR) {
            return;
        }
    }
}

/// Prints what was written to standard error while it was captured, and forgets it.
static void print_kept(void) {
    dup2(guard.errors, STDERR_FILENO);
    off_t size = lseek(guard.kept, 0, SEEK_END);
    lseek(guard.kept, size > KEPT ? size - KEPT : 0, SEEK_SET);
    uint8_t buffer[4096];
    ssize_t count;
    while ((count = read(guard.kept, buffer, sizeof buffer)) > 0) write_all(STDERR_FILENO, buffer, (size_t)count);
    if (ftruncate(guard.kept, 0) == 0) lseek(guard.kept, 0, SEEK_SET);
}

/// Whether the shell, or another program, has the terminal. Not so where it is not this session's to begin with.
static bool is_background(void) {
    pid_t group = tcgetpgrp(guard.input);
    return group >= 0 && group != getpgrp();
}

void guard_restore(void) {
    if (!atomic_exchange(&guard.taken, false)) return;
    int error = errno;
    // A process in the background that writes to its terminal may be stopped for it, and would never end then.
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &before);
    // Output that someone has halted must not hold up the end.
    int flags = fcntl(guard.output, F_GETFL);
    fcntl(guard.output, F_SETFL, flags | O_NONBLOCK);
    write_all(guard.output, guard.leave, guard.leave_count);
    fcntl(guard.output, F_SETFL, flags);
    // Who has the terminal in our place has set it to its own taste.
    if (!is_background()) tcsetattr(guard.input, TCSANOW, &guard.found);
    if (guard.kept >= 0) print_kept();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
}

/// Ends the program by the signal, as if it had never been handled; takes effect when the handler returns.
static void end_by(int number) {
    guard_restore();
    sigaction(number, &guard.before[number], NULL);
    raise(number);
}

static void on_crash(int number, siginfo_t *info, void *context) {
    (void)context;
    guard_restore();
    sigaction(number, &guard.before[number], NULL);
    // A fault happens again by itself when the handler returns, with its own details for a debugger. What was sent
    // has to be sent again, and a trap lies behind already.
    if (info->si_code <= 0 || number == SIGTRAP) raise(number);
}

static long long seconds(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void wake(void) {
    int error = errno;
    // A full pipe wakes as well.
    if (write(guard.wake, "", 1) < 0) errno = error;
}

static void on_ending(int number) {
    // While another program has the terminal, its keys are meant for that one.
    if (atomic_load(&guard.lent) && (number == SIGINT || number == SIGQUIT)) return;
    int none = 0;
    if (atomic_compare_exchange_strong(&guard.ending, &none, number)) {
        atomic_store(&guard.ending_since, seconds());
    } else if (seconds() - atomic_load(&guard.ending_since) > PATIENCE) {
        end_by(number);
    }
    wake();
}

static void on_request(int number) {
    unsigned flag = number == SIGWINCH ? GUARD_RESIZED : number == SIGTSTP ? GUARD_STOP : GUARD_CONTINUED;
    atomic_fetch_or(&guard.signals, flag);
    wake();
}

/// In place of ignoring a signal, which programs started from here would inherit.
static void on_nothing(int number) { (void)number; }

// Up to here.

static void restore_at_exit(void) { guard_restore(); }

static void handle(int number, void (*handler)(int), int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | flags};
    sigfillset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/// Where there is no shell to continue a stopped program, it is started with SIGTSTP ignored, and that stays so.
static void handle_request(int number) {
    if (number == SIGTSTP && guard.before[number].sa_handler == SIG_IGN) return;
    handle(number, on_request, 0);
}

static void handle_all(void) {
    struct sigaction crash = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&crash.sa_mask);
    for (size_t i = 0; i < COUNT(crashes); i++) sigaction(crashes[i], &crash, &guard.before[crashes[i]]);
    for (size_t i = 0; i < COUNT(endings); i++) {
        sigaction(endings[i], NULL, &guard.before[endings[i]]);
        // nohup and the like want a program to live on.
        if (guard.before[endings[i]].sa_handler != SIG_IGN) handle(endings[i], on_ending, SA_ONSTACK);
    }
    for (size_t i = 0; i < COUNT(requests); i++) {
        sigaction(requests[i], NULL, &guard.before[requests[i]]);
        handle_request(requests[i]);
    }
    sigaction(SIGPIPE, NULL, &guard.before[SIGPIPE]);
    handle(SIGPIPE, on_nothing, 0);
}

/// The file that stands in for standard error, where that is a terminal.
static void open_capture(void) {
    if (guard.errors >= 0 || !isatty(STDERR_FILENO)) return;
#ifdef __linux__
    guard.kept = memfd_create("standard error", MFD_CLOEXEC);
#else
    char name[] = "/tmp/standard-error-XXXXXX";
    guard.kept = mkstemp(name);
    if (guard.kept >= 0) {
        unlink(name);
        fcntl(guard.kept, F_SETFD, FD_CLOEXEC);
    }
#endif
    if (guard.kept < 0) return;
    guard.errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (guard.errors >= 0) return;
    close(guard.kept);
    guard.kept = -1;
}

/// A stack overflow leaves no room for a handler on the stack that overflowed.
static bool open_stack(void) {
    if (guard.stack) return true;
    guard.stack = malloc(ALTERNATE_STACK);
    if (!guard.stack) return false;
    stack_t stack = {.ss_sp = guard.stack, .ss_size = ALTERNATE_STACK};
    return sigaltstack(&stack, NULL) == 0;
}

bool guard_install(int input, int output, int wake, const uint8_t *leave, size_t count) {
    static bool at_exit;
    if (guard.installed) return false;
    guard.leave = malloc(count);
    if (!guard.leave || !open_stack()) return false;
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

void guard_uninstall(void) {
    if (!guard.installed) return;
    for (size_t i = 0; i < COUNT(crashes); i++) sigaction(crashes[i], &guard.before[crashes[i]], NULL);
    for (size_t i = 0; i < COUNT(endings); i++) sigaction(endings[i], &guard.before[endings[i]], NULL);
    for (size_t i = 0; i < COUNT(requests); i++) sigaction(requests[i], &guard.before[requests[i]], NULL);
    sigaction(SIGPIPE, &guard.before[SIGPIPE], NULL);
    if (guard.kept >= 0) close(guard.kept);
    if (guard.errors >= 0) close(guard.errors);
    guard.kept = guard.errors = -1;
    free(guard.leave);
    guard.leave = NULL;
    guard.installed = false;
}

bool guard_await_foreground(void) {
    while (is_background()) {
        if (atomic_load(&guard.ending)) return false;
        atomic_fetch_and(&guard.signals, ~(unsigned)GUARD_CONTINUED);
        pthread_kill(pthread_self(), SIGTTOU);
        // In an orphaned process group nothing stops, and there is nobody to wait for.
        if (!(atomic_load(&guard.signals) & GUARD_CONTINUED)) break;
    }
    return true;
}

bool guard_take(void) {
    if (tcgetattr(guard.input, &guard.found) != 0) return false;
    guard.raw = guard.found;
    guard.raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | IGNBRK | IGNCR | INLCR | ISTRIP | IXON | PARMRK);
    guard.raw.c_oflag &= ~(tcflag_t)OPOST;
    guard.raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    guard.raw.c_cc[VMIN] = 1;
    guard.raw.c_cc[VTIME] = 0;
    if (guard.kept >= 0) dup2(guard.kept, STDERR_FILENO);
    atomic_store(&guard.taken, true);
    guard_set_raw();
    return true;
}

void guard_set_raw(void) { tcsetattr(guard.input, TCSANOW, &guard.raw); }

void guard_lend(bool lent) {
    atomic_store(&guard.lent, lent);
    if (lent) {
        sigaction(SIGTSTP, &guard.before[SIGTSTP], NULL);
    } else {
        handle_request(SIGTSTP);
        // What came meanwhile is over: the terminal is taken anew, and its size asked for.
        atomic_store(&guard.signals, 0);
    }
}

void guard_stop(bool group) {
    if (group) {
        // This process stops last, by its own hand below, so that it does not run on a few steps further.
        handle(SIGTSTP, SIG_IGN, 0);
        kill(0, SIGTSTP);
    }
    sigaction(SIGTSTP, &guard.before[SIGTSTP], NULL);
    // To this thread: a stop that it sends to itself happens before the call returns. In an orphaned process group,
    // where nobody could continue it, the system drops the signal, and the call just returns.
    pthread_kill(pthread_self(), SIGTSTP);
    handle_request(SIGTSTP);
    atomic_store(&guard.signals, 0);
}

unsigned guard_take_signals(int *ending) {
    *ending = atomic_exchange(&guard.ending, 0);
    return atomic_exchange(&guard.signals, 0);
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
