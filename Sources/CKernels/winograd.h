// The text of the Winograd F(4x4, 3x3) micro-kernels, included once per instruction set by isa_*.c after
// winograd_products.h.
//
// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015: Y = A^T [(G g G^T) . (B^T d B)] A with the
// points 0, 1, -1, 2, -2 and infinity. d is a tile of 6x6 inputs, Y its 4x4 outputs; a dot is a sum over input channels.

/// One side of A^T m A.
static inline __attribute__((always_inline)) void NAMED(winograd_at)(const NAMED(block) m[6], NAMED(block) y[4]) {
    const NAMED(block) sum = m[1] + m[2], difference = m[1] - m[2];
    const NAMED(block) farSum = m[3] + m[4], farDifference = m[3] - m[4];
    y[0] = m[0] + sum + farSum;
    y[1] = difference + farDifference * 2.0f;
    y[2] = sum + farSum * 4.0f;
    y[3] = m[5] + difference + farDifference * 8.0f;
}

/// One side of G g G^T.
static inline __attribute__((always_inline)) void NAMED(winograd_g)(const NAMED(block) g[3], NAMED(block) u[6]) {
    const NAMED(block) near = g[0] + g[2], far = g[0] + g[2] * 4.0f, twice = g[1] * 2.0f;
    u[0] = g[0] * 0.25f;
    u[1] = (near + g[1]) * (-1.0f / 6);
    u[2] = (near - g[1]) * (-1.0f / 6);
    u[3] = (far + twice) * (1.0f / 24);
    u[4] = (far - twice) * (1.0f / 24);
    u[5] = g[2];
}

static void NAMED(f32_winograd_weights)(const struct f32_winograd_weights *run) {
    NAMED(block) taps[F32_BLOCK][9] = {0};
    for (ptrdiff_t first = 0; first < run->input_channels; first += F32_BLOCK) {
        const ptrdiff_t rest = run->input_channels - first;
        const ptrdiff_t channels = rest < F32_BLOCK ? rest : F32_BLOCK;
        for (ptrdiff_t lane = 0; lane < run->output_channels; lane++)
            for (ptrdiff_t c = 0; c < channels; c++) {
                const float *kernel = run->weights + lane * run->output_stride + (first + c) * run->input_stride;
                float *to = (float *)taps[c] + lane;
                if (run->turned)
                    for (int i = 0; i < 9; i++) to[i * F32_BLOCK] = kernel[8 - i];
                else
                    for (int i = 0; i < 9; i++) to[i * F32_BLOCK] = kernel[i];
            }
        for (ptrdiff_t c = 0; c < channels; c++) {
            float *transformed = run->transformed + (first + c) * run->channel_stride;
            NAMED(block) columns[3][6], row[3], u[6];
            for (int x = 0; x < 3; x++) {
                for (int y = 0; y < 3; y++) row[y] = taps[c][y * 3 + x];
                NAMED(winograd_g)(row, columns[x]);
            }
            for (int y = 0; y < 6; y++) {
                for (int x = 0; x < 3; x++) row[x] = columns[x][y];
                NAMED(winograd_g)(row, u);
                for (int x = 0; x < 6; x++)
                    *(NAMED(block) *)(transformed + (y * 6 + x) * run->position_stride) = u[x];
            }
        }
    }
}

static inline __attribute__((always_inline)) void NAMED(winograd_outputs)(
    const struct f32_winograd_output *run, const int activation, const int hasResidual) {
    const int isGate = activation == f32_activation_gate || activation == f32_activation_gate_of_sum;
    for (int32_t b = 0; b < run->blocks; b++) {
        const NAMED(block) bias = *(const NAMED(block) *)(run->bias + b * F32_BLOCK);
        const NAMED(block) slope = activation == f32_activation_prelu
                                       ? *(const NAMED(block) *)(run->slopes + b * F32_BLOCK)
                                       : (NAMED(block)){0};
        for (int32_t t = 0; t < run->tiles; t++) {
            const float *products = run->products + b * run->product_block_stride + t * F32_BLOCK;
            NAMED(block) columns[6][4];
            for (int x = 0; x < 6; x++) {
                NAMED(block) m[6];
#pragma clang loop unroll(full)
                for (int y = 0; y < 6; y++)
                    m[y] = *(const NAMED(block) *)(products + (y * 6 + x) * run->position_stride);
                NAMED(winograd_at)(m, columns[x]);
            }
            const int32_t left = run->columns - 4 * t, width = left < 4 ? left : 4;
            for (int y = 0; y < run->rows; y++) {
                NAMED(block) m[6], row[4];
#pragma clang loop unroll(full)
                for (int x = 0; x < 6; x++) m[x] = columns[x][y];
                NAMED(winograd_at)(m, row);
                const ptrdiff_t column = t * 4 * F32_BLOCK;
                float *output = run->output + b * run->output_block_stride + y * run->output_row_stride + column;
                const float *residual = NULL, *gate = NULL;
                if (hasResidual)
                    residual = run->residual + b * run->residual_block_stride + y * run->residual_row_stride + column;
                if (isGate) gate = run->gate + b * run->gate_block_stride + y * run->gate_row_stride + column;
#pragma clang loop unroll(full)
                for (int x = 0; x < 4; x++) {
                    if (x >= width) break;
                    NAMED(block) sum = row[x] + bias;
                    const NAMED(mask) negative = (NAMED(mask))(sum < 0.0f);
                    if (activation == f32_activation_relu) sum = (NAMED(block))((NAMED(mask))sum & ~negative);
                    if (activation == f32_activation_prelu)
                        sum = (NAMED(block))(((NAMED(mask))(sum * slope) & negative) | ((NAMED(mask))sum & ~negative));
                    if (hasResidual && activation == f32_activation_gate_of_sum)
                        sum += *(const NAMED(block) *)(residual + x * F32_BLOCK);
                    if (isGate)
                        sum = (NAMED(block))((NAMED(mask))sum &
                                             (NAMED(mask))(*(const NAMED(block) *)(gate + x * F32_BLOCK) > 0.0f));
                    if (hasResidual && activation != f32_activation_gate_of_sum)
                        sum += *(const NAMED(block) *)(residual + x * F32_BLOCK);
                    *(NAMED(block) *)(output + x * F32_BLOCK) = sum;
                }
            }
        }
    }
}

static void NAMED(f32_winograd_output)(const struct f32_winograd_output *run) {
    switch (run->activation) {
    case f32_activation_relu: NAMED(winograd_outputs)(run, f32_activation_relu, 0); break;
    case f32_activation_prelu: NAMED(winograd_outputs)(run, f32_activation_prelu, 0); break;
    case f32_activation_gate:
        if (run->residual)
            NAMED(winograd_outputs)(run, f32_activation_gate, 1);
        else
            NAMED(winograd_outputs)(run, f32_activation_gate, 0);
        break;
    case f32_activation_gate_of_sum:
        if (run->residual)
            NAMED(winograd_outputs)(run, f32_activation_gate_of_sum, 1);
        else
            NAMED(winograd_outputs)(run, f32_activation_gate, 0);
        break;
    default:
        if (run->residual)
            NAMED(winograd_outputs)(run, f32_activation_none, 1);
        else
            NAMED(winograd_outputs)(run, f32_activation_none, 0);
    }
}

#define WINOGRAD_KERNELS                                                                           \
    {                                                                                              \
        .weights = NAMED(f32_winograd_weights), .input = NAMED(f32_winograd_input),                \
        .product = {WINOGRAD_PRODUCTS}, .output = NAMED(f32_winograd_output),                      \
        .output_gradient = NAMED(f32_winograd_output_gradient),                                    \
        .weight_gradient = NAMED(f32_winograd_weight_gradient),                                    \
    }
