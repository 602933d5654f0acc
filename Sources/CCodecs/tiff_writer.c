#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "streams.h"
#include "tiff_handles.h"

struct CodecTIFFWriter {
    Sink sink;
    int64_t base;  // the descriptor's position where the file begins
    uint64_t written;
    CodecTIFFStrips layout;
    TIFF *tiff;  // of the page in progress
    uint64_t position;
    int discards;  // the library's own header and directory are not wanted
    uint8_t *strip;
    uint32_t stripRows;  // rows in `strip`
    uint32_t row;
    CodecReport *report;
    char error[TIFF_MESSAGE_BYTES];
};

static void append(CodecTIFFWriter *writer, const uint8_t *bytes, size_t count) {
    if (writer->report->status != CODEC_OK) return;
    int error = sink_write(&writer->sink, bytes, count);
    if (error) report_system(writer->report, error, "cannot write");
    writer->written += count;
}

static tmsize_t on_read(thandle_t handle, void *to, tmsize_t count) {
    (void)handle;
    (void)to;
    (void)count;
    return 0;
}

static tmsize_t on_write(thandle_t handle, void *from, tmsize_t count) {
    CodecTIFFWriter *writer = handle;
    if (writer->discards) {
        writer->position += (uint64_t)count;
        return count;
    }
    append(writer, from, (size_t)count);
    writer->position = writer->written;
    return writer->report->status == CODEC_OK ? count : 0;
}

// Strips are only ever appended.
static toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
    CodecTIFFWriter *writer = handle;
    if (whence == SEEK_CUR) offset += writer->position;
    if (whence == SEEK_END) offset += writer->written;
    return writer->position = offset;
}

static toff_t on_size(thandle_t handle) { return ((CodecTIFFWriter *)handle)->written; }

static int on_warning(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
    (void)tiff;
    (void)data;
    (void)module;
    (void)format;
    (void)arguments;
    return 1;
}

static void begin(CodecTIFFWriter *writer, CodecReport *report) {
    memset(report, 0, sizeof *report);
    writer->report = report;
    writer->error[0] = 0;
}

static int32_t end(CodecTIFFWriter *writer) {
    writer->report->offset = writer->written;
    writer->report->row = writer->row;
    return writer->report->status;
}

CodecTIFFWriter *codec_tiff_writer_open(int32_t descriptor, CodecReport *report) {
    memset(report, 0, sizeof *report);
    CodecTIFFWriter *writer = calloc(1, sizeof *writer);
    if (!writer) {
        report_cause(report, CODEC_NO_MEMORY, "no memory for a TIFF writer");
        return NULL;
    }
    writer->sink.descriptor = descriptor;
    begin(writer, report);
    if (descriptor >= 0 && (writer->base = lseek(descriptor, 0, SEEK_CUR)) < 0)
        report_system(report, errno, "a TIFF needs a file whose beginning can be written last");
    static const uint8_t header[TIFF_HEADER_BYTES];
    append(writer, header, sizeof header);
    if (end(writer) == CODEC_OK) return writer;
    codec_tiff_writer_close(writer);
    return NULL;
}

static void close_page(CodecTIFFWriter *writer) {
    if (!writer->tiff) return;
    writer->discards = 1;
    TIFFClose(writer->tiff);
    writer->tiff = NULL;
    free(writer->strip);
    writer->strip = NULL;
}

int32_t codec_tiff_begin_strips(CodecTIFFWriter *writer, CodecTIFFStrips layout, CodecReport *report) {
    begin(writer, report);
    close_page(writer);
    writer->layout = layout;
    writer->row = writer->stripRows = 0;
    writer->discards = 1;
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (options) {
        TIFFOpenOptionsSetErrorHandlerExtR(options, tiff_keep_first, writer->error);
        TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, writer);
        // BigTIFF, since that has room for any offset; which of the two the file becomes is its directory's matter.
        writer->tiff = TIFFClientOpenExt(
            "TIFF", layout.isBigEndian ? "w8b" : "w8l", writer, on_read, on_write, on_seek, tiff_close_nothing, on_size, NULL,
            NULL, options);
        TIFFOpenOptionsFree(options);
    }
    size_t stripBytes = (size_t)layout.width * layout.channels * (layout.bitDepth / 8) * layout.rowsPerStrip;
    writer->strip = malloc(stripBytes);
    if (!writer->tiff || !writer->strip) {
        report_cause(report, CODEC_NO_MEMORY, "no memory for strips");
        return end(writer);
    }
    TIFF *tiff = writer->tiff;
    int isSet = TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, layout.width) &&
                TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, layout.height) &&
                TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, (int)layout.bitDepth) &&
                TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, (int)layout.channels) &&
                TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, layout.rowsPerStrip) &&
                TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) &&
                TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, layout.channels < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB) &&
                TIFFSetField(tiff, TIFFTAG_COMPRESSION, (int)layout.compression);
    if (isSet && layout.compression != COMPRESSION_NONE) isSet = TIFFSetField(tiff, TIFFTAG_PREDICTOR, 2);
    if (isSet && layout.compression == COMPRESSION_ADOBE_DEFLATE)
        isSet = TIFFSetField(tiff, TIFFTAG_ZIPQUALITY, (int)layout.level);
    if (!isSet) report_cause(report, CODEC_DAMAGED, writer->error[0] ? writer->error : "the strips cannot be encoded");
    writer->discards = 0;
    return end(writer);
}

int32_t codec_tiff_write_rows(
    CodecTIFFWriter *writer, const uint8_t *rows, size_t stride, uint32_t count, CodecReport *report) {
    begin(writer, report);
    const CodecTIFFStrips *layout = &writer->layout;
    size_t rowBytes = (size_t)layout->width * layout->channels * (layout->bitDepth / 8);
    for (uint32_t i = 0; i < count && report->status == CODEC_OK; i++) {
        memcpy(writer->strip + rowBytes * writer->stripRows, rows + stride * i, rowBytes);
        writer->stripRows++;
        writer->row++;
        if (writer->stripRows < layout->rowsPerStrip && writer->row < layout->height) continue;
        tmsize_t bytes = (tmsize_t)(rowBytes * writer->stripRows);
        uint32_t strip = (writer->row - 1) / layout->rowsPerStrip;
        writer->stripRows = 0;
        if (TIFFWriteEncodedStrip(writer->tiff, strip, writer->strip, bytes) < 0)
            report_cause(report, CODEC_DAMAGED, writer->error[0] ? writer->error : "a strip cannot be encoded");
    }
    return end(writer);
}

void codec_tiff_strip(const CodecTIFFWriter *writer, uint32_t strip, uint64_t *offset, uint64_t *count) {
    *offset = TIFFGetStrileOffset(writer->tiff, strip);
    *count = TIFFGetStrileByteCount(writer->tiff, strip);
}

int32_t codec_tiff_append(CodecTIFFWriter *writer, const uint8_t *bytes, size_t count, CodecReport *report) {
    begin(writer, report);
    close_page(writer);
    append(writer, bytes, count);
    return end(writer);
}

int32_t codec_tiff_write_header(CodecTIFFWriter *writer, const uint8_t *bytes, CodecReport *report) {
    begin(writer, report);
    close_page(writer);
    if (writer->sink.descriptor < 0) {
        memcpy(writer->sink.bytes, bytes, TIFF_HEADER_BYTES);
        return end(writer);
    }
    size_t done = 0;
    while (done < TIFF_HEADER_BYTES) {
        ssize_t put = pwrite(
            writer->sink.descriptor, bytes + done, TIFF_HEADER_BYTES - done, (off_t)(writer->base + (int64_t)done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) {
            report_system(report, errno, "cannot write");
            break;
        }
        done += (size_t)put;
    }
    return end(writer);
}

const uint8_t *codec_tiff_writer_bytes(const CodecTIFFWriter *writer, size_t *count) {
    *count = writer->sink.count;
    return writer->sink.bytes;
}

void codec_tiff_writer_close(CodecTIFFWriter *writer) {
    if (!writer) return;
    CodecReport report;
    begin(writer, &report);
    close_page(writer);
    sink_close(&writer->sink);
    free(writer);
}
