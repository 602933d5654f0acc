#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "streams.h"

struct CodecPNGReader {
    png_structp png;
    png_infop info;
    Source source;
    const uint8_t *next;
    size_t left;
    uint64_t taken;
    uint32_t row;
    int endsEarly;  // missing bytes are made up
    CodecReport *report;  // of the call in progress
    jmp_buf jump;
    char warning[200];
};

static void on_error(png_structp png, png_const_charp message) {
    CodecPNGReader *reader = png_get_error_ptr(png);
    report_cause(reader->report, CODEC_DAMAGED, message);
    longjmp(reader->jump, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    CodecPNGReader *reader = png_get_error_ptr(png);
    // The caller has looked at the check sums of all ancillary chunks.
    if (reader->warning[0] || strstr(message, "CRC")) return;
    snprintf(reader->warning, sizeof reader->warning, "%s", message);
}

static void on_read(png_structp png, png_bytep bytes, size_t count) {
    CodecPNGReader *reader = png_get_io_ptr(png);
    while (count > 0) {
        if (reader->left == 0) {
            ptrdiff_t got = source_next(&reader->source, &reader->next);
            if (got < 0) report_system(reader->report, errno, "cannot read");
            if (got == 0 && reader->endsEarly) {
                memset(bytes, 0, count);
                return;
            }
            if (got == 0) report_cause(reader->report, CODEC_TRUNCATED, "the file ends");
            if (got <= 0) png_error(png, "no more bytes");
            reader->left = (size_t)got;
        }
        size_t part = count < reader->left ? count : reader->left;
        memcpy(bytes, reader->next, part);
        reader->next += part;
        reader->left -= part;
        reader->taken += part;
        bytes += part;
        count -= part;
    }
}

static void begin(CodecPNGReader *reader, CodecReport *report) {
    memset(report, 0, sizeof *report);
    reader->report = report;
}

static int32_t end(CodecPNGReader *reader) {
    reader->report->offset = reader->taken;
    reader->report->row = reader->row;
    return reader->report->status;
}

CodecPNGReader *codec_png_reader_open(
    CodecInput input, int32_t endsEarly, CodecPNGInfo *info, CodecReport *report) {
    memset(report, 0, sizeof *report);
    CodecPNGReader *reader = calloc(1, sizeof *reader);
    if (!reader || !source_open(&reader->source, input)) {
        free(reader);
        report_cause(report, CODEC_NO_MEMORY, "no memory for a PNG reader");
        return NULL;
    }
    reader->endsEarly = endsEarly;
    begin(reader, report);
    if (setjmp(reader->jump)) {
        end(reader);
        codec_png_reader_close(reader);
        return NULL;
    }
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
    reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
    if (!reader->info) {
        report_cause(report, CODEC_NO_MEMORY, "no memory for libpng");
        longjmp(reader->jump, 1);
    }
    png_structp png = reader->png;
    png_set_read_fn(png, reader, on_read);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    // The caller reads metadata itself. A wrong check sum costs an ancillary chunk, as is the library's rule.
    static const png_byte ignored[] =
        "acTL\0bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tEXt\0"
        "tIME\0zTXt";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, ignored, (int)(sizeof ignored / 5));
    png_set_crc_action(png, endsEarly ? PNG_CRC_QUIET_USE : PNG_CRC_ERROR_QUIT, PNG_CRC_WARN_DISCARD);
    if (endsEarly) png_set_option(png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
    png_read_info(png, reader->info);
    png_set_expand(png);
    const uint16_t one = 1;
    if (*(const uint8_t *)&one == 1) png_set_swap(png);
    info->interlaced = png_get_interlace_type(png, reader->info) != PNG_INTERLACE_NONE;
    if (info->interlaced) png_set_interlace_handling(png);
    png_read_update_info(png, reader->info);
    info->width = png_get_image_width(png, reader->info);
    info->height = png_get_image_height(png, reader->info);
    info->channels = png_get_channels(png, reader->info);
    info->bitDepth = png_get_bit_depth(png, reader->info);
    info->rowBytes = png_get_rowbytes(png, reader->info);
    end(reader);
    return reader;
}

int32_t codec_png_read_rows(
    CodecPNGReader *reader, uint8_t *rows, size_t stride, uint32_t count, CodecReport *report) {
    begin(reader, report);
    if (setjmp(reader->jump)) return end(reader);
    png_structp png = reader->png;
    if (png_get_interlace_type(png, reader->info) != PNG_INTERLACE_NONE) {
        for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
            reader->row = 0;
            for (; reader->row < count; reader->row++) png_read_row(png, rows + stride * reader->row, NULL);
        }
    } else {
        for (uint32_t i = 0; i < count; i++, reader->row++) png_read_row(png, rows + stride * i, NULL);
    }
    return end(reader);
}

int32_t codec_png_read_end(CodecPNGReader *reader, CodecReport *report) {
    begin(reader, report);
    if (reader->endsEarly) return end(reader);
    if (setjmp(reader->jump)) return end(reader);
    png_read_end(reader->png, NULL);
    return end(reader);
}

const char *codec_png_reader_warning(const CodecPNGReader *reader) { return reader->warning; }

void codec_png_reader_close(CodecPNGReader *reader) {
    if (!reader) return;
    if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
    source_close(&reader->source);
    free(reader);
}
