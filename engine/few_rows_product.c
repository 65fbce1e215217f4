/* A few rows by a matrix of eight bits.
 *
 * The sums are of whole numbers, so whatever a processor does best gives the same.
 */

#include <float.h>

#include "few_rows.h"

#ifdef HAS_X86
#include <immintrin.h>
#endif

#define MOST 127.0f
#define SMALLEST 1e-12f
#define RAISED 128           /* makes numbers of eight bits positive, as VNNI wants one of two */
#define WORTH_A_THREAD 65536 /* products */

typedef struct {
    const int8_t *weights;   /* [num_out, num_in] */
    const float *scales;     /* [num_out] */
    const uint8_t *rows;     /* [num_rows, num_in], whole numbers, RAISED */
    const float *row_scales; /* [num_rows] */
    float *out;              /* [num_rows, num_out] */
    long num_rows, num_in, num_out;
} Product;

static inline void put(const Product *p, long row, long out, int32_t sum) {
    p->out[row * p->num_out + out] = (float)sum * p->row_scales[row] * p->scales[out];
}

/* Outputs from `start` to `stop`. */
FOR_EACH_PROCESSOR static void range(const Product *product, long start, long stop) {
    const Product p = *product;
    for (long out = start; out < stop; out++) {
        const int8_t *weights = p.weights + out * p.num_in;
        for (long row = 0; row < p.num_rows; row++) {
            const uint8_t *x = p.rows + row * p.num_in;
            int32_t sum = 0;
            for (long i = 0; i < p.num_in; i++) {
                const int16_t weight = weights[i], number = (int16_t)(x[i] - RAISED);
                sum += (int32_t)weight * (int32_t)number;
            }
            put(&p, row, out, sum);
        }
    }
}

#ifdef HAS_X86
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define WIDE 64    /* products of eight bits that one instruction adds up */
#define TOGETHER 4 /* rows that share what is read of the weights */
#define AHEAD 16384 /* bytes that are called for before they are wanted */

/* `count` rows from `row` on; the compiler knows how many. */
VNNI static inline __attribute__((always_inline)) void rows_vnni(
    const Product *p, long row, const int count, long out) {
    const int8_t *weights = p->weights + out * p->num_in;
    const uint8_t *x = p->rows + row * p->num_in;
    __m512i sums[TOGETHER], of_weights = _mm512_setzero_si512();
    for (int r = 0; r < count; r++) sums[r] = _mm512_setzero_si512();
    for (long i = 0; i < p->num_in; i += WIDE) {
        const long left = p->num_in - i;
        const __mmask64 there = left < WIDE ? ~(~0ULL << left) : ~0ULL;
        const __m512i these = _mm512_maskz_loadu_epi8(there, weights + i);
        __builtin_prefetch(weights + i + AHEAD, 0, 2);
        of_weights = _mm512_dpbusd_epi32(of_weights, _mm512_set1_epi8(1), these);
        for (int r = 0; r < count; r++)
            sums[r] = _mm512_dpbusd_epi32(
                sums[r], _mm512_maskz_loadu_epi8(there, x + r * p->num_in + i), these);
    }
    of_weights = _mm512_slli_epi32(of_weights, 7); /* RAISED times */
    for (int r = 0; r < count; r++)
        put(p, row + r, out, _mm512_reduce_add_epi32(_mm512_sub_epi32(sums[r], of_weights)));
}

VNNI static void range_vnni(const Product *product, long start, long stop) {
    const Product p = *product;
    const long whole = p.num_rows / TOGETHER * TOGETHER;
    for (long out = start; out < stop; out++) {
        for (long row = 0; row < whole; row += TOGETHER) rows_vnni(&p, row, TOGETHER, out);
        switch (p.num_rows - whole) {
        case 1: rows_vnni(&p, whole, 1, out); break;
        case 2: rows_vnni(&p, whole, 2, out); break;
        case 3: rows_vnni(&p, whole, 3, out); break;
        }
    }
}

static int has_vnni(void) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
}
#else
#define range_vnni range
static int has_vnni(void) { return 0; }
#endif

/* As `rounded` of engine/int8_weights.py, to the bit; a row that has something that is no finite number has no scale. */
FOR_EACH_PROCESSOR static void round_row(const float *x, long num_in, uint8_t *row, float *scale) {
    float most = SMALLEST;
    int32_t num_odd = 0;
#pragma omp simd reduction(max : most) reduction(+ : num_odd)
    for (long i = 0; i < num_in; i++) {
        most = fabsf(x[i]) > most ? fabsf(x[i]) : most;
        num_odd += !(fabsf(x[i]) <= FLT_MAX);
    }
    if (num_odd > 0) {
        for (long i = 0; i < num_in; i++) row[i] = RAISED;
        *scale = NAN;
        return;
    }
    most *= 1.0f / MOST;
    const float reciprocal = 1.0f / most;
    for (long i = 0; i < num_in; i++) row[i] = (uint8_t)((int32_t)rintf(x[i] * reciprocal) + RAISED);
    *scale = most;
}

/* Of what is called from outside; engine/few_rows.py has the same. */
int needlepoint_version(void) { return 2; }

/* For how many rows this is the faster way on this processor, as far as that was measured. */
int needlepoint_most_rows(void) {
#ifdef HAS_X86
    if (has_vnni()) return 8;
    return __builtin_cpu_supports("avx2") ? 1 : 0;
#else
    return 0;
#endif
}

int needlepoint_product(const float *x, const int8_t *weights, const float *scales, float *out, long num_rows,
                        long num_in, long num_out, long num_threads, long is_plain) {
    float *row_scales = malloc((size_t)num_rows * (sizeof(float) + (size_t)num_in));
    if (row_scales == NULL) return -1;
    uint8_t *rows = (uint8_t *)(row_scales + num_rows);
    for (long row = 0; row < num_rows; row++)
        round_row(x + row * num_in, num_in, rows + row * num_in, row_scales + row);
    const Product product = {weights, scales, rows, row_scales, out, num_rows, num_in, num_out};
    void (*const ranged)(const Product *, long, long) = has_vnni() && !is_plain ? range_vnni : range;
    const long most = num_rows * num_in * num_out / WORTH_A_THREAD + 1;
    const long parts = num_threads < most ? num_threads : most;
    /* all of them or one: a smaller team would end the others, and the next larger one make them anew */
#pragma omp parallel for schedule(static, 1) num_threads(num_threads) if (parts > 1)
    for (long part = 0; part < parts; part++)
        ranged(&product, num_out * part / parts, num_out * (part + 1) / parts);
    free(row_scales);
    return 0;
}
