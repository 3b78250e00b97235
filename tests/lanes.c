#include "tests/lanes.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ucontext.h>

/* As much as a tile's rules put on the stack of a lane, and room to spare. */
#define STACK_BYTES (256 * 1024)

/* What a lane waits at. */
enum { RUNNING, WAITING, DONE };

typedef struct lane {
    ucontext_t at;
    char *stack;
    int state;
    uint32_t what; /* of the exchange that it waits at; 0: none */
} lane;

typedef struct team {
    lane all[LANES_MOST];
    ucontext_t outside;
    int n, now; /* lanes; whose turn it is */
    int phase;  /* of the two sets of values */
    uint32_t given[2][LANES_MOST];
    uint32_t draws; /* of the mixed order */
    void (*f)(void *user);
    void *user;
} team;

static _Thread_local team *mine;

static void start(void)
{
    team *t = mine;

    t->f(t->user);
    t->all[t->now].state = DONE;
    swapcontext(&t->all[t->now].at, &t->outside);
}

static void wait_for_others(uint32_t what)
{
    team *t = mine;
    lane *l = &t->all[t->now];

    l->state = WAITING;
    l->what = what;
    swapcontext(&l->at, &t->outside);
}

/* All lanes from where they wait to where they wait next. */
static void take_turns(team *t, const int *order)
{
    t->phase ^= 1;
    for (int i = 0; i < t->n; i++) {
        t->now = order[i];
        t->all[t->now].state = RUNNING;
        swapcontext(&t->outside, &t->all[t->now].at);
    }
}

static void mix(team *t, int *order)
{
    for (int i = t->n - 1; i > 0; i--) {
        int k, other;

        t->draws = t->draws * 1664525u + 1013904223u;
        k = (int)((t->draws >> 8) % (uint32_t)(i + 1));
        other = order[i];
        order[i] = order[k];
        order[k] = other;
    }
}

/* Whether all are done; aborts unless all wait at the same. */
static int all_done(const team *t)
{
    for (int i = 1; i < t->n; i++)
        if (t->all[i].state != t->all[0].state || t->all[i].what != t->all[0].what) {
            fprintf(stderr, "lanes: lane %d %s, lane 0 %s (%u, %u)\n", i,
                    t->all[i].state == DONE ? "is done" : "waits",
                    t->all[0].state == DONE ? "is done" : "waits", t->all[i].what, t->all[0].what);
            abort();
        }
    return t->all[0].state == DONE;
}

/* Memory for stacks, which a thread keeps: to make and to clear it takes longer than most runs. */
typedef struct kept_stacks {
    char *at;
    size_t n;
} kept_stacks;

static pthread_key_t kept;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_stacks(void *of)
{
    free(((kept_stacks *)of)->at);
    free(of);
}

static void make_key(void)
{
    if (pthread_key_create(&kept, free_stacks))
        abort();
}

static char *stacks_of_thread(size_t n)
{
    kept_stacks *s;

    pthread_once(&once, make_key);
    s = pthread_getspecific(kept);
    if (!s) {
        s = calloc(1, sizeof *s);
        if (!s || pthread_setspecific(kept, s))
            abort();
    }
    if (n > s->n) {
        free(s->at);
        s->at = malloc(n);
        s->n = n;
    }
    return s->at;
}

void lanes_run(int n, lanes_order order, void (*f)(void *user), void *user)
{
    team *t = calloc(1, sizeof *t);
    char *stacks = stacks_of_thread((size_t)n * STACK_BYTES);
    int turns[LANES_MOST];

    if (!t || !stacks || n > LANES_MOST)
        abort();
    t->n = n;
    t->f = f;
    t->user = user;
    mine = t;
    for (int i = 0; i < n; i++) {
        lane *l = &t->all[i];

        turns[i] = order == LANES_DOWN ? n - 1 - i : i;
        getcontext(&l->at);
        l->at.uc_stack.ss_sp = stacks + (size_t)i * STACK_BYTES;
        l->at.uc_stack.ss_size = STACK_BYTES;
        l->at.uc_link = NULL;
        makecontext(&l->at, start, 0);
    }
    do {
        if (order == LANES_MIXED)
            mix(t, turns);
        take_turns(t, turns);
    } while (!all_done(t));
    mine = NULL;
    free(t);
}

int lanes_number(void)
{
    return mine->now;
}

int lanes_count(void)
{
    return mine->n;
}

void lanes_sync(void)
{
    wait_for_others(0);
}

void lanes_exchange(uint32_t what, uint32_t v, const uint32_t **all)
{
    team *t = mine;
    uint32_t *set = t->given[t->phase]; /* the same for all, for phases change when all wait */

    set[t->now] = v;
    wait_for_others(what);
    *all = set;
}

static uint32_t bits_of(float v)
{
    uint32_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

float bs_team_min(float v)
{
    const uint32_t *all;
    float out;

    lanes_exchange(1, bits_of(v), &all);
    out = float_of(all[0]);
    for (int i = 1; i < lanes_count(); i++)
        out = float_of(all[i]) < out ? float_of(all[i]) : out;
    return out;
}

float bs_team_max(float v)
{
    const uint32_t *all;
    float out;

    lanes_exchange(2, bits_of(v), &all);
    out = float_of(all[0]);
    for (int i = 1; i < lanes_count(); i++)
        out = float_of(all[i]) > out ? float_of(all[i]) : out;
    return out;
}

uint32_t bs_team_or(uint32_t v)
{
    const uint32_t *all;
    uint32_t out = 0;

    lanes_exchange(3, v, &all);
    for (int i = 0; i < lanes_count(); i++)
        out |= all[i];
    return out;
}

int bs_team_before(int v, int *all)
{
    const uint32_t *each;
    int before = 0;

    lanes_exchange(4, (uint32_t)v, &each);
    *all = 0;
    for (int i = 0; i < lanes_count(); i++) {
        before += i < lanes_number() ? (int)each[i] : 0;
        *all += (int)each[i];
    }
    return before;
}
