#include "cuda/engine.h"

#include <stdlib.h>
#include <string.h>

/* As the device wants memory to begin, and more. */
#define ALIGN 256

/* A device that has this many tiles for each team that it runs at a time is busy for nearly all of a batch. */
#define TILES_PER_TEAM 8

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* ---- memory of the device's */

/* Stores for as many teams as there is memory for. */
static int alloc_stores(bs_crew *crew, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;

    for (crew->teams = dev->teams;; crew->teams /= 2) {
        bs_err why = { 0 };
        const int rc =
            dev->alloc(dev->self, (size_t)crew->teams * dev->store_bytes, &crew->stores, &why);

        if (rc == BS_OK || rc != BS_ENOMEM || crew->teams <= dev->info.multiprocessors)
            return rc ? bs_fail(err, rc, "%s", why.text) : BS_OK;
    }
}

static int open_memory(bs_crew *crew, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;
    const size_t n_items = aligned(BS_BATCH_MOST * sizeof *crew->items);
    void *at = NULL;
    int rc = dev->open_stream(dev->self, &crew->stream, err);

    rc = rc ? rc : alloc_stores(crew, err);
    rc = rc ? rc : dev->alloc(dev->self, n_items + sizeof *crew->d_next, &at, err);
    if (rc != BS_OK)
        return rc;
    crew->d_items = at;
    crew->d_next = (int *)(void *)((char *)at + n_items);
    rc = dev->alloc_host(dev->self, n_items, &at, err);
    if (rc == BS_OK)
        crew->items = at;
    return rc;
}

/* How many images of a size are worth a batch. */
static int batch_of(const bs_crew *crew, int width, int height)
{
    const double tiles = (double)bs_tiles_along(width) * (double)bs_tiles_along(height);
    const double fill = TILES_PER_TEAM * (double)crew->teams / tiles;

    if (crew->cuda->batch)
        return crew->cuda->batch;
    return fill >= BS_BATCH_MOST ? BS_BATCH_MOST : 1 + (int)fill;
}

/* Memory for 'n' images of 'bytes' each, or as many as there is memory for; what was there is given back first. */
static int alloc_places(bs_crew *crew, int n, size_t bytes, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;

    dev->release(dev->self, crew->d_places);
    crew->d_places = NULL;
    crew->places_bytes = 0;
    crew->is_all_there_is = 0;
    for (;; n /= 2) {
        bs_err why = { 0 };
        void *at = NULL;
        const int rc = dev->alloc(dev->self, (size_t)n * bytes, &at, &why);

        if (rc == BS_OK) {
            crew->d_places = at;
            crew->places_bytes = (size_t)n * bytes;
            return BS_OK;
        }
        if (rc != BS_ENOMEM || n == 1)
            return bs_fail(err, rc, "%s", why.text);
        crew->is_all_there_is = 1;
    }
}

/* Room for 'n' images of 'bytes' each, or as many as there is memory for. */
static int fit_places(bs_crew *crew, int n, size_t bytes, bs_err *err)
{
    const int is_enough = (size_t)n * bytes <= crew->places_bytes;
    int rc = BS_OK;

    if (!is_enough && !(crew->is_all_there_is && bytes <= crew->places_bytes))
        rc = alloc_places(crew, n, bytes, err);
    if (rc != BS_OK)
        return rc;
    crew->place_bytes = bytes;
    crew->n_places = crew->places_bytes / bytes < (size_t)n ? (int)(crew->places_bytes / bytes) : n;
    return BS_OK;
}

/* Of an image with that many views. */
static bs_places_of places_for(int width, int height, size_t n_views)
{
    const size_t n = (size_t)width * (size_t)height;
    bs_places_of p;

    p.response = aligned(bs_layers_bytes(width, height));
    p.seen = p.response + aligned(sizeof(bs_response));
    p.blur = p.seen + aligned(n * sizeof(float));
    p.encoded = p.blur + aligned(3 * n * sizeof(float));
    p.views = p.encoded + aligned(3 * n);
    p.all = p.views + aligned(n_views * sizeof(bs_view));
    return p;
}

static bs_places_of places_of(const bs_seat *s)
{
    return places_for(s->layers.width, s->layers.height, s->n_views);
}

/* ---- a batch */

/* What the device needs for one seat, in place 'at' of its memory; and what it is to do. */
static int send(bs_crew *crew, const bs_seat *s, char *at, bs_blur_item *item, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;
    const bs_seat_order *o = &s->order;
    const bs_places_of p = places_of(s);
    const size_t n_views = s->n_views * sizeof *s->views;
    int rc = dev->upload(dev->self, crew->stream, at, s->layers.memory, bs_layers_used(&s->layers), err);

    rc = rc ? rc : dev->upload(dev->self, crew->stream, at + p.views, s->views, n_views, err);
    if (rc == BS_OK && o->response)
        rc = dev->upload(dev->self, crew->stream, at + p.response, o->response, sizeof *o->response, err);
    memset(item, 0, sizeof *item);
    item->layers = bs_layers_moved(&s->layers, at);
    item->views = (const bs_view *)(const void *)(at + p.views);
    item->n_poses = o->n;
    item->n_lines = bs_shutter_lines(o->shutter, s->layers.width, s->layers.height);
    item->rows = bs_rows_of(o->shutter);
    item->blur = (float *)(void *)(at + p.blur);
    item->seen = (float *)(void *)(at + p.seen);
    item->response = o->response ? (const bs_response *)(const void *)(at + p.response) : NULL;
    item->encoded = (uint8_t *)(at + p.encoded);
    item->noise_peak = (float)o->noise_peak;
    item->seed = o->seed;
    item->sample = o->sample;
    return rc;
}

static int fetch(bs_crew *crew, const bs_seat *s, const char *at, bs_err *err)
{
    const size_t n = (size_t)s->layers.width * (size_t)s->layers.height;
    const bs_device *dev = &crew->cuda->dev;
    const bs_places_of p = places_of(s);
    int rc = dev->download(dev->self, crew->stream, s->seen, at + p.seen, n * sizeof *s->seen, err);

    if (rc == BS_OK && s->order.response)
        rc = dev->download(dev->self, crew->stream, s->encoded, at + p.encoded, 3 * n, err);
    if (rc == BS_OK && s->order.with_blur)
        rc = dev->download(dev->self, crew->stream, s->blur, at + p.blur, 3 * n * sizeof *s->blur, err);
    return rc;
}

/* Blurs 'n' seats of one size, for which there are places. */
static int run_batch(bs_crew *crew, bs_seat *const *seats, int n, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;
    const bs_layers *l = &seats[0]->layers;
    const bs_blur_batch batch = { crew->d_items, n, l->width, l->height };
    int rc = BS_OK;

    for (int i = 0; rc == BS_OK && i < n; i++)
        rc = send(crew, seats[i], crew->d_places + (size_t)i * crew->place_bytes, &crew->items[i], err);
    rc = rc ? rc
            : dev->upload(dev->self, crew->stream, crew->d_items, crew->items,
                          (size_t)n * sizeof *crew->items, err);
    rc = rc ? rc
            : dev->blur(dev->self, crew->stream, &batch, crew->stores, crew->teams, crew->d_next, err);
    for (int i = 0; rc == BS_OK && i < n; i++)
        rc = fetch(crew, seats[i], crew->d_places + (size_t)i * crew->place_bytes, err);
    if (rc != BS_OK) { /* what is on its way must not find its memory given back */
        (void)dev->wait(dev->self, crew->stream, NULL);
        return rc;
    }
    return dev->wait(dev->self, crew->stream, err);
}

/* All seats taken, by as many batches as memory wants. */
static int run_all(bs_crew *crew, bs_seat *const *seats, int n, bs_err *err)
{
    size_t bytes = 0;
    int rc, m;

    for (int i = 0; i < n; i++) {
        const bs_places_of p = places_of(seats[i]);

        bytes = p.all > bytes ? p.all : bytes;
    }
    rc = fit_places(crew, batch_of(crew, seats[0]->layers.width, seats[0]->layers.height), bytes, err);
    for (int i = 0; rc == BS_OK && i < n; i += m) {
        m = n - i < crew->n_places ? n - i : crew->n_places;
        rc = run_batch(crew, &seats[i], m, err);
    }
    return rc;
}

/* ---- the thread */

static int is_like(const bs_seat *a, const bs_seat *b)
{
    return a->layers.width == b->layers.width && a->layers.height == b->layers.height;
}

/* Takes seats of one size from the queue, up to 'most', in order.  With the lock held. */
static int take(bs_cuda *c, int most, bs_seat **out)
{
    bs_seat **at = &c->first, *kept = NULL;
    int n = 0;

    while (*at) {
        bs_seat *s = *at;

        if (n < most && (n == 0 || is_like(s, out[0]))) {
            *at = s->next;
            s->state = BS_SEAT_TAKEN;
            out[n++] = s;
        } else {
            kept = s;
            at = &s->next;
        }
    }
    c->last = kept;
    return n;
}

/* With the lock held: what has become of them. */
static void give_back(bs_cuda *c, bs_seat *const *seats, int n, int rc, const bs_err *why)
{
    if (rc == BS_ENODEV && !c->broken.code)
        c->broken = *why;
    for (int i = 0; i < n; i++) {
        seats[i]->rc = rc;
        seats[i]->why = *why;
        seats[i]->state = BS_SEAT_DONE;
    }
    pthread_cond_broadcast(&c->done);
}

static void *work(void *user)
{
    bs_crew *crew = user;
    bs_cuda *c = crew->cuda;
    bs_seat *seats[BS_BATCH_MOST];

    pthread_mutex_lock(&c->lock);
    for (;;) {
        bs_err why = { 0 };
        int n, rc;

        while (!c->first && !crew->is_dismissed)
            pthread_cond_wait(&c->work, &c->lock);
        if (!c->first || crew->is_dismissed)
            break;
        n = take(c, batch_of(crew, c->first->layers.width, c->first->layers.height), seats);
        rc = c->broken.code ? bs_fail(&why, c->broken.code, "%s", c->broken.text) : BS_OK;
        pthread_mutex_unlock(&c->lock);
        rc = rc ? rc : run_all(crew, seats, n, &why);
        pthread_mutex_lock(&c->lock);
        give_back(c, seats, n, rc, &why);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

static void free_memory(bs_crew *crew)
{
    const bs_device *dev = &crew->cuda->dev;

    dev->release(dev->self, crew->d_places);
    dev->release(dev->self, crew->d_items);
    dev->release(dev->self, crew->stores);
    dev->release_host(dev->self, crew->items);
    if (crew->stream)
        dev->close_stream(dev->self, crew->stream);
    *crew = (bs_crew){ 0 };
}

int bs_crew_open(bs_cuda *cuda, bs_crew *crew, bs_err *err)
{
    int rc;

    crew->cuda = cuda;
    rc = open_memory(crew, err);
    if (rc == BS_OK && pthread_create(&crew->thread, NULL, work, crew))
        rc = bs_fail(err, BS_ENOMEM, "the system gives no thread for the CUDA back end");
    if (rc == BS_OK)
        crew->is_started = 1;
    else
        free_memory(crew);
    return rc;
}

int bs_crew_reserve(bs_crew *crew, int width, int height, size_t n_views, bs_err *err)
{
    const bs_places_of p = places_for(width, height, n_views);

    return fit_places(crew, batch_of(crew, width, height), p.all, err);
}

void bs_crew_close(bs_crew *crew)
{
    if (!crew->is_started)
        return;
    pthread_mutex_lock(&crew->cuda->lock);
    crew->is_dismissed = 1;
    pthread_cond_broadcast(&crew->cuda->work);
    pthread_mutex_unlock(&crew->cuda->lock);
    pthread_join(crew->thread, NULL);
    free_memory(crew);
}
