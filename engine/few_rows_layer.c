/* What a layer of Gemma 3 makes of a few tokens: engine/gemma3_layers.py, and `branch_from` of engine/gemma3.py. */

#include <string.h>

#include "few_rows.h"

#define SQRT_2_BY_PI 0.7978845608028654f

/* The number that makes the root mean square of x one. */
static inline float to_norm(const float *x, long size, float eps) {
    float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
    for (long i = 0; i < size; i++) sum += x[i] * x[i];
    return 1.0f / sqrtf(sum / (float)size + eps);
}

FOR_EACH_PROCESSOR static void norm(const float *x, const float *weight, float *out, long size, float eps) {
    const float factor = to_norm(x, size, eps);
#pragma omp simd
    for (long i = 0; i < size; i++) out[i] = x[i] * factor * weight[i];
}

/* out = hidden + the norm of x */
FOR_EACH_PROCESSOR static void add_norm(const float *hidden, const float *x, const float *weight, float *out,
                                        long size, float eps) {
    const float factor = to_norm(x, size, eps);
#pragma omp simd
    for (long i = 0; i < size; i++) out[i] = hidden[i] + x[i] * factor * weight[i];
}

/* By its position: engine/rotary.py. cos and sin are of one half, the other half has the same. */
FOR_EACH_PROCESSOR static void turn(float *head, const float *cos, const float *sin, long half) {
#pragma omp simd
    for (long i = 0; i < half; i++) {
        const float first = head[i], second = head[half + i];
        head[i] = first * cos[i] - second * sin[i];
        head[half + i] = second * cos[i] + first * sin[i];
    }
}

/* gelu(gate) * up, in the approximation with tanh: x * (1 + tanh z) / 2 is x / (1 + exp(-2z)). */
FOR_EACH_PROCESSOR static void gated(const float *gate, const float *up, float *out, long size) {
#pragma omp simd
    for (long i = 0; i < size; i++) {
        const float x = gate[i];
        const float z = SQRT_2_BY_PI * (x + 0.044715f * x * x * x);
        out[i] = x / (1.0f + exp_of(-2.0f * z)) * up[i];
    }
}

typedef struct {
    const int8_t *weights;
    const float *scales;
} Map;

typedef struct {
    const float *attention_norm, *head_norms, *post_attention_norm, *feedforward_norm, *post_feedforward_norm;
    Map qkv, output, gate_up, down;
    long hidden, inner, num_heads, num_kv_heads, head_dim, num_threads;
    float eps;
} Layer;

static int mapped(const Layer *l, Map map, const float *x, float *out, long num_rows, long num_in, long num_out) {
    return needlepoint_product(x, map.weights, map.scales, out, num_rows, num_in, num_out, l->num_threads, 0);
}

/* rows [num_rows, hidden] to heads [num_rows, num_heads + 2 * num_kv_heads, head_dim], queries and keys normed
 * and turned by cos and sin [num_rows, head_dim / 2]; `room` is for num_rows * hidden numbers. */
static int heads_of(const Layer *l, const float *rows, const float *cos, const float *sin, float *heads, float *room,
                    long num_rows) {
    const long num_turned = l->num_heads + l->num_kv_heads, num_heads = num_turned + l->num_kv_heads;
    const long half = l->head_dim / 2;
    for (long at = 0; at < num_rows * l->hidden; at += l->hidden)
        norm(rows + at, l->attention_norm, room + at, l->hidden, l->eps);
    if (mapped(l, l->qkv, room, heads, num_rows, l->hidden, num_heads * l->head_dim)) return -1;
    for (long row = 0; row < num_rows; row++)
        for (long head = 0; head < num_turned; head++) {
            float *one = heads + (row * num_heads + head) * l->head_dim;
            norm(one, l->head_norms + head * l->head_dim, one, l->head_dim, l->eps);
            turn(one, cos + row * half, sin + row * half, half);
        }
    return 0;
}

/* What was attended to, seen [num_rows, num_heads * head_dim], into the stream of rows [num_rows, hidden];
 * `room` is for num_rows * (3 * hidden + 3 * inner) numbers. */
static int attended(const Layer *l, const float *rows, const float *seen, float *out, float *room, long num_rows) {
    const long size = num_rows * l->hidden, hidden = l->hidden, inner = l->inner;
    float *added = room, *stream = added + size, *normed = stream + size, *both = normed + size;
    float *gate = both + 2 * num_rows * inner;
    if (mapped(l, l->output, seen, added, num_rows, l->num_heads * l->head_dim, hidden)) return -1;
    for (long at = 0; at < size; at += hidden) {
        add_norm(rows + at, added + at, l->post_attention_norm, stream + at, hidden, l->eps);
        norm(stream + at, l->feedforward_norm, normed + at, hidden, l->eps);
    }
    if (mapped(l, l->gate_up, normed, both, num_rows, hidden, 2 * inner)) return -1;
    for (long row = 0; row < num_rows; row++)
        gated(both + 2 * row * inner, both + (2 * row + 1) * inner, gate + row * inner, inner);
    if (mapped(l, l->down, gate, added, num_rows, inner, hidden)) return -1;
    for (long at = 0; at < size; at += hidden)
        add_norm(stream + at, added + at, l->post_feedforward_norm, out + at, hidden, l->eps);
    return 0;
}

/* Heads [num_branches, num_queries, all heads, head_dim] apart: the queries by head, and keys and values behind
 * those that the branches have. */
static void part_heads(const Layer *l, const float *heads, const float *old_keys, const float *old_values,
                       float *queries, float *keys, float *values, long num_branches, long num_queries,
                       long num_old) {
    const long num_heads = l->num_heads + 2 * l->num_kv_heads, num_own = num_old + num_queries, dim = l->head_dim;
    const size_t bytes = sizeof(float) * (size_t)dim;
    for (long at = 0; at < num_branches * l->num_kv_heads && num_old > 0; at++) {
        memcpy(keys + at * num_own * dim, old_keys + at * num_old * dim, (size_t)num_old * bytes);
        memcpy(values + at * num_own * dim, old_values + at * num_old * dim, (size_t)num_old * bytes);
    }
    for (long branch = 0; branch < num_branches; branch++)
        for (long query = 0; query < num_queries; query++) {
            const float *of_row = heads + (branch * num_queries + query) * num_heads * dim;
            for (long head = 0; head < l->num_heads; head++)
                memcpy(queries + ((branch * l->num_heads + head) * num_queries + query) * dim, of_row + head * dim,
                       bytes);
            for (long head = 0; head < l->num_kv_heads; head++) {
                const long at = ((branch * l->num_kv_heads + head) * num_own + num_old + query) * dim;
                memcpy(keys + at, of_row + (l->num_heads + head) * dim, bytes);
                memcpy(values + at, of_row + (l->num_heads + l->num_kv_heads + head) * dim, bytes);
            }
        }
}

/* [num_branches, num_heads, num_queries, head_dim] as [num_branches, num_queries, num_heads, head_dim] */
static void by_row(const Layer *l, const float *seen, float *rows, long num_branches, long num_queries) {
    for (long branch = 0; branch < num_branches; branch++)
        for (long head = 0; head < l->num_heads; head++)
            for (long query = 0; query < num_queries; query++) {
                const long from = (branch * l->num_heads + head) * num_queries + query;
                const long to = (branch * num_queries + query) * l->num_heads + head;
                memcpy(rows + to * l->head_dim, seen + from * l->head_dim, sizeof(float) * (size_t)l->head_dim);
            }
}

/* rows [num_branches * num_queries, hidden] through a layer, to out; keys and values
 * [num_branches, num_kv_heads, num_old + num_queries, head_dim] are those of the branches with the new ones.
 * For the others see `Attention` in few_rows.h. */
int needlepoint_layer(const float *attention_norm, const int8_t *qkv, const float *qkv_scales, const float *head_norms,
                      const int8_t *output, const float *output_scales, const float *post_attention_norm,
                      const float *feedforward_norm, const int8_t *gate_up, const float *gate_up_scales,
                      const int8_t *down, const float *down_scales, const float *post_feedforward_norm,
                      const float *rows, const float *cos, const float *sin, const float *far_keys,
                      const float *far_values, const float *old_keys, const float *old_values, const uint8_t *sees_far,
                      const uint8_t *sees_own, float *keys, float *values, float *looks, float *out, long hidden,
                      long inner, long num_heads, long num_kv_heads, long head_dim, long num_branches,
                      long num_queries, long num_far, long num_old, long key_stride, long value_stride,
                      long num_threads, float scale, float eps) {
    const Layer layer = {attention_norm,
                         head_norms,
                         post_attention_norm,
                         feedforward_norm,
                         post_feedforward_norm,
                         {qkv, qkv_scales},
                         {output, output_scales},
                         {gate_up, gate_up_scales},
                         {down, down_scales},
                         hidden,
                         inner,
                         num_heads,
                         num_kv_heads,
                         head_dim,
                         num_threads,
                         eps};
    const long num_rows = num_branches * num_queries, num_numbers = num_rows * head_dim;
    const long num_all = num_heads + 2 * num_kv_heads;
    const long room_size = 3 * num_rows * (hidden + inner);
    float *heads = calloc((size_t)(num_numbers * (num_all + 3 * num_heads) + room_size), sizeof(float));
    if (heads == NULL) return -1;
    float *queries = heads + num_numbers * num_all, *by_head = queries + num_numbers * num_heads;
    float *seen = by_head + num_numbers * num_heads, *room = seen + num_numbers * num_heads;
    int failed = heads_of(&layer, rows, cos, sin, heads, room, num_rows);
    if (!failed) {
        part_heads(&layer, heads, old_keys, old_values, queries, keys, values, num_branches, num_queries, num_old);
        const Attention attention = {queries,      far_keys,     far_values,  keys,    values,
                                     sees_far,     sees_own,     by_head,     looks,   num_branches,
                                     num_heads,    num_kv_heads, num_queries, head_dim, num_far,
                                     num_old + num_queries, key_stride, value_stride, scale};
        failed = attend(&attention, num_threads);
    }
    if (!failed) {
        by_row(&layer, by_head, seen, num_branches, num_queries);
        failed = attended(&layer, rows, seen, out, room, num_rows);
    }
    free(heads);
    return failed;
}
