#include "cuda/engine.h"

#include <stdlib.h>
#include <string.h>

#define ALIGN 256

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* A device that was there and fails is another matter than none. */
static int at_work(int rc, bs_err *err)
{
    if (rc != BS_ENODEV)
        return rc;
    if (err && err->code == BS_ENODEV)
        err->code = BS_EDEVICE;
    return BS_EDEVICE;
}

bs_frame_places bs_frame_places_of(int width, int height)
{
    const size_t n = (size_t)width * (size_t)height;
    const size_t cells = (size_t)bs_reach_cells(width) * (size_t)bs_reach_cells(height);
    bs_frame_places p;

    p.inv_depth = aligned(3 * n);
    p.parallax = p.inv_depth + aligned(n * sizeof(float));
    p.measured = p.parallax + aligned(n * sizeof(float));
    p.reach = p.measured + aligned(n);
    p.all = p.reach + aligned(cells * sizeof(bs_reach));
    return p;
}

int bs_seat_create(bs_cuda *cuda, int width, int height, bs_seat **out, bs_err *err)
{
    const size_t n = (size_t)width * (size_t)height;
    const bs_device *dev = &cuda->dev;
    void *memory = NULL;
    bs_frame_places p;
    bs_layers layers;
    bs_seat *s;
    int rc;

    if (!bs_layers_bytes(width, height))
        return bs_layers_place(width, height, NULL, &layers, err); /* says why */
    s = calloc(1, sizeof *s);
    if (!s)
        return bs_fail(err, BS_ENOMEM, "no memory for a frame of the CUDA back end");
    p = bs_frame_places_of(width, height);
    rc = dev->alloc_host(dev->self, p.all + aligned(n * sizeof *s->seen) + 3 * n, &memory, err);
    if (rc != BS_OK) {
        free(s);
        return at_work(rc, err);
    }
    s->cuda = cuda;
    s->width = width;
    s->height = height;
    s->memory = memory;
    s->seen = (float *)(void *)(s->memory + p.all);
    s->encoded = (uint8_t *)s->seen + aligned(n * sizeof *s->seen);
    *out = s;
    return BS_OK;
}

void bs_seat_destroy(bs_seat **seat)
{
    bs_seat *s = *seat;

    if (!s)
        return;
    s->cuda->dev.release_host(s->cuda->dev.self, s->views);
    s->cuda->dev.release_host(s->cuda->dev.self, s->blur);
    s->cuda->dev.release_host(s->cuda->dev.self, s->layers_memory);
    s->cuda->dev.release_host(s->cuda->dev.self, s->memory);
    free(s);
    *seat = NULL;
}

/* Memory for 'n' bytes at '*at', unless there is some. */
static int need(bs_seat *s, size_t n, void **at, bs_err *err)
{
    const bs_device *dev = &s->cuda->dev;

    return *at ? BS_OK : dev->alloc_host(dev->self, n, at, err);
}

int bs_seat_layers(bs_seat *s, bs_layers **out, bs_err *err)
{
    void *memory = s->layers_memory;
    int rc = need(s, bs_layers_bytes(s->width, s->height), &memory, err);

    if (rc == BS_OK && !s->layers_memory)
        rc = bs_layers_place(s->width, s->height, memory, &s->layers, err);
    if (rc != BS_OK)
        return at_work(rc, err);
    s->layers_memory = memory;
    *out = &s->layers;
    return BS_OK;
}

/* So that memory is not taken anew for every larger number: powers of two. */
size_t bs_views_room(size_t n_views)
{
    size_t room = BS_VIEWS_AT_FIRST;

    while (room < n_views)
        room *= 2;
    return room;
}

static int keep_views(bs_seat *s, const bs_seat_order *o, bs_err *err)
{
    const size_t n = (size_t)o->n * (size_t)bs_shutter_lines(o->shutter, s->width, s->height);
    const size_t room = bs_views_room(n);
    const bs_device *dev = &s->cuda->dev;
    void *views;
    int rc;

    if (room > s->views_room) {
        rc = dev->alloc_host(dev->self, room * sizeof *s->views, &views, err);
        if (rc != BS_OK)
            return rc;
        dev->release_host(dev->self, s->views);
        s->views = views;
        s->views_room = room;
    }
    memcpy(s->views, o->views, n * sizeof *s->views);
    s->n_views = n;
    return BS_OK;
}

static void keep_frame(bs_seat *s, const bs_seat_frame *f)
{
    const bs_frame_places p = bs_frame_places_of(s->width, s->height);
    const size_t n = (size_t)s->width * (size_t)s->height;
    const size_t cells = (size_t)bs_reach_cells(s->width) * (size_t)bs_reach_cells(s->height);

    s->frame = *f;
    memcpy(s->memory, f->rgb, 3 * n);
    memcpy(s->memory + p.inv_depth, f->inv_depth, n * sizeof *f->inv_depth);
    memcpy(s->memory + p.parallax, f->parallax_px_m, n * sizeof *f->parallax_px_m);
    memcpy(s->memory + p.measured, f->measured, n);
    memcpy(s->memory + p.reach, f->reach, cells * sizeof *f->reach);
}

/* Waits in the queue, and for what comes of it; meanwhile another may work. */
static int wait_for(bs_seat *s, bs_err *err)
{
    bs_cuda *c = s->cuda;
    int rc;

    pthread_mutex_lock(&c->lock);
    if (c->broken.code) {
        rc = bs_fail(err, c->broken.code, "%s", c->broken.text);
        pthread_mutex_unlock(&c->lock);
        return rc;
    }
    c->n_working--;
    pthread_cond_signal(&c->turn);
    s->next = NULL;
    s->state = BS_SEAT_WAITING;
    if (c->last)
        c->last->next = s;
    else
        c->first = s;
    c->last = s;
    pthread_cond_signal(&c->work);
    while (s->state != BS_SEAT_DONE)
        pthread_cond_wait(&c->done, &c->lock);
    bs_cuda_take_turn(c);
    s->state = BS_SEAT_IDLE;
    rc = s->rc ? bs_fail(err, s->rc, "%s", s->why.text) : BS_OK;
    pthread_mutex_unlock(&c->lock);
    return rc;
}

/* What the order lends, in the seat's own memory. */
static int keep_order(bs_seat *s, const bs_seat_order *order, bs_err *err)
{
    const size_t n = (size_t)s->width * (size_t)s->height;
    void *blur = s->blur;
    int rc = keep_views(s, order, err);

    if (rc == BS_OK && order->with_blur)
        rc = need(s, 3 * n * sizeof *s->blur, &blur, err);
    if (rc != BS_OK)
        return rc;
    s->blur = blur;
    if (order->frame)
        keep_frame(s, order->frame);
    s->response = *order->response;
    s->order = *order;
    s->order.views = s->views;
    s->order.response = &s->response;
    s->order.frame = order->frame ? &s->frame : NULL;
    s->wanted = 0;
    return BS_OK;
}

int bs_seat_blur(bs_seat *s, const bs_seat_order *order, bs_seat_result *out, bs_err *err)
{
    int rc = keep_order(s, order, err);

    rc = rc ? rc : wait_for(s, err);
    if (rc != BS_OK)
        return at_work(rc, err);
    out->blur = order->with_blur && !s->wanted ? s->blur : NULL;
    out->seen = s->wanted ? NULL : s->seen;
    out->encoded = s->wanted ? NULL : s->encoded;
    out->too_many = s->wanted > 0;
    return BS_OK;
}
