// The sizes of micro-kernels that 32 registers of 16 words hold, whatever the words are; included by isa_avx512*.c after
// convolution.h and weight_gradient.h.

CONVOLUTIONS_14(1)
CONVOLUTIONS_14(2)
CONVOLUTIONS_9(3)
WEIGHT_GRADIENT(16, 1)
WEIGHT_GRADIENT(8, 2)
WEIGHT_GRADIENT(8, 3)

static const f32_convolution_kernel convolutions[2][F32_MAXIMUM_BLOCKS][F32_MAXIMUM_PIXELS] = {
    {{LIST_14(f32_convolution, 1)}, {LIST_14(f32_convolution, 2)}, {LIST_9(f32_convolution, 3)}},
    {{LIST_14(f32_convolution_strided, 1)},
     {LIST_14(f32_convolution_strided, 2)},
     {LIST_9(f32_convolution_strided, 3)}},
};

#define AVX512_SIZES                                                                                 \
    .convolution_pixels = {14, 14, 9}, .convolution = &convolutions[0][0][0],                        \
    .weight_gradient_channels = {16, 8, 8},                                                          \
    .weight_gradient = {                                                                             \
        NAMED(f32_weight_gradient_16x1), NAMED(f32_weight_gradient_8x2), NAMED(f32_weight_gradient_8x3)}
