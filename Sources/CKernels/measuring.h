// The text of the measuring kernels, included once per instruction set by isa_*.c, which define NAMED(name) and
// PRODUCT_ROWS, a divisor of 16: how many rows of 16 Float64 stay in registers beside an operand; and, where one
// instruction does it, SHIFTED_BLOCK(here, next, k): 16 elements of two blocks from the k-th on.
//
// Sums run in sixteen lanes, so they do not depend on the compiler; lanes are added in Float64, in order.

typedef float NAMED(row_block) __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t NAMED(row_mask) __attribute__((vector_size(64), may_alias));
typedef double NAMED(wide_block) __attribute__((vector_size(128), aligned(64), may_alias));

#define ROW_BLOCK(pointer) (*(const NAMED(row_block) *)(pointer))

static double NAMED(lane_sum)(const NAMED(wide_block) *lanes, ptrdiff_t count) {
    double sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) sum += (*lanes)[i];
    return sum;
}

static float NAMED(f32_levels)(
    const float *samples, float *levels, ptrdiff_t count, float maximum, bool rounds, ptrdiff_t ahead) {
    // A fused product would round halves elsewhere than the writer of files does.
#pragma STDC FP_CONTRACT OFF
    // A finite number times zero is zero; anything else is not a number, and stays so in the sum.
    NAMED(row_block) doubt = {0};
    ptrdiff_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __builtin_prefetch(samples + i + ahead);
        NAMED(row_block) x = ROW_BLOCK(samples + i);
        doubt += x * 0.0f;
        if (rounds) {
            // Where adding 2^23 leaves no fraction, the sum is the next whole number or one too large.
            x = (NAMED(row_block))((NAMED(row_mask))x & (NAMED(row_mask))(x > 0.0f));
            NAMED(row_mask) over = (NAMED(row_mask))(x > 1.0f);
            NAMED(row_block) one = {0};
            one += 1.0f;
            x = (NAMED(row_block))(((NAMED(row_mask))one & over) | ((NAMED(row_mask))x & ~over));
            x = x * maximum + 0.5f;
            NAMED(row_block) nearest = (x + 0x1p23f) - 0x1p23f;
            NAMED(row_block) excess = (NAMED(row_block))((NAMED(row_mask))one & (NAMED(row_mask))(nearest > x));
            x = nearest - excess;
        } else {
            x = x * maximum;
        }
        *(NAMED(row_block) *)(levels + i) = x;
    }
    float sum = 0;
    for (int lane = 0; lane < 16; lane++) sum += doubt[lane];
    for (; i < count; i++) {
        float x = samples[i];
        sum += x * 0.0f;
        if (rounds) {
            x = x > 0.0f ? (x > 1.0f ? 1.0f : x) : 0.0f;
            x = x * maximum + 0.5f;
            float nearest = (x + 0x1p23f) - 0x1p23f;
            levels[i] = nearest > x ? nearest - 1.0f : nearest;
        } else {
            levels[i] = x * maximum;
        }
    }
    return sum;
}

static void NAMED(f32_weigh_channels)(
    const float *a, const float *b, const float *c, const float weights[3], float offset, float *restrict output,
    ptrdiff_t count) {
    const float wa = weights[0], wb = weights[1], wc = weights[2];
    for (ptrdiff_t i = 0; i < count; i++) output[i] = wa * a[i] + wb * b[i] + wc * c[i] + offset;
}

static float NAMED(f32_differences)(const float *a, const float *b, ptrdiff_t count, double sums[2]) {
    NAMED(wide_block) absolute = {0}, squares = {0};
    NAMED(row_block) greatest = {0};
    ptrdiff_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const NAMED(row_block) d = ROW_BLOCK(a + i) - ROW_BLOCK(b + i);
        const NAMED(row_block) size = (NAMED(row_block))((NAMED(row_mask))d & 0x7fffffff);
        const NAMED(row_mask) over = (NAMED(row_mask))(size > greatest);
        greatest = (NAMED(row_block))(((NAMED(row_mask))size & over) | ((NAMED(row_mask))greatest & ~over));
        absolute += __builtin_convertvector(size, NAMED(wide_block));
        squares += __builtin_convertvector(d * d, NAMED(wide_block));
    }
    float most = 0;
    for (int lane = 0; lane < 16; lane++) most = greatest[lane] > most ? greatest[lane] : most;
    double absolute_sum = NAMED(lane_sum)(&absolute, 16), square_sum = NAMED(lane_sum)(&squares, 16);
    for (; i < count; i++) {
        const float d = a[i] - b[i], size = d < 0 ? -d : d, square = d * d;
        most = size > most ? size : most;
        absolute_sum += size;
        square_sum += square;
    }
    sums[0] += absolute_sum;
    sums[1] += square_sum;
    return most;
}

static void NAMED(f32_moments)(
    const float *a, const float *b, ptrdiff_t count, float shift, float *output, ptrdiff_t stride) {
    for (ptrdiff_t i = 0; i < count; i += 16) {
        const NAMED(row_block) x = ROW_BLOCK(a + i), y = ROW_BLOCK(b + i);
        const NAMED(row_block) d = x - y, p = x - shift, q = y - shift;
        *(NAMED(row_block) *)(output + i) = p;
        *(NAMED(row_block) *)(output + stride + i) = d;
        *(NAMED(row_block) *)(output + 2 * stride + i) = d * d;
        *(NAMED(row_block) *)(output + 3 * stride + i) = p * p + q * q;
    }
}

// The row from its k-th element on. Where a register holds a block, it comes from two registers; elsewhere reading across
// is faster.
#if defined(SHIFTED_BLOCK)
#define COLUMN(k) SHIFTED_BLOCK(here, next, k)
#else
#define COLUMN(k) ROW_BLOCK(row + i + (k))
#endif

static void NAMED(f32_weigh_columns)(
    const float *row, const float weights[F32_WINDOW_WEIGHTS], float *output, ptrdiff_t count) {
#if defined(SHIFTED_BLOCK)
    NAMED(row_block) next = ROW_BLOCK(row);
#endif
    for (ptrdiff_t i = 0; i < count; i += 16) {
#if defined(SHIFTED_BLOCK)
        const NAMED(row_block) here = next;
        next = ROW_BLOCK(row + i + 16);
#endif
        NAMED(row_block) sum = weights[0] * COLUMN(5);
        sum += weights[1] * (COLUMN(4) + COLUMN(6));
        sum += weights[2] * (COLUMN(3) + COLUMN(7));
        sum += weights[3] * (COLUMN(2) + COLUMN(8));
        sum += weights[4] * (COLUMN(1) + COLUMN(9));
        sum += weights[5] * (COLUMN(0) + COLUMN(10));
        *(NAMED(row_block) *)(output + i) = sum;
    }
}
#undef COLUMN

// Two rows at once: each row is read once for both.
static void NAMED(f32_weigh_rows)(
    const float *const rows[F32_WINDOW_ROWS + 1], const float weights[F32_WINDOW_WEIGHTS], float *above, float *below,
    ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i += 16) {
        NAMED(row_block) row[F32_WINDOW_ROWS + 1];
#pragma clang loop unroll(full)
        for (int k = 0; k <= F32_WINDOW_ROWS; k++) row[k] = ROW_BLOCK(rows[k] + i);
        NAMED(row_block) sum = weights[0] * row[5], later = weights[0] * row[6];
#pragma clang loop unroll(full)
        for (int k = 1; k < F32_WINDOW_WEIGHTS; k++) {
            sum += weights[k] * (row[5 - k] + row[5 + k]);
            later += weights[k] * (row[6 - k] + row[6 + k]);
        }
        *(NAMED(row_block) *)(above + i) = sum;
        *(NAMED(row_block) *)(below + i) = later;
    }
}

static void NAMED(f32_similarity)(
    const float *moments, ptrdiff_t stride, ptrdiff_t count, float shift, float c1, float c2, double sums[2]) {
    NAMED(wide_block) similarity = {0}, contrast = {0};
    for (ptrdiff_t i = 0; i < count; i += 16) {
        const NAMED(row_block) p = ROW_BLOCK(moments + i), d = ROW_BLOCK(moments + stride + i);
        const NAMED(row_block) q = p - d, a = p + shift, b = q + shift;
        // Both factors are 1 less what the difference makes of them, so equal pictures score 1 to the last bit.
        const NAMED(row_block) variance = ROW_BLOCK(moments + 2 * stride + i) - d * d;
        const NAMED(row_block) variances = ROW_BLOCK(moments + 3 * stride + i) - p * p - q * q;
        const NAMED(row_block) structure = 1.0f - variance / (variances + c2);
        const NAMED(row_block) both = structure - structure * (d * d) / (a * a + b * b + c1);
        const NAMED(wide_block) s = __builtin_convertvector(both, NAMED(wide_block));
        const NAMED(wide_block) c = __builtin_convertvector(structure, NAMED(wide_block));
        if (count - i >= 16) {
            similarity += s;
            contrast += c;
        } else {
            sums[0] += NAMED(lane_sum)(&s, count - i);
            sums[1] += NAMED(lane_sum)(&c, count - i);
        }
    }
    sums[0] += NAMED(lane_sum)(&similarity, 16);
    sums[1] += NAMED(lane_sum)(&contrast, 16);
}

/// Only blocks that reach the diagonal or lie right of it. PRODUCT_ROWS rows of a block stay in registers.
static void NAMED(f64_add_products)(const double *vectors, ptrdiff_t count, ptrdiff_t stride, double *matrix) {
    for (ptrdiff_t column = 0; column < stride; column += 16) {
        for (ptrdiff_t row = 0; row < column + 16; row += PRODUCT_ROWS) {
            NAMED(wide_block) sums[PRODUCT_ROWS];
#pragma clang loop unroll(full)
            for (int r = 0; r < PRODUCT_ROWS; r++)
                sums[r] = *(const NAMED(wide_block) *)(matrix + (row + r) * stride + column);
            for (ptrdiff_t i = 0; i < count; i++) {
                const double *vector = vectors + i * stride;
                const NAMED(wide_block) x = *(const NAMED(wide_block) *)(vector + column);
#pragma clang loop unroll(full)
                for (int r = 0; r < PRODUCT_ROWS; r++) sums[r] += vector[row + r] * x;
            }
#pragma clang loop unroll(full)
            for (int r = 0; r < PRODUCT_ROWS; r++)
                *(NAMED(wide_block) *)(matrix + (row + r) * stride + column) = sums[r];
        }
    }
}

#define MEASURING_KERNELS                                                                    \
    {                                                                                        \
        .levels = NAMED(f32_levels), .weigh_channels = NAMED(f32_weigh_channels),            \
        .differences = NAMED(f32_differences), .moments = NAMED(f32_moments),                \
        .weigh_columns = NAMED(f32_weigh_columns), .weigh_rows = NAMED(f32_weigh_rows),      \
        .similarity = NAMED(f32_similarity), .add_products = NAMED(f64_add_products),        \
    }
