/// Micro-kernels of Retouch: the innermost loops, once per instruction set. No policy, no allocation, no threads;
/// which pixels and channels are computed, and in which order, is decided by the Swift module `Kernels`.
///
/// Blocked layout: Float32 `[blocks][height + 2][width + 2][16]`; a pixel's 16 channels are one 64-byte line.
/// Every pointer to blocked data or packed weights is 64-byte aligned, every such stride a multiple of 16 elements.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measuring_kernels.h"
#include "winograd_kernels.h"

/// Channels in a block.
#define F32_BLOCK 16

/// The most pixels, and the most output blocks, that a micro-kernel holds in registers.
#define F32_MAXIMUM_PIXELS 14
#define F32_MAXIMUM_BLOCKS 3

enum f32_activation {
    f32_activation_none = 0,
    f32_activation_relu = 1,   // 0 for x < 0, else x: a NaN stays a NaN
    f32_activation_prelu = 2,  // slope * x for x < 0, else x
    f32_activation_gate = 3,   // x where gate > 0, else 0; then the residual is added
    f32_activation_gate_of_sum = 4,  // x + residual where gate > 0, else 0
};

/// A run of neighbouring output pixels of one row, for one group of output blocks.
///
/// output = activation(bias + sum), or bias + sum + residual without activation (or through a gate); the sum runs over input blocks, kernel rows,
/// kernel columns, channels of the block, in this order, and is the same for every pixel whatever the run's length.
///
/// Inputs and weights are words of 32 bits, strides and offsets count words: a word is a Float32 for the kernels of
/// `f32_kernels`, two BF16 of neighbouring channels (the lower one in the lower half) for those of `bf16_kernels`.
struct f32_convolution_run {
    /// Channel 0 of the pixel under the first tap of the first output pixel.
    const float *input;
    ptrdiff_t input_block_stride;
    ptrdiff_t input_row_stride;
    int32_t input_blocks;
    /// Words used of the last input block, 1...16: its channels, or pairs of them.
    int32_t last_block_words;
    /// Height and width of the kernel in input pixels.
    int32_t kernel_side;
    /// Input pixels from one output pixel to the next: 1 or 2.
    int32_t input_pixel_step;

    /// How many elements ahead of this run lie the rows that will be needed next, to be fetched into the second-level
    /// cache meanwhile; 0 for none.
    ptrdiff_t input_prefetch;
    ptrdiff_t output_prefetch;

    /// `[input block][kernel row][kernel column][channel][16 * blocks of the group]`.
    const float *weights;
    /// `[16 * blocks of the group]`.
    const float *bias;

    float *output;
    ptrdiff_t output_block_stride;
    /// Output pixels from one computed pixel to the next: 2 when a transposed convolution scatters, else 1.
    int32_t output_pixel_step;
    int32_t activation;
    /// `[16 * blocks of the group]`, for PReLU.
    const float *slopes;
    /// Null, or laid out as the output (same pixel step); may be the output itself.
    const float *residual;
    ptrdiff_t residual_block_stride;
    /// Laid out as the output, for the gates.
    const float *gate;
    ptrdiff_t gate_block_stride;
};

typedef void (*f32_convolution_kernel)(const struct f32_convolution_run *run);

/// A rectangle of pixels, for one tap of the kernel, a few input channels and one group of output blocks.
///
/// gradient[channel][lane] += sum over the pixels of input[channel] * output[lane], rows then columns. The sum starts at
/// zero and is added to the gradient once.
///
/// Inputs and output gradients are words of 32 bits: Float32, or two pixels' BF16 for `bf16_kernels`.
struct f32_weight_gradient_run {
    /// The first of the input channels of the pixel under this tap of the first output pixel.
    const float *input;
    ptrdiff_t input_pixel_stride;
    ptrdiff_t input_row_stride;
    /// Lane 0 of the gradient of the first output pixel.
    const float *output;
    ptrdiff_t output_pixel_stride;
    ptrdiff_t output_row_stride;
    ptrdiff_t output_block_stride;
    int32_t rows;
    int32_t columns;
    /// `[channels of the kernel][16 * blocks of the group]`.
    float *gradient;
};

typedef void (*f32_weight_gradient_kernel)(const struct f32_weight_gradient_run *run);

/// A copy of a three-dimensional array into another order; strides are in elements, the last dimension is innermost.
struct f32_permutation {
    ptrdiff_t counts[3];
    ptrdiff_t from_strides[3];
    ptrdiff_t to_strides[3];
};

/// Sets the elements of `to`, or adds to them; the arrays do not overlap.
void f32_permute(const struct f32_permutation *permutation, const float *from, float *to, bool adding);

struct f32_kernels {
    /// The most pixels of a run, for a group of 1, 2, 3 output blocks; 0 where there is no such kernel.
    int32_t convolution_pixels[F32_MAXIMUM_BLOCKS];
    /// `[input pixel step - 1][blocks of the group - 1][F32_MAXIMUM_PIXELS: pixels - 1]`.
    const f32_convolution_kernel *convolution;
    /// Input channels that the weight gradient's kernel for a group of 1, 2, 3 output blocks takes at once, a divisor of
    /// 16; 0 where there is no such kernel.
    int32_t weight_gradient_channels[F32_MAXIMUM_BLOCKS];
    /// `[blocks of the group - 1]`.
    f32_weight_gradient_kernel weight_gradient[F32_MAXIMUM_BLOCKS];
    /// total[lane] += the sum over `rows` x `columns` pixels of one block.
    void (*sum_pixels)(const float *pixels, ptrdiff_t row_stride, int32_t rows, int32_t columns, float *total);
    /// output[i] = a[i] + b[i]; all three may be the same memory, no alignment asked.
    void (*add)(const float *a, const float *b, float *output, ptrdiff_t count);
    /// A row of a 3x3 convolution of each channel by itself, for one block: `input` is the pixel above and left of the
    /// first output pixel, `weights` are `[3][3][16]`. The output does not overlap the input.
    void (*depthwise)(
        const float *input, ptrdiff_t row_stride, const float *weights, float *output, int32_t columns);
    /// gradient[3][3][16] += what a row of output gradients gives to such weights.
    void (*depthwise_gradient)(
        const float *input, ptrdiff_t row_stride, const float *output, int32_t columns, float *gradient);
    /// Multiplies and adds in registers only, `steps` times; returns the number of floating-point operations.
    /// `sink` receives one value so that the work is not removed.
    double (*multiply_add_roof)(int64_t steps, float *sink);
    struct f32_winograd_kernels winograd;
    struct f32_measuring_kernels measuring;
};

enum f32_isa { f32_isa_baseline = 0, f32_isa_avx2 = 1, f32_isa_avx512 = 2 };

/// The kernels for an instruction set, or null where this processor (or this build) has none.
const struct f32_kernels *f32_kernels_for(enum f32_isa isa);

/// Kernels on BF16 operands with Float32 sums, results, biases and slopes: a word's two products are added to the sum.
struct bf16_kernels {
    /// As in `f32_kernels`.
    int32_t convolution_pixels[F32_MAXIMUM_BLOCKS];
    const f32_convolution_kernel *convolution;
    int32_t weight_gradient_channels[F32_MAXIMUM_BLOCKS];
    f32_weight_gradient_kernel weight_gradient[F32_MAXIMUM_BLOCKS];
    /// Rounds vectors of 16 elements to the nearest BF16, ties to even; 64-byte aligned.
    void (*round)(const float *from, uint16_t *to, ptrdiff_t vectors);
    /// Words of two rounded elements: of `low` in the lower half, of `high` (zeros where null) in the upper one.
    void (*interleave)(const float *low, const float *high, float *words, ptrdiff_t vectors);
    /// As in `f32_winograd_kernels`; weights and outputs are transformed by those.
    void (*winograd_input)(const struct f32_winograd_input *run);
    void (*winograd_product[3])(const struct f32_winograd_product *run);
};

/// The kernels on BF16 operands beside those of an instruction set, or null where this processor has none.
const struct bf16_kernels *bf16_kernels_for(enum f32_isa isa);

#endif
