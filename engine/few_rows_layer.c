/* What the layers of Gemma 3 make of a few tokens: engine/gemma3_layers.py, and `branch_from` of engine/gemma3.py. */

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

/* One layer and what it goes on from, arrays as `Attention` in few_rows.h has them; `_Layer` of engine/few_rows.py
 * has the same in the same order. Each map is in int8 [out, in] with its scales [out]. */
typedef struct {
    const float *attention_norm;
    const int8_t *qkv;
    const float *qkv_scales, *head_norms;
    const int8_t *output;
    const float *output_scales, *post_attention_norm, *feedforward_norm;
    const int8_t *gate_up;
    const float *gate_up_scales;
    const int8_t *down;
    const float *down_scales, *post_feedforward_norm;
    const float *cos, *sin; /* [num_rows, head_dim / 2] */
    const uint8_t *sees_far, *sees_own;
    const float *far_keys, *far_values;
    const float *old_keys, *old_values; /* [num_branches, num_kv_heads, num_old, head_dim] */
    float *keys, *values;               /* those and the new ones, [num_branches, num_kv_heads, num_own, head_dim] */
    float *looks;
    long num_far, key_stride, value_stride;
} Layer;

/* Of all layers. */
typedef struct {
    long hidden, inner, num_heads, num_kv_heads, head_dim, num_branches, num_queries, num_old, num_threads;
    float scale, eps;
} Shape;

static long rows_of(const Shape *s) { return s->num_branches * s->num_queries; }

static int mapped(const Shape *s, const int8_t *weights, const float *scales, const float *x, float *out, long num_in,
                  long num_out) {
    return needlepoint_product(x, weights, scales, out, rows_of(s), num_in, num_out, s->num_threads, 0);
}

/* rows [num_rows, hidden] to heads [num_rows, num_heads + 2 * num_kv_heads, head_dim], queries and keys normed
 * and turned; `room` is for num_rows * hidden numbers. */
static int heads_of(const Shape *s, const Layer *l, const float *rows, float *heads, float *room) {
    const long num_turned = s->num_heads + s->num_kv_heads, num_heads = num_turned + s->num_kv_heads;
    const long half = s->head_dim / 2, num_rows = rows_of(s);
    for (long at = 0; at < num_rows * s->hidden; at += s->hidden)
        norm(rows + at, l->attention_norm, room + at, s->hidden, s->eps);
    if (mapped(s, l->qkv, l->qkv_scales, room, heads, s->hidden, num_heads * s->head_dim)) return -1;
    for (long row = 0; row < num_rows; row++)
        for (long head = 0; head < num_turned; head++) {
            float *one = heads + (row * num_heads + head) * s->head_dim;
            norm(one, l->head_norms + head * s->head_dim, one, s->head_dim, s->eps);
            turn(one, l->cos + row * half, l->sin + row * half, half);
        }
    return 0;
}

/* What was attended to, seen [num_rows, num_heads * head_dim], into the stream of rows [num_rows, hidden];
 * `room` is for num_rows * (3 * hidden + 3 * inner) numbers. */
static int attended(const Shape *s, const Layer *l, float *rows, const float *seen, float *room) {
    const long num_rows = rows_of(s), size = num_rows * s->hidden, hidden = s->hidden, inner = s->inner;
    float *added = room, *stream = added + size, *normed = stream + size, *both = normed + size;
    float *gate = both + 2 * num_rows * inner;
    if (mapped(s, l->output, l->output_scales, seen, added, s->num_heads * s->head_dim, hidden)) return -1;
    for (long at = 0; at < size; at += hidden) {
        add_norm(rows + at, added + at, l->post_attention_norm, stream + at, hidden, s->eps);
        norm(stream + at, l->feedforward_norm, normed + at, hidden, s->eps);
    }
    if (mapped(s, l->gate_up, l->gate_up_scales, normed, both, hidden, 2 * inner)) return -1;
    for (long row = 0; row < num_rows; row++)
        gated(both + 2 * row * inner, both + (2 * row + 1) * inner, gate + row * inner, inner);
    if (mapped(s, l->down, l->down_scales, gate, added, inner, hidden)) return -1;
    for (long at = 0; at < size; at += hidden)
        add_norm(stream + at, added + at, l->post_feedforward_norm, rows + at, hidden, s->eps);
    return 0;
}

/* Heads [num_branches, num_queries, all heads, head_dim] apart: the queries by head, and keys and values behind
 * those that the branches have. */
static void part_heads(const Shape *s, const Layer *l, const float *heads, float *queries) {
    const long num_heads = s->num_heads + 2 * s->num_kv_heads, dim = s->head_dim, num_old = s->num_old;
    const long num_own = num_old + s->num_queries;
    const size_t bytes = sizeof(float) * (size_t)dim;
    for (long at = 0; at < s->num_branches * s->num_kv_heads && num_old > 0; at++) {
        memcpy(l->keys + at * num_own * dim, l->old_keys + at * num_old * dim, (size_t)num_old * bytes);
        memcpy(l->values + at * num_own * dim, l->old_values + at * num_old * dim, (size_t)num_old * bytes);
    }
    for (long branch = 0; branch < s->num_branches; branch++)
        for (long query = 0; query < s->num_queries; query++) {
            const float *of_row = heads + (branch * s->num_queries + query) * num_heads * dim;
            for (long head = 0; head < s->num_heads; head++)
                memcpy(queries + ((branch * s->num_heads + head) * s->num_queries + query) * dim,
                       of_row + head * dim, bytes);
            for (long head = 0; head < s->num_kv_heads; head++) {
                const long at = ((branch * s->num_kv_heads + head) * num_own + num_old + query) * dim;
                memcpy(l->keys + at, of_row + (s->num_heads + head) * dim, bytes);
                memcpy(l->values + at, of_row + (s->num_heads + s->num_kv_heads + head) * dim, bytes);
            }
        }
}

/* [num_branches, num_heads, num_queries, head_dim] as [num_branches, num_queries, num_heads, head_dim] */
static void by_row(const Shape *s, const float *seen, float *rows) {
    for (long branch = 0; branch < s->num_branches; branch++)
        for (long head = 0; head < s->num_heads; head++)
            for (long query = 0; query < s->num_queries; query++) {
                const long from = (branch * s->num_heads + head) * s->num_queries + query;
                const long to = (branch * s->num_queries + query) * s->num_heads + head;
                memcpy(rows + to * s->head_dim, seen + from * s->head_dim, sizeof(float) * (size_t)s->head_dim);
            }
}

/* rows through one layer, in place; `room` is for room_of numbers. */
static int through(const Shape *s, const Layer *l, float *rows, float *room) {
    const long num_numbers = rows_of(s) * s->head_dim, num_queries = num_numbers * s->num_heads;
    float *heads = room, *queries = heads + num_queries + 2 * num_numbers * s->num_kv_heads;
    float *by_head = queries + num_queries, *seen = by_head + num_queries, *rest = seen + num_queries;
    if (heads_of(s, l, rows, heads, rest)) return -1;
    part_heads(s, l, heads, queries);
    const Attention attention = {queries,      l->far_keys,     l->far_values,  l->keys,     l->values,
                                 l->sees_far,  l->sees_own,     by_head,        l->looks,    s->num_branches,
                                 s->num_heads, s->num_kv_heads, s->num_queries, s->head_dim, l->num_far,
                                 s->num_old + s->num_queries,   l->key_stride,  l->value_stride, s->scale};
    if (attend(&attention, s->num_threads)) return -1;
    by_row(s, by_head, seen);
    return attended(s, l, rows, seen, rest);
}

static long room_of(const Shape *s) {
    return rows_of(s) * (s->head_dim * (4 * s->num_heads + 2 * s->num_kv_heads) + 3 * (s->hidden + s->inner));
}

/* rows [num_branches * num_queries, hidden] through layers, one behind the other, in place. */
int needlepoint_layers(const Layer *layers, float *rows, long num_layers, long hidden, long inner, long num_heads,
                       long num_kv_heads, long head_dim, long num_branches, long num_queries, long num_old,
                       long num_threads, float scale, float eps) {
    const Shape shape = {hidden,      inner,   num_heads,   num_kv_heads, head_dim, num_branches,
                         num_queries, num_old, num_threads, scale,        eps};
    float *room = calloc((size_t)room_of(&shape), sizeof(float));
    if (room == NULL) return -1;
    int failed = 0;
    for (long at = 0; at < num_layers && !failed; at++) failed = through(&shape, layers + at, rows, room);
    free(room);
    return failed;
}
