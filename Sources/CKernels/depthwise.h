// 3x3 convolutions of each channel by itself, included once per instruction set by isa_*.c after convolution.h.

/// output[x] = the sum over rows i and columns j of weights[3 i + j] * input[x + (i, j)], in this order for every pixel.
/// Four pixels at a time, so that an element that three of them read is loaded once.
static void NAMED(f32_depthwise)(
    const float *restrict input, ptrdiff_t row_stride, const float *restrict weights, float *restrict output,
    int32_t columns) {
    const NAMED(block) *weight = (const NAMED(block) *)weights;
    int x = 0;
    for (; x + 4 <= columns; x += 4) {
        NAMED(block) sum[4] = {{0}};
#pragma clang loop unroll(full)
        for (int i = 0; i < 3; i++) {
            const NAMED(block) *row = (const NAMED(block) *)(input + i * row_stride) + x;
#pragma clang loop unroll(full)
            for (int j = 0; j < 3; j++)
#pragma clang loop unroll(full)
                for (int k = 0; k < 4; k++) sum[k] += weight[3 * i + j] * row[j + k];
        }
#pragma clang loop unroll(full)
        for (int k = 0; k < 4; k++) ((NAMED(block) *)output)[x + k] = sum[k];
    }
    for (; x < columns; x++) {
        NAMED(block) sum = {0};
#pragma clang loop unroll(full)
        for (int i = 0; i < 3; i++)
#pragma clang loop unroll(full)
            for (int j = 0; j < 3; j++)
                sum += weight[3 * i + j] * ((const NAMED(block) *)(input + i * row_stride))[x + j];
        ((NAMED(block) *)output)[x] = sum;
    }
}

/// gradient[3 i + j] += the sum over a row's pixels x of input[x + (i, j)] * output[x], in two interleaved parts.
static void NAMED(f32_depthwise_gradient)(
    const float *restrict input, ptrdiff_t row_stride, const float *restrict output, int32_t columns,
    float *restrict gradient) {
    const NAMED(block) *g = (const NAMED(block) *)output;
    for (int i = 0; i < 3; i++) {
        const NAMED(block) *row = (const NAMED(block) *)(input + i * row_stride);
        NAMED(block) even[3] = {{0}}, odd[3] = {{0}};
        int x = 0;
        for (; x + 2 <= columns; x += 2)
#pragma clang loop unroll(full)
            for (int j = 0; j < 3; j++) {
                even[j] += row[x + j] * g[x];
                odd[j] += row[x + 1 + j] * g[x + 1];
            }
        if (x < columns)
#pragma clang loop unroll(full)
            for (int j = 0; j < 3; j++) even[j] += row[x + j] * g[x];
#pragma clang loop unroll(full)
        for (int j = 0; j < 3; j++) ((NAMED(block) *)gradient)[3 * i + j] += even[j] + odd[j];
    }
}
