// AVX-512 F, BW, DQ, VL: 32 registers of 16 elements.
#include "CKernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#pragma STDC FP_CONTRACT ON

#define NAMED(name) name##__avx512
#define ROOF_ACCUMULATORS 28
#define WINOGRAD_TILES 8
#define WINOGRAD_BLOCKS 3
#include "convolution.h"
#include "arithmetic.h"
#include "weight_gradient.h"
#include "winograd_products.h"
#include "winograd.h"
#include "winograd_gradient.h"

CONVOLUTIONS_14(1)
CONVOLUTIONS_14(2)
CONVOLUTIONS_9(3)
WEIGHT_GRADIENT(16, 1)
WEIGHT_GRADIENT(8, 2)
WEIGHT_GRADIENT(8, 3)

#pragma clang attribute pop

static const f32_convolution_kernel convolutions[2][F32_MAXIMUM_BLOCKS][F32_MAXIMUM_PIXELS] = {
    {{LIST_14(f32_convolution, 1)}, {LIST_14(f32_convolution, 2)}, {LIST_9(f32_convolution, 3)}},
    {{LIST_14(f32_convolution_strided, 1)},
     {LIST_14(f32_convolution_strided, 2)},
     {LIST_9(f32_convolution_strided, 3)}},
};

const struct f32_kernels f32_kernels__avx512 = {
    .convolution_pixels = {14, 14, 9},
    .convolution = &convolutions[0][0][0],
    .weight_gradient_channels = {16, 8, 8},
    .weight_gradient =
        {f32_weight_gradient_16x1__avx512, f32_weight_gradient_8x2__avx512, f32_weight_gradient_8x3__avx512},
    .sum_pixels = f32_sum_pixels__avx512,
    .add = f32_add__avx512,
    .multiply_add_roof = f32_multiply_add_roof__avx512,
    .winograd = WINOGRAD_KERNELS,
};
#endif
