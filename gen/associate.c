/*
 * Greedy association without looking at every pair: in one line of all times, the closest photo and depth
 * left are always neighbours, since whatever lay between them would be closer to one of the two.  So only
 * neighbours wait in a heap, and each pair taken out of the line makes one new pair of neighbours.
 */
#include <stdlib.h>

#include "gen/source_internal.h"

#define NONE SIZE_MAX

/* One time in the line.  Node 'i' is a[i], node n_a + j is b[j]. */
typedef struct node {
    int64_t t_ns;
    size_t before, after; /* nodes, or NONE */
    int is_paired;
} node;

typedef struct candidate {
    uint64_t difference;
    size_t a, b; /* nodes */
} candidate;

typedef struct line {
    node *node;      /* owned */
    candidate *heap; /* owned; at most one candidate per node that ever got a new neighbour behind it */
    size_t n_heap, n_a;
    uint64_t limit;
} line;

/* Nodes of one list are in order of time, so comparing their numbers compares their times. */
static int is_sooner(const candidate *p, const candidate *q)
{
    if (p->difference != q->difference)
        return p->difference < q->difference;
    return p->a != q->a ? p->a < q->a : p->b < q->b;
}

static void swap(candidate *p, candidate *q)
{
    const candidate t = *p;

    *p = *q;
    *q = t;
}

/* Puts the neighbours 'left' and 'right' on the heap, if they are a photo and a depth and near enough. */
static void propose(line *l, size_t left, size_t right)
{
    size_t i = l->n_heap;
    candidate c;

    if (left == NONE || right == NONE || (left < l->n_a) == (right < l->n_a))
        return;
    c.difference = (uint64_t)l->node[right].t_ns - (uint64_t)l->node[left].t_ns;
    c.a = left < l->n_a ? left : right;
    c.b = left < l->n_a ? right : left;
    if (c.difference >= l->limit)
        return;
    l->heap[l->n_heap++] = c;
    for (; i && is_sooner(&l->heap[i], &l->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&l->heap[i], &l->heap[(i - 1) / 2]);
}

static candidate take_soonest(line *l)
{
    candidate *h = l->heap;
    const candidate soonest = h[0];

    h[0] = h[--l->n_heap];
    for (size_t i = 0, child = 1; child < l->n_heap; i = child, child = 2 * i + 1) {
        if (child + 1 < l->n_heap && is_sooner(&h[child + 1], &h[child]))
            child++;
        if (!is_sooner(&h[child], &h[i]))
            break;
        swap(&h[i], &h[child]);
    }
    return soonest;
}

/* Takes a pair of neighbours out of the line, and proposes those who are neighbours now. */
static void take_out(line *l, size_t a, size_t b)
{
    const size_t left = l->node[a].after == b ? a : b, right = left == a ? b : a;
    const size_t before = l->node[left].before, after = l->node[right].after;

    l->node[a].is_paired = l->node[b].is_paired = 1;
    if (before != NONE)
        l->node[before].after = after;
    if (after != NONE)
        l->node[after].before = before;
    propose(l, before, after);
}

/* Merges both lists into one line and proposes all neighbours. */
static void string_up(line *l, const int64_t *a, size_t n_a, const int64_t *b, size_t n_b)
{
    size_t last = NONE;

    for (size_t i = 0, j = 0; i < n_a || j < n_b;) {
        const int from_a = j == n_b || (i < n_a && a[i] <= b[j]);
        const size_t at = from_a ? i : n_a + j;

        l->node[at] = (node){ .t_ns = from_a ? a[i++] : b[j++], .before = last, .after = NONE };
        if (last != NONE)
            l->node[last].after = at;
        propose(l, last, at);
        last = at;
    }
}

int bs_associate(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b, int64_t limit_ns, size_t *b_of_a,
                 bs_err *err)
{
    const size_t n = n_a + n_b;
    line l = { .n_a = n_a, .limit = (uint64_t)limit_ns };
    int has_memory;

    for (size_t i = 0; i < n_a; i++)
        b_of_a[i] = NONE;
    if (!n_a || !n_b)
        return BS_OK;
    /* n - 1 neighbours at first, and one more for each of at most n / 2 pairs. */
    l.node = calloc(n, sizeof *l.node);
    l.heap = calloc(n, 2 * sizeof *l.heap);
    has_memory = l.node && l.heap;
    if (has_memory)
        string_up(&l, a, n_a, b, n_b);
    while (l.n_heap) {
        const candidate c = take_soonest(&l);

        if (l.node[c.a].is_paired || l.node[c.b].is_paired)
            continue;
        b_of_a[c.a] = c.b - n_a;
        take_out(&l, c.a, c.b);
    }
    free(l.node);
    free(l.heap);
    if (!has_memory)
        return bs_fail(err, BS_ENOMEM, "no memory to pair %zu photos with %zu depth maps", n_a, n_b);
    return BS_OK;
}
