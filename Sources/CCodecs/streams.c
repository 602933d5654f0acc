#include "streams.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int source_open(Source *source, CodecInput input) {
    memset(source, 0, sizeof *source);
    source->input = input;
    if (input.bytes) return 1;
    source->buffer = malloc(STREAM_BUFFER_BYTES);
    return source->buffer != NULL;
}

void source_close(Source *source) {
    free(source->buffer);
    source->buffer = NULL;
}

ptrdiff_t source_next(Source *source, const uint8_t **bytes) {
    if (source->input.bytes) {
        size_t left = source->input.count - (size_t)source->offset;
        *bytes = source->input.bytes + source->offset;
        source->offset += left;
        return (ptrdiff_t)left;
    }
    for (;;) {
        // pread: the descriptor's own position stays the caller's.
        ssize_t got = pread(
            source->input.descriptor, source->buffer, STREAM_BUFFER_BYTES, (off_t)source->offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        *bytes = source->buffer;
        source->offset += (uint64_t)got;
        return got;
    }
}

int sink_write(Sink *sink, const uint8_t *bytes, size_t count) {
    if (sink->descriptor >= 0) {
        while (count > 0) {
            ssize_t put = write(sink->descriptor, bytes, count);
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return errno;
            bytes += put;
            count -= (size_t)put;
        }
        return 0;
    }
    if (count > SIZE_MAX / 4 - sink->count) return ENOMEM;
    if (sink->count + count > sink->capacity) {
        size_t capacity = (sink->count + count) * 2;
        uint8_t *larger = realloc(sink->bytes, capacity);
        if (!larger) return ENOMEM;
        sink->bytes = larger;
        sink->capacity = capacity;
    }
    memcpy(sink->bytes + sink->count, bytes, count);
    sink->count += count;
    return 0;
}

void sink_close(Sink *sink) {
    free(sink->bytes);
    sink->bytes = NULL;
}

void report_cause(CodecReport *report, int32_t status, const char *message) {
    if (report->status != CODEC_OK) return;
    report->status = status;
    snprintf(report->message, sizeof report->message, "%s", message);
}

void report_system(CodecReport *report, int error, const char *message) {
    if (report->status != CODEC_OK) return;
    report->systemError = error;
    report_cause(report, error == ENOMEM ? CODEC_NO_MEMORY : CODEC_SYSTEM, message);
}
