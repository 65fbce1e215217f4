/* A few queries of branches that share a prefix: `branch_attention` of engine/attention.py.
 *
 * Threads part the keys. Each has the largest score of its keys, then, when all have it, the exponentials
 * and what they weigh; the sums of the threads are added up at the end. Keys and values are taken a few at a
 * time for all queries, and those that come next are called for, so that they come from memory once.
 */

#include <omp.h>
#include <string.h>

#include "few_rows.h"

#define LANES 16   /* numbers that lie in one line of memory, and in the widest register */
#define TOGETHER 4 /* rows that share what is read of keys and values */
#define BLOCK 32   /* keys for one query after the other */
#define AHEAD 64   /* keys that are called for before they are wanted */
#define CALLED(x) __builtin_prefetch(x, 0, 2) /* into the second cache: in the first they drive out what is in use */

typedef float Lanes __attribute__((vector_size(4 * LANES), aligned(4)));

/* Rows side by side that see the same keys, from `start` to `stop` of the prefix or of their branch's own. */
typedef struct {
    long row, num_rows, start, stop, first, num_seen; /* the first key is so far on in scores */
    const float *keys, *values;
    const uint8_t *sees; /* [num_queries, num_seen]; NULL: all */
} Run;

/* Of the keys from `start` to `stop` in the order of scores; row is the first of a branch and a key head. */
static Run run_of(const Attention *a, long row, long start, long stop) {
    const long head = row / a->num_queries % a->num_heads, branch = row / a->num_queries / a->num_heads;
    const long group = a->num_heads / a->num_kv_heads, kv_head = head / group;
    Run run = {row, group * a->num_queries, start, stop, 0, a->num_far, NULL, NULL, NULL};
    if (start < a->num_far) {
        run.keys = a->far_keys + kv_head * a->key_stride;
        run.values = a->far_values + kv_head * a->value_stride;
        if (a->sees_far != NULL) run.sees = a->sees_far + branch * a->num_queries * a->num_far;
        return run;
    }
    const long own = (branch * a->num_kv_heads + kv_head) * a->num_own * a->head_dim;
    run.first = a->num_far;
    run.num_seen = a->num_own;
    run.start -= a->num_far;
    run.stop -= a->num_far;
    run.keys = a->own_keys + own;
    run.values = a->own_values + own;
    run.sees = a->sees_own + branch * a->num_queries * a->num_own;
    return run;
}

/* Where a run from `start` on ends: behind a block, the prefix or `stop`. */
static inline long end_of(const Attention *a, long start, long stop) {
    const long end = start + BLOCK < stop ? start + BLOCK : stop;
    return start < a->num_far && end > a->num_far ? a->num_far : end;
}

static inline __attribute__((always_inline)) float sum_of(Lanes lanes) {
    float sum = 0.0f, of[LANES];
    memcpy(of, &lanes, sizeof of);
#pragma omp simd reduction(+ : sum)
    for (long i = 0; i < LANES; i++) sum += of[i];
    return sum;
}

/* scores [num_rows, num_keys] of a run, and in `largest` the largest of each row so far. */
FOR_EACH_PROCESSOR static void score(const Attention *a, Run run, float *scores, float *largest) {
    const long size = a->head_dim, whole = size / LANES * LANES, num_keys = a->num_far + a->num_own;
    for (long first = 0; first < run.num_rows; first += TOGETHER) {
        const long count = run.num_rows - first < TOGETHER ? run.num_rows - first : TOGETHER;
        const float *q0 = a->queries + (run.row + first) * size, *q1 = count > 1 ? q0 + size : q0,
                    *q2 = count > 2 ? q1 + size : q0, *q3 = count > 3 ? q2 + size : q0;
        for (long key = run.start; key < run.stop; key++) {
            const float *numbers = run.keys + key * size;
            Lanes l0 = {0}, l1 = {0}, l2 = {0}, l3 = {0};
            for (long i = 0; i < whole; i += LANES) {
                const Lanes these = *(const Lanes *)(numbers + i);
                CALLED(numbers + AHEAD * size + i);
                l0 += these * *(const Lanes *)(q0 + i);
                l1 += these * *(const Lanes *)(q1 + i);
                l2 += these * *(const Lanes *)(q2 + i);
                l3 += these * *(const Lanes *)(q3 + i);
            }
            float sums[TOGETHER] = {sum_of(l0), sum_of(l1), sum_of(l2), sum_of(l3)};
            for (long row = 0; row < count; row++) {
                for (long i = whole; i < size; i++) sums[row] += numbers[i] * q0[row * size + i];
                const long query = (run.row + first + row) % a->num_queries;
                const int is_seen = run.sees == NULL || run.sees[query * run.num_seen + key];
                const float one = is_seen ? sums[row] * a->scale : -INFINITY;
                scores[(run.row + first + row) * num_keys + run.first + key] = one;
                float *most = largest + run.row + first + row;
                *most = one > *most ? one : *most;
            }
        }
    }
}

/* The exponentials in place of scores; their sum. */
FOR_EACH_PROCESSOR static float exponentials(float *scores, float largest, long start, long stop) {
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (long key = start; key < stop; key++) {
        const float one = scores[key] == -INFINITY ? 0.0f : exp_of(scores[key] - largest);
        scores[key] = one;
        sum += one;
    }
    return sum;
}

/* weighed [num_rows, head_dim] += the values of a run, by the exponentials in scores. */
FOR_EACH_PROCESSOR static void weigh(const Attention *a, Run run, const float *scores, float *weighed) {
    const long size = a->head_dim, whole = size / (2 * LANES) * (2 * LANES), num_keys = a->num_far + a->num_own;
    for (long first = 0; first < run.num_rows; first += TOGETHER) {
        const long count = run.num_rows - first < TOGETHER ? run.num_rows - first : TOGETHER;
        const float *w0 = scores + (run.row + first) * num_keys + run.first, *w1 = count > 1 ? w0 + num_keys : w0,
                    *w2 = count > 2 ? w1 + num_keys : w0, *w3 = count > 3 ? w2 + num_keys : w0;
        float *out = weighed + (run.row + first) * size;
        for (long i = 0; i < whole; i += 2 * LANES) {
            Lanes l0 = {0}, l1 = {0}, l2 = {0}, l3 = {0}, r0 = {0}, r1 = {0}, r2 = {0}, r3 = {0};
            for (long key = run.start; key < run.stop; key++) {
                const float *values = run.values + key * size + i;
                const Lanes left = *(const Lanes *)values, right = *(const Lanes *)(values + LANES);
                CALLED(values + AHEAD * size);
                CALLED(values + AHEAD * size + LANES);
                l0 += left * w0[key], r0 += right * w0[key];
                l1 += left * w1[key], r1 += right * w1[key];
                l2 += left * w2[key], r2 += right * w2[key];
                l3 += left * w3[key], r3 += right * w3[key];
            }
            const Lanes lefts[TOGETHER] = {l0, l1, l2, l3}, rights[TOGETHER] = {r0, r1, r2, r3};
            for (long row = 0; row < count; row++) {
                *(Lanes *)(out + row * size + i) += lefts[row];
                *(Lanes *)(out + row * size + i + LANES) += rights[row];
            }
        }
        for (long row = 0; row < count; row++)
            for (long key = run.start; key < run.stop; key++)
                for (long i = whole; i < size; i++)
                    out[row * size + i] += run.values[key * size + i] * w0[row * num_keys + key];
    }
}

/* The sums of all threads, [num_parts, num_rows] and [num_parts, num_rows, head_dim], as one row of out. */
FOR_EACH_PROCESSOR static void add_up(const Attention *a, long row, long num_rows, long num_parts, const float *sums,
                                      const float *weighed, const float *scores) {
    const long size = a->head_dim;
    float sum = 0.0f, *out = a->out + row * size;
    for (long part = 0; part < num_parts; part++) sum += sums[part * num_rows + row];
    for (long i = 0; i < size; i++) out[i] = 0.0f;
    for (long part = 0; part < num_parts; part++) {
        const float *those = weighed + (part * num_rows + row) * size;
#pragma omp simd
        for (long i = 0; i < size; i++) out[i] += those[i] / sum;
    }
    if (a->looks == NULL) return;
    float *looks = a->looks + row * a->num_far;
#pragma omp simd
    for (long key = 0; key < a->num_far; key++) looks[key] = scores[key] / sum;
}

int attend(const Attention *attention, long num_threads) {
    const Attention a = *attention;
    const long num_rows = a.num_branches * a.num_heads * a.num_queries, num_keys = a.num_far + a.num_own;
    const long head_dim = a.head_dim, of_run = a.num_heads / a.num_kv_heads * a.num_queries;
    float *scores = malloc(sizeof(float) * (size_t)(num_rows * (num_keys + num_threads * (head_dim + 2))));
    if (scores == NULL) return -1;
    float *largest = scores + num_rows * num_keys, *sums = largest + num_threads * num_rows,
          *weighed = sums + num_threads * num_rows;
    long num_parts = 1;
#pragma omp parallel num_threads(num_threads)
    {
        const long part = omp_get_thread_num(), parts = omp_get_num_threads();
        const long start = num_keys * part / parts, stop = num_keys * (part + 1) / parts;
        float *its_largest = largest + part * num_rows, *its_weighed = weighed + part * num_rows * head_dim;
        for (long row = 0; row < num_rows; row++) its_largest[row] = -INFINITY;
        for (long i = 0; i < num_rows * head_dim; i++) its_weighed[i] = 0.0f;
        for (long key = start, end; key < stop; key = end) {
            end = end_of(&a, key, stop);
            for (long row = 0; row < num_rows; row += of_run)
                score(&a, run_of(&a, row, key, end), scores, its_largest);
        }
#pragma omp barrier
        for (long row = 0; row < num_rows; row++) {
            float of_all = largest[row];
            for (long other = 1; other < parts; other++) of_all = fmaxf(of_all, largest[other * num_rows + row]);
            sums[part * num_rows + row] = exponentials(scores + row * num_keys, of_all, start, stop);
        }
        for (long key = start, end; key < stop; key = end) {
            end = end_of(&a, key, stop);
            for (long row = 0; row < num_rows; row += of_run)
                weigh(&a, run_of(&a, row, key, end), scores, its_weighed);
        }
#pragma omp single
        num_parts = parts;
    }
    for (long row = 0; row < num_rows; row++)
        add_up(&a, row, num_rows, num_parts, sums, weighed, scores + row * num_keys);
    free(scores);
    return 0;
}
