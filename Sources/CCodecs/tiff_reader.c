#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "streams.h"
#include "tiff_handles.h"

#if TIFFLIB_VERSION < 20221213
#error "libtiff 4.5.0 or later is needed: earlier ones have no limit on what they allocate for a file."
#endif

// The bytes that a handle of the library sees: the caller's directory, then the file.
typedef struct Stream {
    CodecTIFFReader *reader;
    uint64_t position;
    TIFF *tiff;
} Stream;

struct CodecTIFFReader {
    CodecTIFFPlan plan;
    CodecInput input;
    uint64_t fileBytes;
    Stream *streams;  // one; where strips of separate planes are decoded by rows, one for each plane
    uint32_t streamCount;
    int isTiled;
    uint32_t width, height;
    uint32_t blockWidth, blockRows;  // of a strip or tile, in pixels
    uint32_t across;                 // tiles in a row of tiles, 1 for strips
    size_t blockRowBytes;            // of a strip's or tile's row, in one plane
    uint8_t *block;                  // a strip or a row of tiles, of every plane
    uint32_t loaded;                 // the number of what is in `block`
    uint32_t row;
    CodecReport *report;  // of the call in progress
    char error[TIFF_MESSAGE_BYTES];      // the first one of a call
    int32_t systemError;
    char warning[200];
    char damage[200];
    uint32_t damageRow;
};

static tmsize_t on_read(thandle_t handle, void *to, tmsize_t count) {
    Stream *stream = handle;
    CodecTIFFReader *reader = stream->reader;
    uint64_t prefix = reader->plan.prefixCount;
    uint8_t *bytes = to;
    tmsize_t done = 0;
    while (done < count) {
        uint64_t left = (uint64_t)(count - done);
        ptrdiff_t got = 0;
        if (stream->position < prefix) {
            if (left > prefix - stream->position) left = prefix - stream->position;
            memcpy(bytes + done, reader->plan.prefix + stream->position, left);
            got = (ptrdiff_t)left;
        } else {
            uint64_t offset = stream->position - prefix;
            if (offset >= reader->fileBytes) break;
            if (left > reader->fileBytes - offset) left = reader->fileBytes - offset;
            if (reader->input.bytes) {
                memcpy(bytes + done, reader->input.bytes + offset, left);
                got = (ptrdiff_t)left;
            } else {
                got = pread(reader->input.descriptor, bytes + done, left, (off_t)offset);
                if (got < 0 && errno == EINTR) continue;
                if (got < 0) reader->systemError = errno;
                if (got <= 0) break;
            }
        }
        stream->position += (uint64_t)got;
        done += got;
    }
    return done;
}

static tmsize_t on_write(thandle_t handle, void *from, tmsize_t count) {
    (void)handle;
    (void)from;
    (void)count;
    return 0;
}

static toff_t on_size(thandle_t handle) {
    CodecTIFFReader *reader = ((Stream *)handle)->reader;
    return reader->plan.prefixCount + reader->fileBytes;
}

static toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
    Stream *stream = handle;
    if (whence == SEEK_CUR) offset += stream->position;
    if (whence == SEEK_END) offset += on_size(handle);
    return stream->position = offset;
}

static int on_warning(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
    (void)tiff;
    CodecTIFFReader *reader = data;
    char message[200];
    vsnprintf(message, sizeof message, format, arguments);
    // libjpeg goes on with grey where data is missing, and calls that a warning.
    if (module && strcmp(module, "JPEGLib") == 0 && strstr(message, "remature end")) {
        if (!reader->error[0]) memcpy(reader->error, message, sizeof message);
    } else if (!reader->warning[0] && strncmp(message, "Unknown field", 13) != 0) {
        memcpy(reader->warning, message, sizeof message);
    }
    return 1;
}

static void begin(CodecTIFFReader *reader, CodecReport *report) {
    memset(report, 0, sizeof *report);
    reader->report = report;
    reader->error[0] = 0;
}

static int32_t end(CodecTIFFReader *reader) {
    reader->report->row = reader->row;
    reader->report->offset = reader->fileBytes;
    return reader->report->status;
}

// What the library reported, if anything, becomes the call's failure, or is remembered where damage is accepted.
// Returns 1 where the work can go on.
static int judge(CodecTIFFReader *reader, int hasFailed) {
    if (reader->systemError) report_system(reader->report, reader->systemError, "cannot read");
    if (!hasFailed && !reader->error[0]) return reader->report->status == CODEC_OK;
    const char *message = reader->error[0] ? reader->error : "the data cannot be decoded";
    if (!reader->plan.acceptsDamage || reader->report->status != CODEC_OK) {
        report_cause(reader->report, CODEC_DAMAGED, message);
        return 0;
    }
    if (!reader->damage[0]) {
        snprintf(reader->damage, sizeof reader->damage, "%s", message);
        reader->damageRow = reader->row;
    }
    reader->error[0] = 0;
    return 1;
}

static int open_stream(CodecTIFFReader *reader, Stream *stream) {
    stream->reader = reader;
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return 0;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)reader->plan.maximumBytes);
    TIFFOpenOptionsSetErrorHandlerExtR(options, tiff_keep_first, reader->error);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, reader);
    stream->tiff = TIFFClientOpenExt(
        "TIFF", "rm", stream, on_read, on_write, on_seek, tiff_close_nothing, on_size, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    if (!stream->tiff) return 0;
    uint16_t compression = 0, photometric = 0;
    TIFFGetFieldDefaulted(stream->tiff, TIFFTAG_COMPRESSION, &compression);
    TIFFGetField(stream->tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    if (compression == COMPRESSION_JPEG && photometric == PHOTOMETRIC_YCBCR)
        TIFFSetField(stream->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    return 1;
}

// Sets what the reader knows of blocks, and compares it with what the caller expects of a row.
static int measure(CodecTIFFReader *reader) {
    TIFF *tiff = reader->streams[0].tiff;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &reader->width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &reader->height);
    reader->isTiled = TIFFIsTiled(tiff);
    if (reader->isTiled) {
        TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &reader->blockWidth);
        TIFFGetField(tiff, TIFFTAG_TILELENGTH, &reader->blockRows);
    } else {
        TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &reader->blockRows);
        reader->blockWidth = reader->width;
    }
    if (reader->blockRows > reader->height && !reader->isTiled) reader->blockRows = reader->height;
    if (reader->width == 0 || reader->blockWidth == 0 || reader->blockRows == 0) return 0;
    reader->across = (uint32_t)(((uint64_t)reader->width + reader->blockWidth - 1) / reader->blockWidth);
    uint64_t bytes = reader->plan.asRGBA    ? (uint64_t)reader->blockWidth * 4
                     : reader->isTiled      ? TIFFTileRowSize64(tiff)
                                            : TIFFScanlineSize64(tiff);
    reader->blockRowBytes = (size_t)bytes;
    return bytes == reader->plan.blockRowBytes;
}

CodecTIFFReader *codec_tiff_reader_open(CodecInput input, CodecTIFFPlan plan, CodecReport *report) {
    memset(report, 0, sizeof *report);
    CodecTIFFReader *reader = calloc(1, sizeof *reader);
    if (reader) {
        reader->streamCount = plan.byRows ? plan.planes : 1;
        reader->streams = calloc(reader->streamCount, sizeof *reader->streams);
    }
    if (!reader || !reader->streams) {
        free(reader);
        report_cause(report, CODEC_NO_MEMORY, "no memory for a TIFF reader");
        return NULL;
    }
    reader->plan = plan;
    reader->input = input;
    reader->fileBytes = input.count;
    reader->loaded = UINT32_MAX;
    begin(reader, report);
    struct stat status;
    if (!input.bytes) {
        if (fstat(input.descriptor, &status) != 0) report_system(report, errno, "cannot read");
        else reader->fileBytes = (uint64_t)status.st_size;
    }
    int isOpen = report->status == CODEC_OK;
    for (uint32_t i = 0; isOpen && i < reader->streamCount; i++) isOpen = open_stream(reader, &reader->streams[i]);
    if (isOpen && !measure(reader)) {
        report_cause(report, CODEC_DAMAGED, "the rows have another length than the directory says");
        isOpen = 0;
    }
    if (isOpen) return reader;
    if (reader->systemError) report_system(report, reader->systemError, "cannot read");
    report_cause(report, CODEC_DAMAGED, reader->error[0] ? reader->error : "the directory cannot be read");
    end(reader);
    codec_tiff_reader_close(reader);
    return NULL;
}

// A strip or tile of `plane` that begins at the pixel `x` of the reader's row; absent ones are 0. Returns 0 on failure.
static int load_part(CodecTIFFReader *reader, uint32_t x, uint32_t plane, uint8_t *to, size_t bytes) {
    TIFF *tiff = reader->streams[0].tiff;
    uint32_t row = reader->row;
    uint32_t number = reader->isTiled ? TIFFComputeTile(tiff, x, row, 0, (uint16_t)plane)
                                      : TIFFComputeStrip(tiff, row, (uint16_t)plane);
    if (TIFFGetStrileByteCount(tiff, number) == 0) {
        memset(to, 0, bytes);
        return 1;
    }
    int isRead;
    if (reader->plan.asRGBA) {
        isRead = reader->isTiled ? TIFFReadRGBATileExt(tiff, x, row, (uint32_t *)to, 1)
                                 : TIFFReadRGBAStripExt(tiff, row, (uint32_t *)to, 1);
    } else {
        tmsize_t got = reader->isTiled ? TIFFReadEncodedTile(tiff, number, to, (tmsize_t)bytes)
                                       : TIFFReadEncodedStrip(tiff, number, to, (tmsize_t)bytes);
        isRead = got >= 0;
    }
    // What was decoded before the damage may be there; the rest must not be an earlier strip's.
    if (!isRead && reader->plan.acceptsDamage) memset(to, 0, bytes);
    return isRead;
}

// Fills `block` with the strip or the row of tiles that the reader's row begins.
static int load(CodecTIFFReader *reader) {
    size_t rowBytes = reader->blockRowBytes;
    size_t part = rowBytes * reader->blockRows;  // the caller has checked that this and the next fit into memory
    size_t all = part * reader->across * reader->plan.planes;
    if (!reader->block && !(reader->block = calloc(1, all))) {
        report_cause(reader->report, CODEC_NO_MEMORY, "no memory for a strip or a row of tiles");
        return 0;
    }
    uint8_t *to = reader->block;
    for (uint32_t plane = 0; plane < reader->plan.planes; plane++) {
        for (uint32_t i = 0; i < reader->across; i++, to += part) {
            int isRead = load_part(reader, i * reader->blockWidth, plane, to, part);
            if (!judge(reader, !isRead)) return 0;
        }
    }
    reader->loaded = reader->row / reader->blockRows;
    return 1;
}

// The library's pixels are numbers whose lowest byte is red, in rows from the bottom.
static void unpack(const uint32_t *pixels, uint8_t *to, uint32_t count) {
    for (uint32_t i = 0; i < count; i++, to += 4) {
        to[0] = (uint8_t)TIFFGetR(pixels[i]);
        to[1] = (uint8_t)TIFFGetG(pixels[i]);
        to[2] = (uint8_t)TIFFGetB(pixels[i]);
        to[3] = (uint8_t)TIFFGetA(pixels[i]);
    }
}

static void copy_row(const CodecTIFFReader *reader, uint8_t *to) {
    size_t rowBytes = reader->blockRowBytes;
    size_t part = rowBytes * reader->blockRows;
    uint32_t y = reader->row % reader->blockRows;
    uint32_t rows = reader->blockRows;
    if (!reader->isTiled && reader->height - (reader->row - y) < rows) rows = reader->height - (reader->row - y);
    for (uint32_t plane = 0; plane < reader->plan.planes; plane++) {
        size_t left = (size_t)reader->plan.rowBytes;
        for (uint32_t i = 0; i < reader->across; i++) {
            const uint8_t *from = reader->block + part * (plane * (size_t)reader->across + i);
            size_t count = left < rowBytes ? left : rowBytes;
            if (reader->plan.asRGBA) {
                unpack((const uint32_t *)(from + rowBytes * (rows - 1 - y)), to, (uint32_t)(count / 4));
            } else {
                memcpy(to, from + rowBytes * y, count);
            }
            to += count;
            left -= count;
        }
    }
}

// One row of every plane, decoded where it goes.
static int read_scanlines(CodecTIFFReader *reader, uint8_t *to) {
    for (uint32_t plane = 0; plane < reader->plan.planes; plane++, to += reader->plan.rowBytes) {
        TIFF *tiff = reader->streams[plane].tiff;
        uint32_t strip = TIFFComputeStrip(tiff, reader->row, (uint16_t)plane);
        if (TIFFGetStrileByteCount(tiff, strip) == 0) {
            memset(to, 0, reader->plan.rowBytes);
            continue;
        }
        int isRead = TIFFReadScanline(tiff, to, reader->row, (uint16_t)plane) == 1;
        if (!isRead && reader->plan.acceptsDamage) memset(to, 0, reader->plan.rowBytes);
        if (!judge(reader, !isRead)) return 0;
    }
    return 1;
}

int32_t codec_tiff_read_rows(
    CodecTIFFReader *reader, uint8_t *rows, size_t stride, uint32_t count, CodecReport *report) {
    begin(reader, report);
    for (uint32_t i = 0; i < count && reader->row < reader->height; i++, reader->row++) {
        uint8_t *row = rows + stride * i;
        if (reader->plan.byRows) {
            if (!read_scanlines(reader, row)) break;
        } else {
            if (reader->row / reader->blockRows != reader->loaded && !load(reader)) break;
            copy_row(reader, row);
        }
    }
    return end(reader);
}

const char *codec_tiff_reader_warning(const CodecTIFFReader *reader) { return reader->warning; }

const char *codec_tiff_reader_damage(const CodecTIFFReader *reader, uint32_t *row) {
    *row = reader->damageRow;
    return reader->damage;
}

void codec_tiff_reader_close(CodecTIFFReader *reader) {
    if (!reader) return;
    for (uint32_t i = 0; i < reader->streamCount; i++) {
        if (reader->streams[i].tiff) TIFFClose(reader->streams[i].tiff);
    }
    free(reader->streams);
    free(reader->block);
    free(reader);
}

int32_t codec_tiff_can_decode(uint16_t compression) { return TIFFIsCODECConfigured(compression); }
