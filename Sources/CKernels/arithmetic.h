// Vector arithmetic and the roof's measurement, included once per instruction set by isa_*.c, which define NAMED(name)
// and ROOF_ACCUMULATORS: as many blocks of 16 as stay in registers beside two operands.

static void NAMED(f32_add)(const float *a, const float *b, float *output, ptrdiff_t count) {
    // No `restrict`: the output may be one of the inputs. The compiler checks for partial overlap at run time.
    for (ptrdiff_t i = 0; i < count; i++) output[i] = a[i] + b[i];
}

/// total[lane] += the sum over a rectangle of pixels, each row summed for itself in four interleaved parts.
static void NAMED(f32_sum_pixels)(
    const float *pixels, ptrdiff_t row_stride, int32_t rows, int32_t columns, float *total) {
    for (int row = 0; row < rows; row++) {
        const NAMED(block) *pixel = (const NAMED(block) *)(pixels + row * row_stride);
        NAMED(block) sum[4] = {{0}};
        for (int column = 0; column < columns; column++) sum[column % 4] += pixel[column];
        *(NAMED(block) *)total += (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
}

static double NAMED(f32_multiply_add_roof)(int64_t steps, float *sink) {
    NAMED(block) sum[ROOF_ACCUMULATORS], x = {0}, y = {0};
    x += *sink;
    y += 0.5f;
#pragma clang loop unroll(full)
    for (int i = 0; i < ROOF_ACCUMULATORS; i++) sum[i] = x + (float)i;
#pragma clang loop unroll(disable)
    for (int64_t s = 0; s < steps; s++) {
        // The compiler must not see that x and y stay the same, or it would sum less often.
        __asm__ volatile("" : "+m"(*sink));
#pragma clang loop unroll(full)
        for (int i = 0; i < ROOF_ACCUMULATORS; i++) sum[i] += x * y;
    }
    NAMED(block) total = {0};
#pragma clang loop unroll(full)
    for (int i = 0; i < ROOF_ACCUMULATORS; i++) total += sum[i];
    for (int i = 0; i < F32_BLOCK; i++) *sink += total[i];
    return (double)steps * ROOF_ACCUMULATORS * F32_BLOCK * 2;
}
