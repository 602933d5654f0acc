#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "streams.h"

struct CodecPNGWriter {
    png_structp png;
    png_infop info;
    Sink sink;
    uint64_t written;
    uint32_t row;
    CodecReport *report;
    jmp_buf jump;
};

static void on_error(png_structp png, png_const_charp message) {
    CodecPNGWriter *writer = png_get_error_ptr(png);
    report_cause(writer->report, CODEC_DAMAGED, message);
    longjmp(writer->jump, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void on_write(png_structp png, png_bytep bytes, size_t count) {
    CodecPNGWriter *writer = png_get_io_ptr(png);
    int error = sink_write(&writer->sink, bytes, count);
    if (error) {
        report_system(writer->report, error, "cannot write");
        png_error(png, "cannot write");
    }
    writer->written += count;
}

static void on_flush(png_structp png) { (void)png; }

static void begin(CodecPNGWriter *writer, CodecReport *report) {
    memset(report, 0, sizeof *report);
    writer->report = report;
}

static int32_t end(CodecPNGWriter *writer) {
    writer->report->offset = writer->written;
    writer->report->row = writer->row;
    return writer->report->status;
}

CodecPNGWriter *codec_png_writer_open(int32_t descriptor, CodecPNGLayout layout, CodecReport *report) {
    memset(report, 0, sizeof *report);
    CodecPNGWriter *writer = calloc(1, sizeof *writer);
    if (!writer) {
        report_cause(report, CODEC_NO_MEMORY, "no memory for a PNG writer");
        return NULL;
    }
    writer->sink.descriptor = descriptor;
    begin(writer, report);
    if (setjmp(writer->jump)) {
        end(writer);
        codec_png_writer_close(writer);
        return NULL;
    }
    writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, on_error, on_warning);
    writer->info = writer->png ? png_create_info_struct(writer->png) : NULL;
    if (!writer->info) {
        report_cause(report, CODEC_NO_MEMORY, "no memory for libpng");
        longjmp(writer->jump, 1);
    }
    static const int types[] = {
        PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    png_structp png = writer->png;
    png_set_write_fn(png, writer, on_write, on_flush);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_compression_level(png, layout.compressionLevel);
    png_set_compression_buffer_size(png, STREAM_BUFFER_BYTES);
    png_set_compression_strategy(png, Z_FILTERED);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP | PNG_FILTER_PAETH);
    png_set_IHDR(
        png, writer->info, layout.width, layout.height, (int)layout.bitDepth, types[(layout.channels - 1) & 3],
        PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, writer->info);
    const uint16_t one = 1;
    if (layout.bitDepth == 16 && *(const uint8_t *)&one == 1) png_set_swap(png);
    end(writer);
    return writer;
}

int32_t codec_png_write_chunk(
    CodecPNGWriter *writer, const char *type, const uint8_t *bytes, size_t count, CodecReport *report) {
    begin(writer, report);
    if (setjmp(writer->jump)) return end(writer);
    png_write_chunk(writer->png, (png_const_bytep)type, bytes, count);
    return end(writer);
}

int32_t codec_png_write_rows(
    CodecPNGWriter *writer, const uint8_t *rows, size_t stride, uint32_t count, CodecReport *report) {
    begin(writer, report);
    if (setjmp(writer->jump)) return end(writer);
    for (uint32_t i = 0; i < count; i++, writer->row++) png_write_row(writer->png, rows + stride * i);
    return end(writer);
}

int32_t codec_png_write_end(CodecPNGWriter *writer, CodecReport *report) {
    begin(writer, report);
    if (setjmp(writer->jump)) return end(writer);
    png_write_end(writer->png, NULL);
    return end(writer);
}

const uint8_t *codec_png_writer_bytes(const CodecPNGWriter *writer, size_t *count) {
    *count = writer->sink.count;
    return writer->sink.bytes;
}

void codec_png_writer_close(CodecPNGWriter *writer) {
    if (!writer) return;
    if (writer->png) png_destroy_write_struct(&writer->png, &writer->info);
    sink_close(&writer->sink);
    free(writer);
}
