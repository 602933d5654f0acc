#ifndef TIFF_HANDLES_H
#define TIFF_HANDLES_H

#include <stdarg.h>
#include <stdio.h>
#include <tiffio.h>

// What the library calls on the handles of reader and writer alike.

enum { TIFF_MESSAGE_BYTES = 200 };

// The handle and its file are the caller's.
static inline int tiff_close_nothing(thandle_t handle) {
    (void)handle;
    return 0;
}

// Keeps the first error in `message`, of TIFF_MESSAGE_BYTES.
static inline int tiff_keep_first(TIFF *tiff, void *message, const char *module, const char *format, va_list arguments) {
    (void)tiff;
    (void)module;
    if (!*(char *)message) vsnprintf(message, TIFF_MESSAGE_BYTES, format, arguments);
    return 1;
}

#endif
