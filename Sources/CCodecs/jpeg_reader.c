#include <errno.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "streams.h"

// A progressive file may name any number of scans, each of which costs a pass over all coefficients.
enum { MAXIMUM_SCANS = 1000 };

struct CodecJPEGReader {
    struct jpeg_decompress_struct decompress;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr manager;
    struct jpeg_progress_mgr progress;
    Source source;
    int acceptsDamage;
    int isCreated;
    CodecReport *report;
    jmp_buf jump;
    char warning[200];
    uint32_t warningRow;
    uint32_t remarks;  // CODEC_JPEG_... bits
    int isOpening;     // the segments before the first scan are read
    int hasEnded;      // the file's bytes are used up, and a made-up end of image was given
};

static CodecJPEGReader *owner(j_common_ptr common) { return common->client_data; }

static void leave(CodecJPEGReader *reader, int32_t status) {
    char message[JMSG_LENGTH_MAX];
    reader->errors.format_message((j_common_ptr)&reader->decompress, message);
    report_cause(reader->report, status, message);
    longjmp(reader->jump, 1);
}

static void on_error(j_common_ptr common) {
    CodecJPEGReader *reader = owner(common);
    if (reader->errors.msg_code == JERR_OUT_OF_MEMORY) leave(reader, CODEC_NO_MEMORY);
    // What the made-up end was taken for is no news: the file ends.
    leave(reader, reader->hasEnded ? CODEC_TRUNCATED : CODEC_DAMAGED);
}

static void keep_warning(CodecJPEGReader *reader, const char *message) {
    if (reader->warning[0]) return;
    snprintf(reader->warning, sizeof reader->warning, "%s", message);
    reader->warningRow = reader->decompress.output_scanline;
}

// Warnings about labels and about bytes beside the coded data are remarks: every pixel is there. The others say that
// coded data is missing or wrong.
static void on_message(j_common_ptr common, int level) {
    if (level >= 0) return;
    CodecJPEGReader *reader = owner(common);
    switch (reader->errors.msg_code) {
        case JWRN_ADOBE_XFORM:
        case JWRN_JFIF_MAJOR:
        case JWRN_BOGUS_ICC: return;
        case JWRN_NOT_SEQUENTIAL:
        case JWRN_BOGUS_PROGRESSION: reader->remarks |= CODEC_JPEG_ODD_SCAN; return;
        case JWRN_EXTRANEOUS_DATA: reader->remarks |= CODEC_JPEG_STRAY_BYTES; return;
        default: break;
    }
    if (!reader->acceptsDamage) leave(reader, reader->hasEnded ? CODEC_TRUNCATED : CODEC_DAMAGED);
    char message[JMSG_LENGTH_MAX];
    reader->errors.format_message(common, message);
    keep_warning(reader, message);
}

static void on_output(j_common_ptr common) { (void)common; }

static void on_progress(j_common_ptr common) {
    CodecJPEGReader *reader = owner(common);
    if (reader->decompress.input_scan_number <= MAXIMUM_SCANS) return;
    report_cause(reader->report, CODEC_DAMAGED, "more than 1000 scans");
    longjmp(reader->jump, 1);
}

static void on_source(j_decompress_ptr decompress) { (void)decompress; }

static boolean on_fill(j_decompress_ptr decompress) {
    static const JOCTET endOfImage[2] = {0xFF, JPEG_EOI};
    CodecJPEGReader *reader = owner((j_common_ptr)decompress);
    const uint8_t *bytes = NULL;
    ptrdiff_t got = source_next(&reader->source, &bytes);
    if (got < 0) {
        report_system(reader->report, errno, "cannot read");
        longjmp(reader->jump, 1);
    }
    if (got == 0) {
        // The decoder asks for bytes ahead of time: whether any were missing shows when it has none left. Arithmetic
        // coding never tells, it goes on with zeros.
        if (reader->isOpening || (decompress->arith_code && decompress->output_scanline < decompress->output_height)) {
            if (!reader->acceptsDamage) {
                report_cause(reader->report, CODEC_TRUNCATED, "the file ends");
                longjmp(reader->jump, 1);
            }
            keep_warning(reader, "the file ends before the last row");
        }
        reader->hasEnded = 1;
        reader->remarks |= CODEC_JPEG_NO_END;
        bytes = endOfImage;
        got = 2;
    }
    reader->manager.next_input_byte = bytes;
    reader->manager.bytes_in_buffer = (size_t)got;
    return TRUE;
}

static void on_skip(j_decompress_ptr decompress, long count) {
    CodecJPEGReader *reader = owner((j_common_ptr)decompress);
    while (count > 0) {
        if (reader->manager.bytes_in_buffer == 0) on_fill(decompress);
        size_t part = reader->manager.bytes_in_buffer;
        if (part > (size_t)count) part = (size_t)count;
        reader->manager.next_input_byte += part;
        reader->manager.bytes_in_buffer -= part;
        count -= (long)part;
        // Past the end only the made-up end of image is left: skipping it would never come to an end.
        if (reader->hasEnded && reader->manager.bytes_in_buffer == 0) return;
    }
}

static void on_term(j_decompress_ptr decompress) { (void)decompress; }

static void begin(CodecJPEGReader *reader, CodecReport *report) {
    memset(report, 0, sizeof *report);
    reader->report = report;
}

static int32_t end(CodecJPEGReader *reader) {
    reader->report->offset = codec_jpeg_reader_position(reader);
    reader->report->row = reader->decompress.output_scanline;
    return reader->report->status;
}

static uint64_t coefficient_bytes(const struct jpeg_decompress_struct *decompress) {
    uint64_t bytes = 0;
    for (int i = 0; i < decompress->num_components; i++) {
        const jpeg_component_info *component = &decompress->comp_info[i];
        uint64_t h = (uint64_t)component->h_samp_factor, v = (uint64_t)component->v_samp_factor;
        uint64_t across = (component->width_in_blocks + h - 1) / h * h;
        uint64_t down = (component->height_in_blocks + v - 1) / v * v;
        bytes += across * down * sizeof(JBLOCK);
    }
    return bytes;
}

// Whether every coefficient came with the scans that were read: to its last bit in a progressive file, with one scan
// for each component in others.
static int has_all_scans(const struct jpeg_decompress_struct *decompress) {
    for (int i = 0; i < decompress->num_components; i++) {
        // libjpeg keeps a component's table when its first scan begins.
        if (!decompress->comp_info[i].quant_table) return 0;
        if (!decompress->progressive_mode || !decompress->coef_bits) continue;
        for (int k = 0; k < DCTSIZE2; k++) {
            if (decompress->coef_bits[i][k] != 0) return 0;
        }
    }
    return 1;
}

CodecJPEGReader *codec_jpeg_reader_open(
    CodecInput input, int32_t acceptsDamage, CodecJPEGInfo *info, CodecReport *report) {
    memset(report, 0, sizeof *report);
    CodecJPEGReader *reader = calloc(1, sizeof *reader);
    if (!reader || !source_open(&reader->source, input)) {
        free(reader);
        report_cause(report, CODEC_NO_MEMORY, "no memory for a JPEG reader");
        return NULL;
    }
    reader->acceptsDamage = acceptsDamage;
    begin(reader, report);
    struct jpeg_decompress_struct *decompress = &reader->decompress;
    decompress->err = jpeg_std_error(&reader->errors);
    reader->errors.error_exit = on_error;
    reader->errors.emit_message = on_message;
    reader->errors.output_message = on_output;
    decompress->client_data = reader;
    if (setjmp(reader->jump)) {
        end(reader);
        codec_jpeg_reader_close(reader);
        return NULL;
    }
    reader->isCreated = 1;
    jpeg_create_decompress(decompress);  // keeps err and client_data
    reader->manager.init_source = on_source;
    reader->manager.fill_input_buffer = on_fill;
    reader->manager.skip_input_data = on_skip;
    reader->manager.resync_to_restart = jpeg_resync_to_restart;
    reader->manager.term_source = on_term;
    decompress->src = &reader->manager;
    reader->progress.progress_monitor = on_progress;
    decompress->progress = &reader->progress;
    reader->isOpening = 1;
    jpeg_read_header(decompress, TRUE);
    reader->isOpening = 0;
    switch (decompress->jpeg_color_space) {
        case JCS_GRAYSCALE: decompress->out_color_space = JCS_GRAYSCALE; break;
        case JCS_CMYK:
        case JCS_YCCK: decompress->out_color_space = JCS_CMYK; break;
        default: decompress->out_color_space = JCS_RGB; break;
    }
    decompress->dct_method = JDCT_ISLOW;
    jpeg_calc_output_dimensions(decompress);
    info->width = decompress->output_width;
    info->height = decompress->output_height;
    info->channels = (uint32_t)decompress->out_color_components;
    info->isWhole = jpeg_has_multiple_scans(decompress) != 0;
    info->libraryBytes = info->isWhole ? coefficient_bytes(decompress) : 0;
    info->hasAdobeMarker = decompress->saw_Adobe_marker != 0;
    end(reader);
    return reader;
}

int32_t codec_jpeg_read_begin(CodecJPEGReader *reader, CodecReport *report) {
    begin(reader, report);
    if (setjmp(reader->jump)) return end(reader);
    jpeg_start_decompress(&reader->decompress);
    if (reader->hasEnded && jpeg_has_multiple_scans(&reader->decompress) && !has_all_scans(&reader->decompress)) {
        if (!reader->acceptsDamage) report_cause(report, CODEC_TRUNCATED, "the file ends");
        keep_warning(reader, "the file ends before the last scan");
    }
    return end(reader);
}

int32_t codec_jpeg_read_rows(
    CodecJPEGReader *reader, uint8_t *rows, size_t stride, uint32_t count, CodecReport *report) {
    begin(reader, report);
    if (setjmp(reader->jump)) return end(reader);
    const uint32_t first = reader->decompress.output_scanline;
    while (reader->decompress.output_scanline - first < count) {
        JSAMPROW pointers[8];
        const uint32_t done = reader->decompress.output_scanline - first;
        const uint32_t wanted = count - done < 8 ? count - done : 8;
        for (uint32_t i = 0; i < wanted; i++) pointers[i] = rows + stride * (done + i);
        if (jpeg_read_scanlines(&reader->decompress, pointers, wanted) == 0) {
            report_cause(report, CODEC_DAMAGED, "no more rows");
            break;
        }
    }
    return end(reader);
}

int32_t codec_jpeg_read_end(CodecJPEGReader *reader, CodecReport *report) {
    begin(reader, report);
    if (setjmp(reader->jump)) {
        // Every row has been handed out: what follows can only be odd.
        if (report->status == CODEC_DAMAGED || report->status == CODEC_TRUNCATED) {
            memset(report, 0, sizeof *report);
            reader->remarks |= CODEC_JPEG_ODD_END;
        }
        return end(reader);
    }
    jpeg_finish_decompress(&reader->decompress);
    return end(reader);
}

uint32_t codec_jpeg_reader_remarks(const CodecJPEGReader *reader) { return reader->remarks; }

uint64_t codec_jpeg_reader_position(const CodecJPEGReader *reader) {
    return reader->hasEnded ? reader->source.offset : reader->source.offset - reader->manager.bytes_in_buffer;
}

const char *codec_jpeg_reader_warning(const CodecJPEGReader *reader, uint32_t *row) {
    *row = reader->warningRow;
    return reader->warning;
}

void codec_jpeg_reader_close(CodecJPEGReader *reader) {
    if (!reader) return;
    if (reader->isCreated) jpeg_destroy_decompress(&reader->decompress);
    source_close(&reader->source);
    free(reader);
}
