#include <errno.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "streams.h"

struct CodecJPEGWriter {
    struct jpeg_compress_struct compress;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr manager;
    Sink sink;
    uint64_t written;
    int isCreated;
    CodecReport *report;
    jmp_buf jump;
    uint8_t buffer[STREAM_BUFFER_BYTES];
};

static CodecJPEGWriter *owner(j_common_ptr common) { return common->client_data; }

static void on_error(j_common_ptr common) {
    CodecJPEGWriter *writer = owner(common);
    char message[JMSG_LENGTH_MAX];
    writer->errors.format_message(common, message);
    report_cause(
        writer->report, writer->errors.msg_code == JERR_OUT_OF_MEMORY ? CODEC_NO_MEMORY : CODEC_DAMAGED, message);
    longjmp(writer->jump, 1);
}

static void on_message(j_common_ptr common, int level) {
    (void)common;
    (void)level;
}

static void on_output(j_common_ptr common) { (void)common; }

static void flush(CodecJPEGWriter *writer, size_t count) {
    int error = sink_write(&writer->sink, writer->buffer, count);
    if (error) {
        report_system(writer->report, error, "cannot write");
        longjmp(writer->jump, 1);
    }
    writer->written += count;
    writer->manager.next_output_byte = writer->buffer;
    writer->manager.free_in_buffer = sizeof writer->buffer;
}

static void on_destination(j_compress_ptr compress) { (void)compress; }

static boolean on_empty(j_compress_ptr compress) {
    CodecJPEGWriter *writer = owner((j_common_ptr)compress);
    flush(writer, sizeof writer->buffer);
    return TRUE;
}

static void on_term(j_compress_ptr compress) {
    CodecJPEGWriter *writer = owner((j_common_ptr)compress);
    flush(writer, sizeof writer->buffer - writer->manager.free_in_buffer);
}

static void begin(CodecJPEGWriter *writer, CodecReport *report) {
    memset(report, 0, sizeof *report);
    writer->report = report;
}

static int32_t end(CodecJPEGWriter *writer) {
    writer->report->offset = writer->written;
    writer->report->row = writer->compress.next_scanline;
    return writer->report->status;
}

CodecJPEGWriter *codec_jpeg_writer_open(int32_t descriptor, CodecJPEGLayout layout, CodecReport *report) {
    memset(report, 0, sizeof *report);
    CodecJPEGWriter *writer = calloc(1, sizeof *writer);
    if (!writer) {
        report_cause(report, CODEC_NO_MEMORY, "no memory for a JPEG writer");
        return NULL;
    }
    writer->sink.descriptor = descriptor;
    begin(writer, report);
    struct jpeg_compress_struct *compress = &writer->compress;
    compress->err = jpeg_std_error(&writer->errors);
    writer->errors.error_exit = on_error;
    writer->errors.emit_message = on_message;
    writer->errors.output_message = on_output;
    compress->client_data = writer;
    if (setjmp(writer->jump)) {
        end(writer);
        codec_jpeg_writer_close(writer);
        return NULL;
    }
    writer->isCreated = 1;
    jpeg_create_compress(compress);
    writer->manager.init_destination = on_destination;
    writer->manager.empty_output_buffer = on_empty;
    writer->manager.term_destination = on_term;
    writer->manager.next_output_byte = writer->buffer;
    writer->manager.free_in_buffer = sizeof writer->buffer;
    compress->dest = &writer->manager;
    compress->image_width = layout.width;
    compress->image_height = layout.height;
    compress->input_components = (int)layout.channels;
    compress->in_color_space = layout.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(compress);
    jpeg_set_quality(compress, layout.quality, TRUE);
    compress->dct_method = JDCT_ISLOW;
    // jpeg_set_defaults asks for 4:2:0.
    if (!layout.halvesChroma) compress->comp_info[0].h_samp_factor = compress->comp_info[0].v_samp_factor = 1;
    compress->density_unit = (UINT8)layout.densityUnit;
    compress->X_density = layout.densityX;
    compress->Y_density = layout.densityY;
    jpeg_start_compress(compress, TRUE);
    end(writer);
    return writer;
}

int32_t codec_jpeg_write_marker(
    CodecJPEGWriter *writer, int32_t marker, const uint8_t *bytes, size_t count, CodecReport *report) {
    begin(writer, report);
    if (setjmp(writer->jump)) return end(writer);
    jpeg_write_marker(&writer->compress, marker, bytes, (unsigned int)count);
    return end(writer);
}

int32_t codec_jpeg_write_rows(
    CodecJPEGWriter *writer, const uint8_t *rows, size_t stride, uint32_t count, CodecReport *report) {
    begin(writer, report);
    if (setjmp(writer->jump)) return end(writer);
    for (uint32_t i = 0; i < count; i++) {
        JSAMPROW row = (JSAMPROW)(rows + stride * i);
        jpeg_write_scanlines(&writer->compress, &row, 1);
    }
    return end(writer);
}

int32_t codec_jpeg_write_end(CodecJPEGWriter *writer, CodecReport *report) {
    begin(writer, report);
    if (setjmp(writer->jump)) return end(writer);
    jpeg_finish_compress(&writer->compress);
    return end(writer);
}

const uint8_t *codec_jpeg_writer_bytes(const CodecJPEGWriter *writer, size_t *count) {
    *count = writer->sink.count;
    return writer->sink.bytes;
}

void codec_jpeg_writer_close(CodecJPEGWriter *writer) {
    if (!writer) return;
    if (writer->isCreated) jpeg_destroy_compress(&writer->compress);
    sink_close(&writer->sink);
    free(writer);
}
