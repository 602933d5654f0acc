#ifndef CPROCESS_H
#define CPROCESS_H

#include <stdint.h>
#include <sys/types.h>

/// The limits on a program, none of them raised above what the process itself has.
struct process_limits {
    /// The bytes of memory that it may map.
    uint64_t memory;
    /// The seconds of processor time.
    uint64_t seconds;
    /// The bytes that a file which it writes may have.
    uint64_t file_size;
};

/// Begins the program at `path` with `arguments`, which begin with its name and end with NULL, in `folder`: in a process
/// group of its own, within `limits`, with no signal blocked or passed over, with nothing to read, with what it prints in
/// the file `output`, and with no other file of ours. It dies with the thread that called. Waits until the program has
/// taken over.
///
/// Returns 0 and sets `child`, or the errno of what failed; then there is no child.
int process_begin(
    const char *path, char *const arguments[], char *const environment[], const char *folder, const char *output,
    const struct process_limits *limits, pid_t *child);

/// Looks, without waiting, whether `child` has ended. If so ends what it has left behind of its group, sets `status`, as
/// waitpid(2) does, and returns 1; there is no child then. Returns 0 while it runs, and -1 where there is no such child.
int process_ended(pid_t child, int *status);

/// Kills `child` with its group, and waits until it has ended; `process_ended` is still to be called.
void process_kill(pid_t child);

#endif
