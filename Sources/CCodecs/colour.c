#include <lcms2.h>
#include <stdlib.h>
#include <string.h>

#include "CCodecs.h"

struct CodecColour {
    cmsContext context;
    cmsHTRANSFORM transform;
};

CodecColour *codec_colour_open(const uint8_t *profile, size_t count, int32_t kind, uint32_t bitDepth) {
    if (count > UINT32_MAX) return NULL;
    CodecColour *colour = calloc(1, sizeof *colour);
    if (!colour) return NULL;
    colour->context = cmsCreateContext(NULL, NULL);
    int isLab = kind == COLOUR_LAB;
    cmsHPROFILE from = profile ? cmsOpenProfileFromMemTHR(colour->context, profile, (cmsUInt32Number)count)
                       : isLab ? cmsCreateLab2ProfileTHR(colour->context, NULL)
                               : NULL;
    cmsHPROFILE to = cmsCreate_sRGBProfileTHR(colour->context);
    if (from && to && cmsGetColorSpace(from) == (isLab ? cmsSigLabData : cmsSigCmykData)) {
        static const cmsUInt32Number inks[2][2] = {{TYPE_CMYK_8, TYPE_CMYK_16}, {TYPE_CMYK_8_REV, TYPE_CMYK_16_REV}};
        int isDeep = bitDepth == 16;
        // A table of few steps, which speed would ask for, is coarse in the dark of Lab.
        colour->transform = cmsCreateTransformTHR(
            colour->context, from, isLab ? TYPE_LabV2_16 : inks[kind & 1][isDeep], to, isDeep ? TYPE_RGB_16 : TYPE_RGB_8,
            INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_BLACKPOINTCOMPENSATION | (isLab ? cmsFLAGS_NOOPTIMIZE : 0));
    }
    if (from) cmsCloseProfile(from);
    if (to) cmsCloseProfile(to);
    if (colour->transform) return colour;
    codec_colour_close(colour);
    return NULL;
}

void codec_colour_apply(CodecColour *colour, const void *from, void *to, uint32_t pixelCount) {
    cmsDoTransform(colour->transform, from, to, pixelCount);
}

void codec_colour_close(CodecColour *colour) {
    if (!colour) return;
    if (colour->transform) cmsDeleteTransform(colour->transform);
    if (colour->context) cmsDeleteContext(colour->context);
    free(colour);
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
