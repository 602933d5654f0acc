// AVX-512 F, BW, DQ, VL: 32 registers of 16 elements.
#include "CKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#pragma STDC FP_CONTRACT ON

#define NAMED(name) name##__avx512
#define ROOF_ACCUMULATORS 28
#define PRODUCT_ROWS 4
#define SHIFTED_BLOCK(here, next, k)                                                                          \
    __builtin_shufflevector(                                                                                  \
        here, next, k, k + 1, k + 2, k + 3, k + 4, k + 5, k + 6, k + 7, k + 8, k + 9, k + 10, k + 11, k + 12, \
        k + 13, k + 14, k + 15)
#define WINOGRAD_TILES 8
#define WINOGRAD_BLOCKS 3
#include "convolution.h"
#include "arithmetic.h"
#include "depthwise.h"
#include "weight_gradient.h"
#include "winograd_products.h"
#include "winograd.h"
#include "winograd_gradient.h"
#include "measuring.h"

#include "avx512_sizes.h"

#pragma clang attribute pop

const struct f32_kernels f32_kernels__avx512 = {
    AVX512_SIZES,
    .sum_pixels = f32_sum_pixels__avx512,
    .add = f32_add__avx512,
    .depthwise = f32_depthwise__avx512,
    .depthwise_gradient = f32_depthwise_gradient__avx512,
    .multiply_add_roof = f32_multiply_add_roof__avx512,
    .winograd = WINOGRAD_KERNELS,
    .measuring = MEASURING_KERNELS,
};
#endif
