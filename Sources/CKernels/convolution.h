// The text of the convolution micro-kernels, included once per instruction set by isa_*.c, which define NAMED(name),
// the symbol's name with the instruction set behind it, and list the sizes they want.
//
// An operand is a word of 32 bits: a Float32, or two BF16 of neighbouring channels where isa_*.c defines PRODUCT and
// PIXEL_WORDS so.
//
// P pixels times B blocks of accumulators live in registers over the whole sum: 14x2, 9x3 or 14x1 of 32 registers with
// AVX-512, 6x1 (two vectors a block) of 16 with AVX2, 2x1 (four vectors a block) with SSE2. Weights stream, each input
// element is broadcast. P and B are compile-time constants after inlining; the loops over them vanish.

typedef float NAMED(block) __attribute__((vector_size(64), aligned(64), may_alias));
typedef int32_t NAMED(mask) __attribute__((vector_size(64), aligned(64), may_alias));

#ifndef PRODUCT
/// `sums` with the products of 16 lanes of words with one word added.
#define PRODUCT(sums, lanes, word) ((sums) + (lanes) * (word))
/// Words of one pixel of an input block.
#define PIXEL_WORDS F32_BLOCK
#endif

/// Finishes a run: `sums[p * blocks + b]` become outputs.
static __attribute__((noinline)) void NAMED(finish)(
    const struct f32_convolution_run *run, const NAMED(block) *sums, int pixels, int blocks) {
    const ptrdiff_t step = (ptrdiff_t)run->output_pixel_step * F32_BLOCK;
    for (int b = 0; b < blocks; b++) {
        float *output = run->output + b * run->output_block_stride;
        const NAMED(block) *sum = sums + b;
        switch (run->activation) {
        case f32_activation_relu:
            for (int p = 0; p < pixels; p++, sum += blocks) {
                NAMED(block) x = *sum;
                *(NAMED(block) *)(output + p * step) = (NAMED(block))((NAMED(mask))x & ~(NAMED(mask))(x < 0.0f));
            }
            break;
        case f32_activation_prelu: {
            const NAMED(block) slope = *(const NAMED(block) *)(run->slopes + b * F32_BLOCK);
            for (int p = 0; p < pixels; p++, sum += blocks) {
                NAMED(block) x = *sum;
                NAMED(mask) negative = (NAMED(mask))(x < 0.0f);
                *(NAMED(block) *)(output + p * step) =
                    (NAMED(block))(((NAMED(mask))(x * slope) & negative) | ((NAMED(mask))x & ~negative));
            }
            break;
        }
        case f32_activation_gate:
        case f32_activation_gate_of_sum: {
            const float *gate = run->gate + b * run->gate_block_stride;
            const float *residual = run->residual ? run->residual + b * run->residual_block_stride : NULL;
            for (int p = 0; p < pixels; p++, sum += blocks) {
                NAMED(mask) open = (NAMED(mask))(*(const NAMED(block) *)(gate + p * step) > 0.0f);
                NAMED(block) x = *sum;
                if (residual && run->activation == f32_activation_gate_of_sum)
                    x += *(const NAMED(block) *)(residual + p * step);
                x = (NAMED(block))((NAMED(mask))x & open);
                if (residual && run->activation == f32_activation_gate) x += *(const NAMED(block) *)(residual + p * step);
                *(NAMED(block) *)(output + p * step) = x;
            }
            break;
        }
        default:
            if (run->residual) {
                const float *residual = run->residual + b * run->residual_block_stride;
                for (int p = 0; p < pixels; p++, sum += blocks)
                    *(NAMED(block) *)(output + p * step) = *sum + *(const NAMED(block) *)(residual + p * step);
            } else {
                for (int p = 0; p < pixels; p++, sum += blocks) *(NAMED(block) *)(output + p * step) = *sum;
            }
        }
    }
}

static inline __attribute__((always_inline)) void NAMED(convolution)(
    const struct f32_convolution_run *run, const int P, const int B, const int step) {
    NAMED(block) sum[F32_MAXIMUM_PIXELS][F32_MAXIMUM_BLOCKS];
#pragma clang loop unroll(full)
    for (int p = 0; p < P; p++)
#pragma clang loop unroll(full)
        for (int b = 0; b < B; b++) sum[p][b] = ((const NAMED(block) *)run->bias)[b];

    const float *weights = run->weights;
    const int side = run->kernel_side, blocks = run->input_blocks;
    for (int i = 0; i < blocks; i++) {
        const ptrdiff_t words = i + 1 < blocks ? PIXEL_WORDS : run->last_block_words;
        for (int ky = 0; ky < side; ky++) {
            const float *input = run->input + i * run->input_block_stride + ky * run->input_row_stride;
            for (int kx = 0; kx < side; kx++, input += PIXEL_WORDS) {
                // Every line of the next run's new rows once.
                if (run->input_prefetch && kx < step && ky >= side - step) {
                    const float *next = input + run->input_prefetch;
#pragma clang loop unroll(full)
                    for (int p = 0; p < P; p++) __builtin_prefetch(next + p * step * PIXEL_WORDS, 0, 2);
                }
#pragma clang loop unroll(disable)
                for (ptrdiff_t c = 0; c < words; c++, weights += B * F32_BLOCK) {
                    const NAMED(block) *w = (const NAMED(block) *)weights;
#pragma clang loop unroll(full)
                    for (int p = 0; p < P; p++) {
                        const float x = input[c + p * step * PIXEL_WORDS];
#pragma clang loop unroll(full)
                        for (int b = 0; b < B; b++) sum[p][b] = PRODUCT(sum[p][b], w[b], x);
                    }
                }
            }
        }
    }

    if (run->output_prefetch)
#pragma clang loop unroll(disable)
        for (int b = 0; b < B; b++) {
            const float *next = run->output + b * run->output_block_stride + run->output_prefetch;
            for (int p = 0; p < P; p++) __builtin_prefetch(next + p * run->output_pixel_step * F32_BLOCK, 1, 2);
        }
    NAMED(block) sums[F32_MAXIMUM_PIXELS * F32_MAXIMUM_BLOCKS];
#pragma clang loop unroll(full)
    for (int p = 0; p < P; p++)
#pragma clang loop unroll(full)
        for (int b = 0; b < B; b++) sums[p * B + b] = sum[p][b];
    NAMED(finish)(run, sums, P, B);
}

#define CONVOLUTION(P, B)                                                                         \
    static void NAMED(f32_convolution_##P##x##B)(const struct f32_convolution_run *run) {         \
        NAMED(convolution)(run, P, B, 1);                                                         \
    }                                                                                             \
    static void NAMED(f32_convolution_strided_##P##x##B)(const struct f32_convolution_run *run) { \
        NAMED(convolution)(run, P, B, 2);                                                         \
    }

// Runs of 1...N pixels: one kernel each, so that a short run is the same arithmetic without a mask.
#define CONVOLUTIONS_2(B) CONVOLUTION(1, B) CONVOLUTION(2, B)
#define CONVOLUTIONS_6(B) \
    CONVOLUTIONS_2(B) CONVOLUTION(3, B) CONVOLUTION(4, B) CONVOLUTION(5, B) CONVOLUTION(6, B)
#define CONVOLUTIONS_9(B) CONVOLUTIONS_6(B) CONVOLUTION(7, B) CONVOLUTION(8, B) CONVOLUTION(9, B)
#define CONVOLUTIONS_14(B) \
    CONVOLUTIONS_9(B)      \
    CONVOLUTION(10, B) CONVOLUTION(11, B) CONVOLUTION(12, B) CONVOLUTION(13, B) CONVOLUTION(14, B)

#define LIST_2(name, B) NAMED(name##_1x##B), NAMED(name##_2x##B)
#define LIST_6(name, B) \
    LIST_2(name, B), NAMED(name##_3x##B), NAMED(name##_4x##B), NAMED(name##_5x##B), NAMED(name##_6x##B)
#define LIST_9(name, B) LIST_6(name, B), NAMED(name##_7x##B), NAMED(name##_8x##B), NAMED(name##_9x##B)
#define LIST_14(name, B)                                                                                     \
    LIST_9(name, B), NAMED(name##_10x##B), NAMED(name##_11x##B), NAMED(name##_12x##B), NAMED(name##_13x##B), \
        NAMED(name##_14x##B)
