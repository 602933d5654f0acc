/// Counts the allocations of each thread in a test program, by standing before the C library's allocator.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

/// Allocations that the calling thread has made since it began, or -1 where this system does not allow counting.
long allocations_of_thread(void);

#endif
