// Which kernels this processor can run, from its own feature bits (and the operating system's, which must save the
// registers: the compiler's run-time library checks both).
#include "CKernels.h"

extern const struct f32_kernels f32_kernels__baseline;
#if defined(__x86_64__)
extern const struct f32_kernels f32_kernels__avx2;
extern const struct f32_kernels f32_kernels__avx512;
extern const struct bf16_kernels bf16_kernels__avx512bf16;
#endif

const struct f32_kernels *f32_kernels_for(enum f32_isa isa) {
    switch (isa) {
    case f32_isa_baseline: return &f32_kernels__baseline;
#if defined(__x86_64__)
    case f32_isa_avx2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &f32_kernels__avx2 : NULL;
    case f32_isa_avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                       __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                       __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                   ? &f32_kernels__avx512
                   : NULL;
#endif
    default: return NULL;
    }
}

const struct bf16_kernels *bf16_kernels_for(enum f32_isa isa) {
#if defined(__x86_64__)
    if (isa == f32_isa_avx512 && f32_kernels_for(isa) && __builtin_cpu_supports("avx512bf16"))
        return &bf16_kernels__avx512bf16;
#endif
    return NULL;
}
