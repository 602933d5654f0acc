#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "streams.h"

int32_t codec_webp_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int32_t hasAlpha, uint8_t *rows, size_t stride,
    CodecReport *report) {
    memset(report, 0, sizeof *report);
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) {
        report_cause(report, CODEC_DAMAGED, "libwebp has another version than its headers");
        return report->status;
    }
    config.output.colorspace = hasAlpha ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = rows;
    config.output.u.RGBA.stride = (int)stride;
    config.output.u.RGBA.size = stride * height;
    config.output.width = (int)width;
    config.output.height = (int)height;
    switch (WebPDecode(bytes, count, &config)) {
    case VP8_STATUS_OK: break;
    case VP8_STATUS_OUT_OF_MEMORY: report_cause(report, CODEC_NO_MEMORY, "no memory"); break;
    case VP8_STATUS_NOT_ENOUGH_DATA:
        report->offset = count;
        report_cause(report, CODEC_TRUNCATED, "the data ends early");
        break;
    default: report_cause(report, CODEC_DAMAGED, "the data cannot be decoded"); break;
    }
    WebPFreeDecBuffer(&config.output);
    return report->status;
}

static int on_bytes(const uint8_t *bytes, size_t count, const WebPPicture *picture) {
    return sink_write(picture->custom_ptr, bytes, count) == 0;
}

uint8_t *codec_webp_encode(
    const uint8_t *rows, size_t stride, uint32_t width, uint32_t height, int32_t hasAlpha, int32_t quality,
    size_t *encodedCount, CodecReport *report) {
    memset(report, 0, sizeof *report);
    WebPConfig config;
    WebPPicture picture;
    Sink sink = {-1, NULL, 0, 0};
    int isSet = WebPPictureInit(&picture);
    if (quality > 0) {
        isSet = isSet && WebPConfigPreset(&config, WEBP_PRESET_PHOTO, (float)quality);
        // The colour differences of flat edges in full.
        config.use_sharp_yuv = quality >= 90;
    } else {
        isSet = isSet && WebPConfigInit(&config) && WebPConfigLosslessPreset(&config, 1);
    }
    // Colours that nobody sees stay.
    config.exact = 1;
    if (!isSet || !WebPValidateConfig(&config)) {
        report_cause(report, CODEC_DAMAGED, "libwebp has another version than its headers");
        return NULL;
    }
    picture.use_argb = 1;
    picture.width = (int)width;
    picture.height = (int)height;
    picture.writer = on_bytes;
    picture.custom_ptr = &sink;
    int isRead = hasAlpha ? WebPPictureImportRGBA(&picture, rows, (int)stride)
                          : WebPPictureImportRGB(&picture, rows, (int)stride);
    if (!isRead || !WebPEncode(&config, &picture)) {
        int isMemory = !isRead || picture.error_code == VP8_ENC_ERROR_OUT_OF_MEMORY
            || picture.error_code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY || picture.error_code == VP8_ENC_ERROR_BAD_WRITE;
        report_cause(
            report, isMemory ? CODEC_NO_MEMORY : CODEC_DAMAGED,
            picture.error_code == VP8_ENC_ERROR_PARTITION0_OVERFLOW || picture.error_code == VP8_ENC_ERROR_PARTITION_OVERFLOW
                ? "the picture is too detailed for lossy WebP at this quality" : "libwebp cannot encode it");
        sink_close(&sink);
    }
    WebPPictureFree(&picture);
    *encodedCount = report->status == CODEC_OK ? sink.count : 0;
    return report->status == CODEC_OK ? sink.bytes : NULL;
}
