// Stacks for signal handlers. A handler needs one of its own after a stack overflow, and each thread has to set its own.
#ifndef PARLEY_HANDLER_STACK_H
#define PARLEY_HANDLER_STACK_H

#include <stdbool.h>

/// Gives the calling thread a stack for signal handlers, for the rest of the program, unless it has one. Returns false
/// when memory is short. Threads started later get theirs as they start.
bool thread_open_handler_stack(void);

#endif
