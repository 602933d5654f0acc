// The instruction set that the build targets: SSE2 on x86-64, NEON on Arm, left to the compiler's vectors.
// Without FMA a product is rounded before it is added; the compiler never calls fmaf for it.
#include "CKernels.h"

#pragma STDC FP_CONTRACT ON

#define NAMED(name) name##__baseline
#define ROOF_ACCUMULATORS 3
#define PRODUCT_ROWS 1
#define WINOGRAD_TILES 2
#define WINOGRAD_BLOCKS 1
#include "convolution.h"
#include "arithmetic.h"
#include "depthwise.h"
#include "weight_gradient.h"
#include "winograd_products.h"
#include "winograd.h"
#include "winograd_gradient.h"
#include "measuring.h"

CONVOLUTIONS_2(1)
WEIGHT_GRADIENT(2, 1)

static const f32_convolution_kernel convolutions[2][F32_MAXIMUM_BLOCKS][F32_MAXIMUM_PIXELS] = {
    {{LIST_2(f32_convolution, 1)}},
    {{LIST_2(f32_convolution_strided, 1)}},
};

const struct f32_kernels f32_kernels__baseline = {
    .convolution_pixels = {2, 0, 0},
    .convolution = &convolutions[0][0][0],
    .weight_gradient_channels = {2, 0, 0},
    .weight_gradient = {f32_weight_gradient_2x1__baseline},
    .sum_pixels = f32_sum_pixels__baseline,
    .add = f32_add__baseline,
    .depthwise = f32_depthwise__baseline,
    .depthwise_gradient = f32_depthwise_gradient__baseline,
    .multiply_add_roof = f32_multiply_add_roof__baseline,
    .winograd = WINOGRAD_KERNELS,
    .measuring = MEASURING_KERNELS,
};
