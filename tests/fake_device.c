#include "tests/fake_device.h"

#include <stdlib.h>
#include <string.h>

#include "homography/warp.h"
#include "inpaint/background.h"

/* What lies before each piece of memory. */
typedef union header {
    size_t n;
    char line[64];
} header;

typedef struct op {
    void *to;
    const void *from;
    size_t n; /* 0: a batch */
    bs_blur_batch batch;
    const bs_build_item *builds; /* or its layers */
    const bs_scene *rooms;
    int n_builds;
} op;

typedef struct stream {
    op *ops;
    int n, room;
} stream;

/* Counts a call; not BS_OK if it is to fail. */
static int call(fake_device *f, const char *name, bs_err *err)
{
    int rc = BS_OK;

    pthread_mutex_lock(&f->lock);
    f->calls++;
    if (f->sick || f->calls == f->fail_at) {
        rc = f->fail_code;
        f->failed++;
        f->sick |= rc == BS_ENODEV;
    }
    pthread_mutex_unlock(&f->lock);
    return rc ? bs_fail(err, rc, "%s: the fake device fails at call %d", name, f->fail_at) : BS_OK;
}

static void *take(fake_device *f, size_t n, size_t *used, size_t most, int *alive)
{
    header *h = NULL;

    pthread_mutex_lock(&f->lock);
    if (!most || *used + n <= most)
        h = aligned_alloc(sizeof *h, (sizeof *h + n + sizeof *h - 1) / sizeof *h * sizeof *h);
    if (h) {
        h->n = n;
        memset(h + 1, 0xa5, n);
        *used += n;
        f->most = f->used > f->most ? f->used : f->most;
        f->allocs++;
        (*alive)++;
    }
    pthread_mutex_unlock(&f->lock);
    return h ? h + 1 : NULL;
}

static void give(fake_device *f, void *memory, size_t *used, int *alive)
{
    header *h = memory ? (header *)memory - 1 : NULL;

    if (!h)
        return;
    pthread_mutex_lock(&f->lock);
    *used -= h->n;
    (*alive)--;
    memset(h + 1, 0x5a, h->n);
    free(h);
    pthread_mutex_unlock(&f->lock);
}

static int fake_alloc(void *self, size_t n, void **out, bs_err *err)
{
    fake_device *f = self;
    const int rc = call(f, "alloc", err);
    void *memory = rc ? NULL : take(f, n, &f->used, f->memory, &f->alive);

    if (rc != BS_OK || !memory)
        return rc ? rc : bs_fail(err, BS_ENOMEM, "alloc: the fake device has no %zu bytes left", n);
    *out = memory;
    return BS_OK;
}

static void fake_release(void *self, void *memory)
{
    fake_device *f = self;

    give(f, memory, &f->used, &f->alive);
}

static int fake_alloc_host(void *self, size_t n, void **out, bs_err *err)
{
    fake_device *f = self;
    const int rc = call(f, "alloc_host", err);
    void *memory = rc ? NULL : take(f, n, &f->used_host, f->memory_host, &f->alive_host);

    if (rc != BS_OK || !memory)
        return rc ? rc : bs_fail(err, BS_ENOMEM, "alloc_host: the fake device locks no %zu bytes", n);
    *out = memory;
    return BS_OK;
}

static void fake_release_host(void *self, void *memory)
{
    fake_device *f = self;

    give(f, memory, &f->used_host, &f->alive_host);
}

static int fake_open_stream(void *self, void **out, bs_err *err)
{
    fake_device *f = self;
    const int rc = call(f, "open_stream", err);

    if (rc != BS_OK)
        return rc;
    *out = calloc(1, sizeof(stream));
    pthread_mutex_lock(&f->lock);
    f->streams++;
    pthread_mutex_unlock(&f->lock);
    return BS_OK;
}

static void fake_close_stream(void *self, void *of)
{
    fake_device *f = self;
    stream *s = of;

    pthread_mutex_lock(&f->lock);
    f->streams--;
    pthread_mutex_unlock(&f->lock);
    free(s->ops);
    free(s);
}

static void later(stream *s, const op *o)
{
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->ops = realloc(s->ops, (size_t)s->room * sizeof *s->ops);
        if (!s->ops)
            abort();
    }
    s->ops[s->n++] = *o;
}

static int fake_copy(void *self, void *of, void *to, const void *from, size_t n, bs_err *err)
{
    const op o = { .to = to, .from = from, .n = n };
    const int rc = call(self, "copy", err);

    if (rc == BS_OK && n)
        later(of, &o);
    return rc;
}

static int fake_build(void *self, void *of, const bs_blur_batch *batch, const bs_build_item *items, int n,
                      const bs_scene *rooms, bs_err *err)
{
    const op o = { .batch = *batch, .builds = items, .rooms = rooms, .n_builds = n };
    const int rc = call(self, "build", err);

    if (rc != BS_OK)
        return rc;
    later(of, &o);
    return BS_OK;
}

static int fake_blur(void *self, void *of, const bs_blur_batch *batch, void *stores, int teams, int *next,
                     bs_err *err)
{
    fake_device *f = self;
    const op o = { .batch = *batch };
    const int rc = call(f, "blur", err);

    if (rc != BS_OK)
        return rc;
    /* All that it was promised must be there to be written to. */
    memset(stores, 0x77, (size_t)teams * 64);
    *next = 0;
    pthread_mutex_lock(&f->lock);
    f->batches++;
    f->largest = batch->n > f->largest ? batch->n : f->largest;
    pthread_mutex_unlock(&f->lock);
    later(of, &o);
    return BS_OK;
}

static void do_batch(const fake_device *f, const op *o)
{
    const int n_px = o->batch.width * o->batch.height;

    for (int k = 0; !o->builds && k < o->batch.n; k++)
        f->blur(&o->batch.items[k]);
    for (int k = 0; o->builds && k < o->batch.n; k++)
        for (int i = 0; o->batch.items[k].rgb && i < n_px; i++)
            bs_batch_decode(&o->batch.items[k], (uint32_t)i);
    for (int k = 0; k < o->n_builds; k++)
        f->build(&o->builds[k], &o->rooms[k]);
}

static int fake_wait(void *self, void *of, bs_err *err)
{
    fake_device *f = self;
    stream *s = of;
    const int rc = call(f, "wait", err);

    while (f->gate && f->asked && f->asked(f->asked_user) < f->gate)
        ;
    for (int i = 0; rc == BS_OK && i < s->n; i++) {
        const op *o = &s->ops[i];

        if (o->n)
            memcpy(o->to, o->from, o->n);
        else
            do_batch(f, o);
    }
    s->n = 0;
    return rc;
}

static void fake_close(void *self)
{
    (void)self;
}

void fake_device_make(fake_device *f, bs_device *out)
{
    pthread_mutex_init(&f->lock, NULL);
    *out = (bs_device){ .self = f,
                        .info = { .number = 0, .name = "Fake", .major = 9, .multiprocessors = 1 },
                        .teams = f->teams ? f->teams : 4,
                        .store_bytes = 64,
                        .alloc = fake_alloc,
                        .release = fake_release,
                        .alloc_host = fake_alloc_host,
                        .release_host = fake_release_host,
                        .open_stream = fake_open_stream,
                        .close_stream = fake_close_stream,
                        .upload = fake_copy,
                        .download = fake_copy,
                        .build = fake_build,
                        .blur = fake_blur,
                        .wait = fake_wait,
                        .close = fake_close };
}

void fake_blur_plain(const bs_blur_item *item)
{
    const bs_shutter shutter = item->rows.step_x   ? BS_SHUTTER_LEFT_RIGHT
                               : item->rows.step_y ? BS_SHUTTER_TOP_DOWN
                                                   : BS_SHUTTER_GLOBAL;

    bs_warp_isa(BS_ISA_PLAIN, &item->layers, shutter, item->views, item->n_poses, 1, item->blur, item->seen);
    for (int i = 0; i < item->layers.width * item->layers.height; i++)
        bs_batch_expose(item, (uint32_t)i);
}

void fake_build_plain(const bs_build_item *item, const bs_scene *room)
{
    const int w = item->layers->width, h = item->layers->height;
    bs_builder *b = NULL;

    (void)room;
    if (bs_builder_create(w, h, &b, NULL) ||
        bs_layers_build(b, item->rgb, item->inv_depth, item->measured, item->parallax_px_m, item->reach,
                        item->method, NULL, item->layers, NULL))
        abort();
    *item->wanted = 0;
    bs_builder_destroy(&b);
}

void fake_build_too_many(const bs_build_item *item, const bs_scene *room)
{
    /* What is left of layers that were not finished leads nowhere, but to something. */
    memset(item->layers->memory, 0, bs_layers_bytes(room->width, room->height));
    *item->wanted = room->capacity + 1;
    item->layers->width = 0;
}
