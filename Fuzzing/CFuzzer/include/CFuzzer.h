#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// The driver of libFuzzer, from the compiler's runtime: calls `target` with ever new inputs until one of them fails or
/// the time that the arguments give is over.
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*target)(const uint8_t *bytes, size_t count));

#endif
