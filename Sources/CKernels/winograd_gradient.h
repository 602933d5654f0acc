// Winograd F(4x4, 3x3) for the gradient of the weights, included once per instruction set by isa_*.c after winograd.h.
//
// From Y = A^T [(G g G^T) . (B^T d B)] A follows dg = G^T [sum over tiles of (B^T d B) . (A dY A^T)] G, where a dot is
// an outer product over input and output channels: 36 products of channels x tiles x channels instead of 144.

/// One side of A dY A^T.
static inline __attribute__((always_inline)) void NAMED(winograd_a)(const NAMED(block) y[4], NAMED(block) m[6]) {
    const NAMED(block) even = y[0] + y[2], odd = y[1] + y[3];
    const NAMED(block) farEven = y[0] + y[2] * 4.0f, farOdd = y[1] * 2.0f + y[3] * 8.0f;
    m[0] = y[0];
    m[1] = even + odd;
    m[2] = even - odd;
    m[3] = farEven + farOdd;
    m[4] = farEven - farOdd;
    m[5] = y[3];
}

/// One side of G^T u G.
static inline __attribute__((always_inline)) void NAMED(winograd_gt)(const NAMED(block) u[6], NAMED(block) g[3]) {
    const NAMED(block) near = (u[1] + u[2]) * (-1.0f / 6), far = (u[3] + u[4]) * (1.0f / 24);
    g[0] = u[0] * 0.25f + near + far;
    g[1] = (u[2] - u[1]) * (1.0f / 6) + (u[3] - u[4]) * (1.0f / 12);
    g[2] = near + far * 4.0f + u[5];
}

static void NAMED(f32_winograd_output_gradient)(const struct f32_winograd_input *run) {
    for (int32_t i = 0; i < run->blocks; i++) {
        for (int32_t t = 0; t < run->tiles; t++) {
            const float *input = run->input + i * run->input_block_stride + t * 4 * F32_BLOCK;
            const int32_t width = run->columns - 4 * t;
            NAMED(block) columns[4][6], y[4], m[6];
            for (int column = 0; column < 4; column++) {
                for (int row = 0; row < 4; row++)
                    y[row] = row < run->rows && column < width
                                 ? *(const NAMED(block) *)(input + row * run->input_row_stride + column * F32_BLOCK)
                                 : (NAMED(block)){0};
                NAMED(winograd_a)(y, columns[column]);
            }
            float *transformed = run->transformed + i * run->transformed_block_stride + t * F32_BLOCK;
            for (int row = 0; row < 6; row++) {
                for (int column = 0; column < 4; column++) y[column] = columns[column][row];
                NAMED(winograd_a)(y, m);
                for (int x = 0; x < 6; x++)
                    *(NAMED(block) *)(transformed + (row * 6 + x) * run->position_stride) = m[x];
            }
        }
    }
}

static void NAMED(f32_winograd_weight_gradient)(const struct f32_winograd_weight_gradient *run) {
    for (ptrdiff_t v = 0; v < run->vectors; v++) {
        const float *products = run->products + v * F32_BLOCK;
        float *gradient = run->gradient + v * F32_BLOCK;
        NAMED(block) columns[6][3], u[6], g[3];
        for (int x = 0; x < 6; x++) {
            for (int y = 0; y < 6; y++) u[y] = *(const NAMED(block) *)(products + (y * 6 + x) * run->position_stride);
            NAMED(winograd_gt)(u, columns[x]);
        }
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 6; x++) u[x] = columns[x][y];
            NAMED(winograd_gt)(u, g);
            for (int x = 0; x < 3; x++) *(NAMED(block) *)(gradient + (y * 3 + x) * run->tap_stride) += g[x];
        }
    }
}
