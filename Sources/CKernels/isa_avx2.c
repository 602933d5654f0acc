// AVX2 and FMA: 16 registers of 8 elements, so a block is two registers.
#include "CKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#pragma STDC FP_CONTRACT ON

#define NAMED(name) name##__avx2
#define ROOF_ACCUMULATORS 6
#define PRODUCT_ROWS 2
#define WINOGRAD_TILES 6
#define WINOGRAD_BLOCKS 1
#include "convolution.h"
#include "arithmetic.h"
#include "depthwise.h"
#include "weight_gradient.h"
#include "winograd_products.h"
#include "winograd.h"
#include "winograd_gradient.h"
#include "measuring.h"

CONVOLUTIONS_6(1)
WEIGHT_GRADIENT(4, 1)

#pragma clang attribute pop

static const f32_convolution_kernel convolutions[2][F32_MAXIMUM_BLOCKS][F32_MAXIMUM_PIXELS] = {
    {{LIST_6(f32_convolution, 1)}},
    {{LIST_6(f32_convolution_strided, 1)}},
};

const struct f32_kernels f32_kernels__avx2 = {
    .convolution_pixels = {6, 0, 0},
    .convolution = &convolutions[0][0][0],
    .weight_gradient_channels = {4, 0, 0},
    .weight_gradient = {f32_weight_gradient_4x1__avx2},
    .sum_pixels = f32_sum_pixels__avx2,
    .add = f32_add__avx2,
    .depthwise = f32_depthwise__avx2,
    .depthwise_gradient = f32_depthwise_gradient__avx2,
    .multiply_add_roof = f32_multiply_add_roof__avx2,
    .winograd = WINOGRAD_KERNELS,
    .measuring = MEASURING_KERNELS,
};
#endif
