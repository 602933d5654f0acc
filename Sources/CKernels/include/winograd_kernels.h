/// The interface of the Winograd F(4x4, 3x3) micro-kernels: a 3x3 convolution of stride 1 by 36 products for every 4x4
/// outputs. Tile (i, j) makes output pixels (4 i ... 4 i + 3, 4 j ... 4 j + 3) from the 6x6 inputs around them.
#ifndef CKERNELS_WINOGRAD_H
#define CKERNELS_WINOGRAD_H

#include <stddef.h>
#include <stdint.h>

/// Positions of a transformed tile of 6x6.
#define F32_WINOGRAD_POSITIONS 36
/// The most tiles that a micro-kernel holds in registers.
#define F32_WINOGRAD_MAXIMUM_TILES 8

/// Transforms the kernels of up to 16 output channels.
struct f32_winograd_weights {
    /// Nine taps of output channel o, input channel c from `weights + o * output_stride + c * input_stride` on.
    const float *weights;
    ptrdiff_t output_stride;
    ptrdiff_t input_stride;
    int32_t output_channels;
    int32_t input_channels;
    /// Not 0: the kernels are turned by 180 degrees, as the gradient of the input needs them.
    int32_t turned;
    /// `[36][input channel][16]` with these strides; lanes without a channel become zeros.
    float *transformed;
    ptrdiff_t position_stride;
    ptrdiff_t channel_stride;
};

/// Transforms the inputs of neighbouring tiles of one row of tiles.
struct f32_winograd_input {
    /// Channel 0 of the pixel above and left of the first tile's outputs.
    const float *input;
    ptrdiff_t input_block_stride;
    ptrdiff_t input_row_stride;
    int32_t blocks;
    int32_t tiles;
    /// Pixels that may be read from `input` on, down and to the right, border included; zeros are taken beyond.
    int32_t rows;
    int32_t columns;
    /// `[36][input block][tile][16]`, a tile following the other; strides count words (CKernels.h), of which a tile has
    /// 16, or 8 of two BF16.
    float *transformed;
    ptrdiff_t position_stride;
    ptrdiff_t transformed_block_stride;
};

/// The 36 products of some tiles with the weights of a group of output blocks, summed over input channels in order.
struct f32_winograd_product {
    /// `[36][input block][tile][16]`, as `f32_winograd_input` wrote it.
    const float *transformed;
    ptrdiff_t transformed_position_stride;
    ptrdiff_t transformed_block_stride;
    int32_t input_blocks;
    /// Words used of the last input block, 1...16: its channels, or pairs of them.
    int32_t last_block_words;
    int32_t tiles;
    /// `[36][input channel][16 * blocks of the group]`, or two channels a word.
    const float *weights;
    /// `[36][block of the group][tile][16]`.
    float *products;
    ptrdiff_t product_position_stride;
    ptrdiff_t product_block_stride;
};

/// Transforms the products of neighbouring tiles of one row of tiles back, and finishes them as
/// `f32_convolution_run` says.
struct f32_winograd_output {
    const float *products;
    ptrdiff_t position_stride;
    ptrdiff_t product_block_stride;
    int32_t blocks;
    int32_t tiles;
    /// Pixels that are written from `output` on: 1...4 rows, the columns of all tiles together.
    int32_t rows;
    int32_t columns;
    /// `[16 * blocks]`.
    const float *bias;
    const float *slopes;
    int32_t activation;
    float *output;
    ptrdiff_t output_block_stride;
    ptrdiff_t output_row_stride;
    /// Null, or of the output's rows and columns; may be the output itself.
    const float *residual;
    ptrdiff_t residual_block_stride;
    ptrdiff_t residual_row_stride;
    /// Of the output's rows and columns, for the gates.
    const float *gate;
    ptrdiff_t gate_block_stride;
    ptrdiff_t gate_row_stride;
};

/// Transforms summed products back to gradients of kernels, and adds them.
struct f32_winograd_weight_gradient {
    /// `[36][vector][16]`.
    const float *products;
    ptrdiff_t position_stride;
    int32_t vectors;
    /// `[9][vector][16]`.
    float *gradient;
    ptrdiff_t tap_stride;
};

struct f32_winograd_kernels {
    void (*weights)(const struct f32_winograd_weights *run);
    void (*input)(const struct f32_winograd_input *run);
    /// For a group of 1, 2, 3 output blocks; null where there is no such kernel.
    void (*product[3])(const struct f32_winograd_product *run);
    void (*output)(const struct f32_winograd_output *run);
    /// Transforms the gradients of 4x4 outputs; `input` is the first tile's first output pixel, `rows` and `columns`
    /// tell how many are inside.
    void (*output_gradient)(const struct f32_winograd_input *run);
    void (*weight_gradient)(const struct f32_winograd_weight_gradient *run);
};

#endif
