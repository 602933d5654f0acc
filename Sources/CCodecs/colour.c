#include <lcms2.h>
#include <stdlib.h>
#include <string.h>

#include "CCodecs.h"

struct CodecCMYK {
    cmsContext context;
    cmsHTRANSFORM transform;
};

CodecCMYK *codec_cmyk_open(const uint8_t *profile, size_t count, int32_t isInverted) {
    if (count > UINT32_MAX) return NULL;
    CodecCMYK *cmyk = calloc(1, sizeof *cmyk);
    if (!cmyk) return NULL;
    cmyk->context = cmsCreateContext(NULL, NULL);
    cmsHPROFILE from = cmsOpenProfileFromMemTHR(cmyk->context, profile, (cmsUInt32Number)count);
    cmsHPROFILE to = cmsCreate_sRGBProfileTHR(cmyk->context);
    if (from && to && cmsGetColorSpace(from) == cmsSigCmykData) {
        cmyk->transform = cmsCreateTransformTHR(
            cmyk->context, from, isInverted ? TYPE_CMYK_8_REV : TYPE_CMYK_8, to, TYPE_RGB_8,
            INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_BLACKPOINTCOMPENSATION);
    }
    if (from) cmsCloseProfile(from);
    if (to) cmsCloseProfile(to);
    if (cmyk->transform) return cmyk;
    codec_cmyk_close(cmyk);
    return NULL;
}

void codec_cmyk_apply(CodecCMYK *cmyk, const uint8_t *from, uint8_t *to, uint32_t pixelCount) {
    cmsDoTransform(cmyk->transform, from, to, pixelCount);
}

void codec_cmyk_close(CodecCMYK *cmyk) {
    if (!cmyk) return;
    if (cmyk->transform) cmsDeleteTransform(cmyk->transform);
    if (cmyk->context) cmsDeleteContext(cmyk->context);
    free(cmyk);
}

uint8_t *codec_srgb_profile(size_t *count) {
    cmsHPROFILE profile = cmsCreate_sRGBProfile();
    if (!profile) return NULL;
    cmsUInt32Number size = 0;
    uint8_t *bytes = NULL;
    if (cmsSaveProfileToMem(profile, NULL, &size) && (bytes = malloc(size)) != NULL) {
        if (cmsSaveProfileToMem(profile, bytes, &size) && size >= 128) {
            // The header's time of making would differ at every run: the same pictures must give the same files.
            static const uint8_t date[12] = {0x07, 0xE8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
            memcpy(bytes + 24, date, sizeof date);
            *count = size;
        } else {
            free(bytes);
            bytes = NULL;
        }
    }
    cmsCloseProfile(profile);
    return bytes;
}
