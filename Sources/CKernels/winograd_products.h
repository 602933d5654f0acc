// The transformation of inputs and the products of Winograd F(4x4, 3x3), included once per instruction set, and once for
// BF16, by isa_*.c after convolution.h, whose words they multiply; isa_*.c defines WINOGRAD_TILES and WINOGRAD_BLOCKS: how
// many tiles times blocks of products stay in registers. See winograd.h.

#ifndef WINOGRAD_STORE
/// Stores the 16 transformed channels of a tile's position as words.
#define WINOGRAD_STORE(to, vector) (*(NAMED(block) *)(to) = (vector))
#endif

/// One side of B^T d B.
static inline __attribute__((always_inline)) void NAMED(winograd_bt)(const NAMED(block) d[6], NAMED(block) v[6]) {
    const NAMED(block) even = d[4] - d[2] * 4.0f, odd = d[3] - d[1] * 4.0f;
    const NAMED(block) far = d[4] - d[2], twice = (d[3] - d[1]) * 2.0f;
    v[0] = d[4] + d[0] * 4.0f - d[2] * 5.0f;
    v[1] = even + odd;
    v[2] = even - odd;
    v[3] = far + twice;
    v[4] = far - twice;
    v[5] = d[5] + d[1] * 4.0f - d[3] * 5.0f;
}

static void NAMED(f32_winograd_input)(const struct f32_winograd_input *run) {
    for (int32_t i = 0; i < run->blocks; i++) {
        // [column][row] after the first pass; a tile's last two columns are the next one's first two.
        NAMED(block) columns[6][6];
        for (int32_t t = 0; t < run->tiles; t++) {
            const float *input = run->input + i * run->input_block_stride + t * 4 * F32_BLOCK;
            ptrdiff_t row_stride = run->input_row_stride;
            NAMED(block) part[6][6];
            const int32_t width = run->columns - 4 * t;
            if (run->rows < 6 || width < 6) {
                for (int y = 0; y < 6; y++)
                    for (int x = 0; x < 6; x++)
                        part[y][x] = y < run->rows && x < width
                                         ? *(const NAMED(block) *)(input + y * row_stride + x * F32_BLOCK)
                                         : (NAMED(block)){0};
                input = (const float *)part;
                row_stride = 6 * F32_BLOCK;
            }
            if (t > 0)
                for (int x = 0; x < 2; x++)
                    for (int y = 0; y < 6; y++) columns[x][y] = columns[x + 4][y];
            for (int x = t > 0 ? 2 : 0; x < 6; x++) {
                NAMED(block) d[6];
#pragma clang loop unroll(full)
                for (int y = 0; y < 6; y++) d[y] = *(const NAMED(block) *)(input + y * row_stride + x * F32_BLOCK);
                NAMED(winograd_bt)(d, columns[x]);
            }
            float *transformed = run->transformed + i * run->transformed_block_stride + t * PIXEL_WORDS;
            for (int y = 0; y < 6; y++) {
                NAMED(block) d[6], v[6];
#pragma clang loop unroll(full)
                for (int x = 0; x < 6; x++) d[x] = columns[x][y];
                NAMED(winograd_bt)(d, v);
#pragma clang loop unroll(full)
                for (int x = 0; x < 6; x++)
                    WINOGRAD_STORE(transformed + (y * 6 + x) * run->position_stride, v[x]);
            }
        }
    }
}

/// P tiles times B output blocks of one of the 36 products.
static inline __attribute__((always_inline)) void NAMED(winograd_product)(
    const struct f32_winograd_product *run, const float *transformed, const float *weights, float *product,
    const int P, const int B) {
    NAMED(block) sum[F32_WINOGRAD_MAXIMUM_TILES][F32_MAXIMUM_BLOCKS];
#pragma clang loop unroll(full)
    for (int p = 0; p < P; p++)
#pragma clang loop unroll(full)
        for (int b = 0; b < B; b++) sum[p][b] = (NAMED(block)){0};
    for (int32_t i = 0; i < run->input_blocks; i++) {
        const float *input = transformed + i * run->transformed_block_stride;
        const ptrdiff_t words = i + 1 < run->input_blocks ? PIXEL_WORDS : run->last_block_words;
#pragma clang loop unroll(disable)
        for (ptrdiff_t c = 0; c < words; c++, weights += B * F32_BLOCK) {
            const NAMED(block) *w = (const NAMED(block) *)weights;
#pragma clang loop unroll(full)
            for (int p = 0; p < P; p++) {
                const float x = input[c + p * PIXEL_WORDS];
#pragma clang loop unroll(full)
                for (int b = 0; b < B; b++) sum[p][b] = PRODUCT(sum[p][b], w[b], x);
            }
        }
    }
#pragma clang loop unroll(full)
    for (int p = 0; p < P; p++)
#pragma clang loop unroll(full)
        for (int b = 0; b < B; b++)
            *(NAMED(block) *)(product + b * run->product_block_stride + p * F32_BLOCK) = sum[p][b];
}

static inline __attribute__((always_inline)) void NAMED(winograd_products)(
    const struct f32_winograd_product *run, const int B) {
    const ptrdiff_t weightStride =
        ((ptrdiff_t)(run->input_blocks - 1) * PIXEL_WORDS + run->last_block_words) * B * F32_BLOCK;
    for (int k = 0; k < F32_WINOGRAD_POSITIONS; k++) {
        const float *transformed = run->transformed + k * run->transformed_position_stride;
        const float *weights = run->weights + k * weightStride;
        float *product = run->products + k * run->product_position_stride;
        int32_t rest = run->tiles;
        for (; rest >= WINOGRAD_TILES; rest -= WINOGRAD_TILES) {
            NAMED(winograd_product)(run, transformed, weights, product, WINOGRAD_TILES, B);
            transformed += WINOGRAD_TILES * PIXEL_WORDS;
            product += WINOGRAD_TILES * F32_BLOCK;
        }
        switch (rest) {
#define WINOGRAD_REST(P)                                                                              \
    case P:                                                                                           \
        if (P < WINOGRAD_TILES) NAMED(winograd_product)(run, transformed, weights, product, P, B);    \
        break;
            WINOGRAD_REST(1) WINOGRAD_REST(2) WINOGRAD_REST(3) WINOGRAD_REST(4)
            WINOGRAD_REST(5) WINOGRAD_REST(6) WINOGRAD_REST(7)
#undef WINOGRAD_REST
        default: break;
        }
    }
}

static void NAMED(f32_winograd_product_1)(const struct f32_winograd_product *run) { NAMED(winograd_products)(run, 1); }
#if WINOGRAD_BLOCKS >= 3
static void NAMED(f32_winograd_product_2)(const struct f32_winograd_product *run) { NAMED(winograd_products)(run, 2); }
static void NAMED(f32_winograd_product_3)(const struct f32_winograd_product *run) { NAMED(winograd_products)(run, 3); }
#endif

#if WINOGRAD_BLOCKS >= 3
#define WINOGRAD_PRODUCTS NAMED(f32_winograd_product_1), NAMED(f32_winograd_product_2), NAMED(f32_winograd_product_3)
#else
#define WINOGRAD_PRODUCTS NAMED(f32_winograd_product_1)
#endif
