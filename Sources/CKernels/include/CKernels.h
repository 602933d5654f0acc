/// Micro-kernels of Retouch: the innermost loops, once per instruction set. No policy, no allocation, no threads;
/// which pixels and channels are computed, and in which order, is decided by the Swift room `Kernels`.
///
/// Blocked layout: Float32 `[blocks][height + 2][width + 2][16]`; a pixel's 16 channels are one 64-byte line.
/// Every pointer to blocked data or packed weights is 64-byte aligned, every such stride a multiple of 16 elements.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Channels in a block.
#define F32_BLOCK 16

/// The most pixels, and the most output blocks, that a micro-kernel holds in registers.
#define F32_MAXIMUM_PIXELS 14
#define F32_MAXIMUM_BLOCKS 3

enum f32_activation {
    f32_activation_none = 0,
    f32_activation_relu = 1,   // 0 for x < 0, else x: a NaN stays a NaN
    f32_activation_prelu = 2,  // slope * x for x < 0, else x
};

/// A run of neighbouring output pixels of one row, for one group of output blocks.
///
/// output = activation(bias + sum), or bias + sum + residual without activation; the sum runs over input blocks, kernel rows,
/// kernel columns, channels of the block, in this order, and is the same for every pixel whatever the run's length.
struct f32_convolution_run {
    /// Channel 0 of the pixel under the first tap of the first output pixel.
    const float *input;
    ptrdiff_t input_block_stride;
    ptrdiff_t input_row_stride;
    int32_t input_blocks;
    /// Channels used of the last input block, 1...16.
    int32_t last_block_channels;
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
};

typedef void (*f32_convolution_kernel)(const struct f32_convolution_run *run);

struct f32_kernels {
    /// The most pixels of a run, for a group of 1, 2, 3 output blocks; 0 where there is no such kernel.
    int32_t convolution_pixels[F32_MAXIMUM_BLOCKS];
    /// `[input pixel step - 1][blocks of the group - 1][F32_MAXIMUM_PIXELS: pixels - 1]`.
    const f32_convolution_kernel *convolution;
    /// output[i] = a[i] + b[i]; all three may be the same memory, no alignment asked.
    void (*add)(const float *a, const float *b, float *output, ptrdiff_t count);
    /// Multiplies and adds in registers only, `steps` times; returns the number of floating-point operations.
    /// `sink` receives one value so that the work is not removed.
    double (*multiply_add_roof)(int64_t steps, float *sink);
};

enum f32_isa { f32_isa_baseline = 0, f32_isa_avx2 = 1, f32_isa_avx512 = 2 };

/// The kernels for an instruction set, or null where this processor (or this build) has none.
const struct f32_kernels *f32_kernels_for(enum f32_isa isa);

#endif
