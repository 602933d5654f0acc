#ifndef STREAMS_H
#define STREAMS_H

#include "CCodecs.h"

enum { STREAM_BUFFER_BYTES = 1 << 16 };

// Bytes of a file or of memory, taken in order. Never jumps: it returns what there is.
typedef struct Source {
    CodecInput input;
    uint64_t offset;  // of the next byte that is not in `buffer`
    uint8_t *buffer;  // STREAM_BUFFER_BYTES, for files only
} Source;

int source_open(Source *source, CodecInput input);  // 0 without memory
void source_close(Source *source);
// Points `bytes` at what comes next and returns how many bytes that is: 0 at the end, -1 with errno on failure.
ptrdiff_t source_next(Source *source, const uint8_t **bytes);

// Bytes to a file or to memory, buffered by the caller.
typedef struct Sink {
    int descriptor;
    uint8_t *bytes;
    size_t count, capacity;
} Sink;

// 0, or errno.
int sink_write(Sink *sink, const uint8_t *bytes, size_t count);
void sink_close(Sink *sink);

// Sets the status and message unless an earlier cause is already there.
void report_cause(CodecReport *report, int32_t status, const char *message);
void report_system(CodecReport *report, int error, const char *message);

#endif
