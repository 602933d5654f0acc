// The gradient of convolution weights, included once per instruction set by isa_*.c after convolution.h.
//
// C input channels times B output blocks of accumulators live in registers over a rectangle of pixels: 8x3, 8x2 or 16x1
// of 32 registers with AVX-512, 4x1 (two vectors a block) of 16 with AVX2, 2x1 (four vectors a block) with SSE2. Every
// pixel costs B block loads and C broadcasts for C * B multiply-adds. Operands are the words of convolution.h; with BF16 a
// word holds two pixels of one channel.

static inline __attribute__((always_inline)) void NAMED(weight_gradient)(
    const struct f32_weight_gradient_run *run, const int C, const int B) {
    NAMED(block) sum[F32_BLOCK][F32_MAXIMUM_BLOCKS];
#pragma clang loop unroll(full)
    for (int c = 0; c < C; c++)
#pragma clang loop unroll(full)
        for (int b = 0; b < B; b++) sum[c][b] = (NAMED(block)){0};

    const ptrdiff_t input_step = run->input_pixel_stride, output_step = run->output_pixel_stride;
    const ptrdiff_t block_stride = run->output_block_stride;
    for (int row = 0; row < run->rows; row++) {
        const float *input = run->input + row * run->input_row_stride;
        const float *output = run->output + row * run->output_row_stride;
#pragma clang loop unroll(disable)
        for (int column = run->columns; column > 0; column--, input += input_step, output += output_step) {
            NAMED(block) g[F32_MAXIMUM_BLOCKS];
#pragma clang loop unroll(full)
            for (int b = 0; b < B; b++) g[b] = *(const NAMED(block) *)(output + b * block_stride);
#pragma clang loop unroll(full)
            for (int c = 0; c < C; c++) {
                const float x = input[c];
#pragma clang loop unroll(full)
                for (int b = 0; b < B; b++) sum[c][b] = PRODUCT(sum[c][b], g[b], x);
            }
        }
    }

    NAMED(block) *gradient = (NAMED(block) *)run->gradient;
#pragma clang loop unroll(full)
    for (int c = 0; c < C; c++)
#pragma clang loop unroll(full)
        for (int b = 0; b < B; b++) gradient[c * B + b] += sum[c][b];
}

#define WEIGHT_GRADIENT(C, B)                                                                        \
    static void NAMED(f32_weight_gradient_##C##x##B)(const struct f32_weight_gradient_run *run) {    \
        NAMED(weight_gradient)(run, C, B);                                                           \
    }
