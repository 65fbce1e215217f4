/* What one token, or a few, want of a processor: engine/few_rows.py says what it is for.
 *
 * Arrays are dense. Functions give 0, or -1 where there was no memory. OpenMP is that of the process: torch has loaded it, and its
 * threads do the work.
 */

#ifndef NEEDLEPOINT_FEW_ROWS_H
#define NEEDLEPOINT_FEW_ROWS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define HAS_X86 1
#if __GNUC__ < 12 /* knows no levels of x86-64 here */
#define FOR_EACH_PROCESSOR __attribute__((noinline, target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR __attribute__((noinline, target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#else
#define FOR_EACH_PROCESSOR __attribute__((noinline))
#endif

/* e to the x, within two units of the last place: Cephes (Moshier 1992), expf, in a form without branches
 * that compilers turn into vectors. Below -87 it stays what it is there; what is no number stays none. */
static inline float exp_of(float x) {
    const float not_low = x < -87.0f ? -87.0f : x, in_range = not_low > 88.0f ? 88.0f : not_low;
    const float power = rintf(in_range * 1.44269504088896341f);
    const float rest = in_range - power * 0.693359375f + power * 2.12194440e-4f;
    float sum = 1.9875691500e-4f;
    sum = sum * rest + 1.3981999507e-3f;
    sum = sum * rest + 8.3334519073e-3f;
    sum = sum * rest + 4.1665795894e-2f;
    sum = sum * rest + 1.6666665459e-1f;
    sum = sum * rest + 5.0000001201e-1f;
    const int32_t whole = (int32_t)(power == power ? power : 0.0f);
    const union { int32_t bits; float number; } scale = {.bits = (whole + 127) << 23};
    return (sum * rest * rest + rest + 1.0f) * scale.number;
}

/* x [num_rows, num_in] by weights in int8 [num_out, num_in] and their scales [num_out]: out [num_rows,
 * num_out]. With `is_plain` as a processor without VNNI does it. */
int needlepoint_product(const float *x, const int8_t *weights, const float *scales, float *out, long num_rows,
                        long num_in, long num_out, long num_threads, long is_plain);

typedef struct {
    const float *queries;               /* [num_branches, num_heads, num_queries, head_dim] */
    const float *far_keys, *far_values; /* [num_kv_heads, num_far, head_dim], heads a stride apart */
    const float *own_keys, *own_values; /* [num_branches, num_kv_heads, num_own, head_dim] */
    const uint8_t *sees_far, *sees_own; /* [num_branches, num_queries, num_far or num_own]; NULL: all */
    float *out;                         /* as queries */
    float *looks;                       /* [num_branches, num_heads, num_queries, num_far] or NULL */
    long num_branches, num_heads, num_kv_heads, num_queries, head_dim, num_far, num_own, key_stride, value_stride;
    float scale;
} Attention;

int attend(const Attention *attention, long num_threads);

#endif
