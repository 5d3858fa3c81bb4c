// Stacks for signal handlers, for every thread of the program.
#define _GNU_SOURCE
#include "handler_stack.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    /// Bytes. Only pages that a handler touches take memory.
    HANDLER_STACK_SIZE = 64 * 1024,
};

/// Returns the memory of the new stack, NULL when there is none.
static void *open_stack(void) {
    void *memory = mmap(NULL, HANDLER_STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NULL;
    stack_t stack = {.ss_sp = memory, .ss_size = HANDLER_STACK_SIZE};
    if (sigaltstack(&stack, NULL) == 0) return memory;
    munmap(memory, HANDLER_STACK_SIZE);
    return NULL;
}

static void close_stack(void *memory) {
    if (!memory) return;
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(memory, HANDLER_STACK_SIZE);
}

bool thread_open_handler_stack(void) {
    stack_t current;
    if (sigaltstack(NULL, &current) == 0 && !(current.ss_flags & SS_DISABLE)) return true;
    return open_stack() != NULL;
}

// The sanitizers follow threads by the same means, and give them such stacks themselves.
#if defined(__linux__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

/// What a new thread is to run.
struct thread_start {
    void *(*function)(void *);
    void *argument;
};

static void *run_thread(void *given) {
    struct thread_start start = *(struct thread_start *)given;
    free(given);
    void *result;
    // Also run by pthread_exit.
    pthread_cleanup_push(close_stack, open_stack());
    result = start.function(start.argument);
    pthread_cleanup_pop(1);
    return result;
}

/// Takes the place of the system's function, also for the libraries of the program: the pools of Swift and of NIO start
/// their threads with it.
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *), void *argument) {
    static int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    // Threads that look at the same time find the same.
    if (!create) *(void **)&create = dlsym(RTLD_NEXT, "pthread_create");
    struct thread_start *start = malloc(sizeof *start);
    if (!create || !start) return EAGAIN;
    *start = (struct thread_start){function, argument};
    int error = create(thread, attributes, run_thread, start);
    if (error) free(start);
    return error;
}

#endif
