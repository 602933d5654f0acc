// Weights between PyTorch's order and the kernels'. One loop nest for every instruction set: both sides stay in the
// first-level cache, and an element costs a load and a store.
#include "CKernels.h"

void f32_permute(const struct f32_permutation *p, const float *from, float *to, bool adding) {
    for (ptrdiff_t i = 0; i < p->counts[0]; i++) {
        for (ptrdiff_t j = 0; j < p->counts[1]; j++) {
            const float *source = from + i * p->from_strides[0] + j * p->from_strides[1];
            float *target = to + i * p->to_strides[0] + j * p->to_strides[1];
            const ptrdiff_t source_step = p->from_strides[2], target_step = p->to_strides[2], count = p->counts[2];
            if (adding)
                for (ptrdiff_t k = 0; k < count; k++) target[k * target_step] += source[k * source_step];
            else if (target_step == 1)
                for (ptrdiff_t k = 0; k < count; k++) target[k] = source[k * source_step];
            else
                for (ptrdiff_t k = 0; k < count; k++) target[k * target_step] = source[k * source_step];
        }
    }
}
