/// Row kernels that pictures are measured with. Part of CKernels.h.
///
/// Rows are Float32 of any alignment. A *padded* row has space for its count rounded up to 16 elements, whose excess is
/// written (results) or read and not used (operands).
#ifndef MEASURING_KERNELS_H
#define MEASURING_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Rows of a symmetric window, and weights from its middle outwards.
#define F32_WINDOW_ROWS 11
#define F32_WINDOW_WEIGHTS 6

/// The quantities that SSIM is made of: a and the difference d = a - b with their squares, about a constant near the mean.
/// 0: a - shift, 1: d, 2: d², 3: (a - shift)² + (b - shift)².
#define F32_MOMENTS 4

struct f32_measuring_kernels {
    /// levels[i] = samples[i] * maximum; where `rounds`, samples are clamped to 0...1 and the product rounded to a whole
    /// number, halves up. The bits are the same on every instruction set. Returns 0, or a NaN where a sample is not finite.
    /// The samples `ahead` elements on, the next row's, are fetched into the cache; they need not be there.
    float (*levels)(
        const float *samples, float *levels, ptrdiff_t count, float maximum, bool rounds, ptrdiff_t ahead);
    /// output[i] = weights[0] a[i] + weights[1] b[i] + weights[2] c[i] + offset.
    void (*weigh_channels)(
        const float *a, const float *b, const float *c, const float weights[3], float offset, float *output,
        ptrdiff_t count);
    /// sums[0] += the sum of |a - b|, sums[1] += that of (a - b)², in Float64; returns the greatest |a - b|.
    float (*differences)(const float *a, const float *b, ptrdiff_t count, double sums[2]);
    /// Writes the quantities of a row, padded, `stride` apart.
    void (*moments)(const float *a, const float *b, ptrdiff_t count, float shift, float *output, ptrdiff_t stride);
    /// output[i] = weights[0] row[i + 5] + weights[1] (row[i + 4] + row[i + 6]) + ...; `row` has space for 16 elements
    /// more than a padded one.
    void (*weigh_columns)(const float *row, const float weights[F32_WINDOW_WEIGHTS], float *output, ptrdiff_t count);
    /// above[i] = weights[0] rows[5][i] + weights[1] (rows[4][i] + rows[6][i]) + ..., below[i] the same one row later;
    /// everything padded.
    void (*weigh_rows)(
        const float *const rows[F32_WINDOW_ROWS + 1], const float weights[F32_WINDOW_WEIGHTS], float *above,
        float *below, ptrdiff_t count);
    /// Of a row of windows whose weighted quantities lie `stride` apart, padded: sums[0] += SSIM, sums[1] += its factor
    /// of contrast and structure, in Float64.
    void (*similarity)(
        const float *moments, ptrdiff_t stride, ptrdiff_t count, float shift, float c1, float c2, double sums[2]);
    /// matrix[i][j] += the sum over the vectors v of v[i] v[j], for i <= j at least; `stride` elements a vector and a row of
    /// the matrix, a multiple of 16; 64-byte aligned.
    void (*add_products)(const double *vectors, ptrdiff_t count, ptrdiff_t stride, double *matrix);
};

#endif
