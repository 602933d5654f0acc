// AVX-512 BF16 beside F, BW, DQ and VL: one instruction multiplies and adds 32 pairs.
#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))), apply_to = function)

#pragma STDC FP_CONTRACT ON

#define NAMED(name) name##__avx512bf16
#define PRODUCT(sums, lanes, word)                                                          \
    ((NAMED(block))_mm512_dpbf16_ps((__m512)(sums), (__m512bh)(lanes), (__m512bh)_mm512_set1_ps(word)))
/// Two channels a word.
#define PIXEL_WORDS (F32_BLOCK / 2)
#define WINOGRAD_TILES 8
#define WINOGRAD_BLOCKS 3
#define WINOGRAD_STORE(to, vector) \
    _mm256_store_si256((__m256i *)(to), (__m256i)_mm512_cvtneps_pbh((__m512)(vector)))
#include "convolution.h"
#include "weight_gradient.h"
#include "winograd_products.h"

#include "avx512_sizes.h"

static void bf16_round(const float *from, uint16_t *to, ptrdiff_t vectors) {
    ptrdiff_t i = 0;
    for (; i + 2 <= vectors; i += 2) {
        __m512 low = _mm512_load_ps(from + i * F32_BLOCK), high = _mm512_load_ps(from + (i + 1) * F32_BLOCK);
        _mm512_storeu_si512(to + i * F32_BLOCK, (__m512i)_mm512_cvtne2ps_pbh(high, low));
    }
    if (i < vectors)
        _mm256_storeu_si256(
            (__m256i *)(to + i * F32_BLOCK), (__m256i)_mm512_cvtneps_pbh(_mm512_load_ps(from + i * F32_BLOCK)));
}

static void bf16_interleave(const float *low, const float *high, float *words, ptrdiff_t vectors) {
    const __m512i order = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1,
        16, 0);
    for (ptrdiff_t i = 0; i < vectors; i++) {
        __m512 a = _mm512_load_ps(low + i * F32_BLOCK);
        __m512 b = high ? _mm512_load_ps(high + i * F32_BLOCK) : _mm512_setzero_ps();
        _mm512_store_si512(words + i * F32_BLOCK, _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(b, a)));
    }
}

#pragma clang attribute pop

const struct bf16_kernels bf16_kernels__avx512bf16 = {
    AVX512_SIZES,
    .round = bf16_round,
    .interleave = bf16_interleave,
    .winograd_input = f32_winograd_input__avx512bf16,
    .winograd_product = {WINOGRAD_PRODUCTS},
};
#endif
