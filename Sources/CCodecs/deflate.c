#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "CCodecs.h"

// `windowBits` of zlib: 15 for its own header, 31 for that of gzip.
static uint8_t *inflate_whole(
    const uint8_t *bytes, size_t count, size_t limit, size_t *inflatedCount, int windowBits) {
    if (count > UINT32_MAX || limit > UINT32_MAX) return NULL;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (inflateInit2(&stream, windowBits) != Z_OK) return NULL;
    size_t capacity = 1 << 14;
    uint8_t *inflated = NULL;
    int status = Z_OK;
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)count;
    while (status == Z_OK && stream.total_out < limit) {
        capacity = capacity * 2 < limit ? capacity * 2 : limit;
        uint8_t *larger = realloc(inflated, capacity);
        if (!larger) break;
        inflated = larger;
        stream.next_out = inflated + stream.total_out;
        stream.avail_out = (uInt)(capacity - stream.total_out);
        status = inflate(&stream, Z_NO_FLUSH);
        if (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) break;  // incomplete
    }
    *inflatedCount = stream.total_out;
    inflateEnd(&stream);
    if (status == Z_STREAM_END) return inflated;
    free(inflated);
    return NULL;
}

uint8_t *codec_inflate(const uint8_t *bytes, size_t count, size_t limit, size_t *inflatedCount) {
    return inflate_whole(bytes, count, limit, inflatedCount, 15);
}

uint8_t *codec_gunzip(const uint8_t *bytes, size_t count, size_t limit, size_t *inflatedCount) {
    return inflate_whole(bytes, count, limit, inflatedCount, 31);
}

struct CodecInflater {
    z_stream stream;
    uint64_t count;
    int hasEnded;
    uint8_t scratch[1 << 15];
};

CodecInflater *codec_inflater_open(void) {
    CodecInflater *inflater = calloc(1, sizeof *inflater);
    if (inflater && inflateInit(&inflater->stream) != Z_OK) {
        free(inflater);
        return NULL;
    }
    // The check sum may be what is missing.
    if (inflater) inflateValidate(&inflater->stream, 0);
    return inflater;
}

int32_t codec_inflater_feed(CodecInflater *inflater, const uint8_t *bytes, size_t count) {
    z_stream *stream = &inflater->stream;
    while (count > 0 && !inflater->hasEnded) {
        const uInt part = count < (1 << 20) ? (uInt)count : 1 << 20;
        stream->next_in = (Bytef *)bytes;
        stream->avail_in = part;
        do {
            stream->next_out = inflater->scratch;
            stream->avail_out = sizeof inflater->scratch;
            const int status = inflate(stream, Z_NO_FLUSH);
            inflater->count += sizeof inflater->scratch - stream->avail_out;
            inflater->hasEnded = status == Z_STREAM_END;
            // Z_BUF_ERROR: more bytes are wanted.
            if (status == Z_BUF_ERROR) break;
            if (status != Z_OK && status != Z_STREAM_END) return 0;
        } while (!inflater->hasEnded && (stream->avail_in > 0 || stream->avail_out == 0));
        bytes += part;
        count -= part;
    }
    return 1;
}

int32_t codec_inflater_has_ended(const CodecInflater *inflater) { return inflater->hasEnded; }

uint64_t codec_inflater_count(const CodecInflater *inflater) { return inflater->count; }

void codec_inflater_close(CodecInflater *inflater) {
    if (!inflater) return;
    inflateEnd(&inflater->stream);
    free(inflater);
}

uint8_t *codec_deflate(const uint8_t *bytes, size_t count, size_t *deflatedCount) {
    uLongf capacity = compressBound(count);
    uint8_t *deflated = malloc(capacity);
    if (!deflated) return NULL;
    if (compress2(deflated, &capacity, bytes, count, 9) != Z_OK) {
        free(deflated);
        return NULL;
    }
    *deflatedCount = capacity;
    return deflated;
}

uint32_t codec_crc32(uint32_t seed, const uint8_t *bytes, size_t count) {
    return (uint32_t)crc32_z(seed, bytes, count);
}

void codec_free(uint8_t *bytes) { free(bytes); }
