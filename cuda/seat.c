#include "cuda/engine.h"

#include <stdlib.h>
#include <string.h>

#define ALIGN 64

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

int bs_seat_create(bs_cuda *cuda, int width, int height, bs_seat **out, bs_err *err)
{
    const size_t n_layers = bs_layers_bytes(width, height), n = (size_t)width * (size_t)height;
    const bs_device *dev = &cuda->dev;
    void *memory = NULL;
    bs_layers layers;
    bs_seat *s;
    int rc;

    if (!n_layers)
        return bs_layers_place(width, height, NULL, &layers, err); /* says why */
    s = calloc(1, sizeof *s);
    if (!s)
        return bs_fail(err, BS_ENOMEM, "no memory for a frame of the CUDA back end");
    rc = dev->alloc_host(dev->self,
                         aligned(n_layers) + aligned(n * sizeof *s->seen) + aligned(3 * n * sizeof *s->blur) +
                             3 * n,
                         &memory, err);
    rc = rc ? rc : bs_layers_place(width, height, memory, &s->layers, err);
    if (rc != BS_OK) {
        free(s);
        return rc;
    }
    s->cuda = cuda;
    s->memory = memory;
    s->seen = (float *)(void *)(s->memory + aligned(n_layers));
    s->blur = (float *)(void *)((char *)s->seen + aligned(n * sizeof *s->seen));
    s->encoded = (uint8_t *)s->blur + aligned(3 * n * sizeof *s->blur);
    *out = s;
    return BS_OK;
}

void bs_seat_destroy(bs_seat **seat)
{
    bs_seat *s = *seat;

    if (!s)
        return;
    s->cuda->dev.release_host(s->cuda->dev.self, s->views);
    s->cuda->dev.release_host(s->cuda->dev.self, s->memory);
    free(s);
    *seat = NULL;
}

bs_layers *bs_seat_layers(bs_seat *seat)
{
    return &seat->layers;
}

static int keep_views(bs_seat *s, const bs_seat_order *o, bs_err *err)
{
    const int lines = bs_shutter_lines(o->shutter, s->layers.width, s->layers.height);
    const size_t n = (size_t)o->n * (size_t)lines;
    const bs_device *dev = &s->cuda->dev;
    void *views;
    int rc;

    if (n > s->views_room) {
        rc = dev->alloc_host(dev->self, n * sizeof *s->views, &views, err);
        if (rc != BS_OK)
            return rc;
        dev->release_host(dev->self, s->views);
        s->views = views;
        s->views_room = n;
    }
    memcpy(s->views, o->views, n * sizeof *s->views);
    s->n_views = n;
    return BS_OK;
}

/* Waits in the queue, and for what comes of it. */
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
    s->state = BS_SEAT_IDLE;
    rc = s->rc ? bs_fail(err, s->rc, "%s", s->why.text) : BS_OK;
    pthread_mutex_unlock(&c->lock);
    return rc;
}

int bs_seat_blur(bs_seat *s, const bs_seat_order *order, bs_seat_result *out, bs_err *err)
{
    int rc = keep_views(s, order, err);

    if (rc != BS_OK)
        return rc;
    s->order = *order;
    s->order.views = s->views;
    if (order->response) {
        s->response = *order->response;
        s->order.response = &s->response;
    }
    rc = wait_for(s, err);
    if (rc != BS_OK)
        return rc;
    out->blur = order->with_blur ? s->blur : NULL;
    out->seen = s->seen;
    out->encoded = order->response ? s->encoded : NULL;
    return BS_OK;
}
