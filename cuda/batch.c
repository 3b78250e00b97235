/* What a crew does with the seats that it took: sends, has the device work, and fetches. */
#include <string.h>

#include "cuda/engine.h"

static bs_image_places places_of(const bs_seat *s)
{
    return bs_image_places_for(s->width, s->height, s->n_views);
}

static int upload(const bs_crew *crew, void *to, const void *from, size_t n, bs_err *err)
{
    return crew->cuda->dev.upload(crew->cuda->dev.self, crew->stream, to, from, n, err);
}

static int download(const bs_crew *crew, void *to, const void *from, size_t n, bs_err *err)
{
    return crew->cuda->dev.download(crew->cuda->dev.self, crew->stream, to, from, n, err);
}

static void *at_of(char *place, size_t at)
{
    return place + at;
}

/* What a seat's blur reads, but for its layers; and what it is. */
static int send(bs_crew *crew, const bs_seat *s, char *place, bs_blur_item *item, bs_err *err)
{
    const bs_seat_order *o = &s->order;
    const bs_image_places p = places_of(s);
    int rc = upload(crew, place + p.views, s->views, s->n_views * sizeof *s->views, err);

    rc = rc ? rc : upload(crew, place + p.response, o->response, sizeof *o->response, err);
    memset(item, 0, sizeof *item);
    item->views = at_of(place, p.views);
    item->n_poses = o->n;
    item->n_lines = bs_shutter_lines(o->shutter, s->width, s->height);
    item->rows = bs_rows_of(o->shutter);
    item->blur = at_of(place, p.blur);
    item->seen = at_of(place, p.seen);
    item->response = at_of(place, p.response);
    item->encoded = at_of(place, p.encoded);
    item->noise_peak = (float)o->noise_peak;
    item->seed = o->seed;
    item->sample = o->sample;
    return rc;
}

/* Layers that the host has built. */
static int send_layers(bs_crew *crew, const bs_seat *s, char *place, bs_blur_item *item, bs_err *err)
{
    item->layers = bs_layers_moved(&s->layers, place);
    return upload(crew, place, s->layers.memory, bs_layers_used(&s->layers), err);
}

/* A frame, of which the device builds them: the i-th of a batch, the k-th of those. */
static int send_frame(bs_crew *crew, const bs_seat *s, char *place, int i, int k, bs_err *err)
{
    const bs_frame_places f = bs_frame_places_of(s->width, s->height);
    const bs_image_places p = places_of(s);
    bs_blur_item *item = &crew->lists->items[i];
    bs_build_item *build = &crew->lists->builds[k];
    const int rc = bs_layers_place(s->width, s->height, place, &item->layers, err);

    item->layers.bicubic = s->frame.bicubic;
    item->rgb = at_of(place, p.frame);
    item->light = at_of(place, p.light);
    build->rgb = item->light;
    build->inv_depth = at_of(place, p.frame + f.inv_depth);
    build->parallax_px_m = at_of(place, p.frame + f.parallax);
    build->measured = at_of(place, p.frame + f.measured);
    build->reach = at_of(place, p.frame + f.reach);
    build->method = s->frame.method;
    build->layers = &crew->d_lists->items[i].layers;
    build->wanted = &crew->d_lists->wanted[k];
    crew->lists->rooms[k] =
        bs_room_place(s->width, s->height, bs_room_spots(s->width, s->height), place + p.room);
    return rc ? rc : upload(crew, place + p.frame, s->memory, f.all, err);
}

/* All that a batch reads; '*n_builds' of its frames come without layers, those of numbers 'which'. */
static int send_all(bs_crew *crew, bs_seat *const *seats, int n, int *n_builds, int which[BS_BATCH_MOST],
                    bs_err *err)
{
    bs_crew_lists *to = crew->d_lists;
    int rc = BS_OK, m = 0;

    for (int i = 0; rc == BS_OK && i < n; i++) {
        char *place = crew->d_places + (size_t)i * crew->place_bytes;
        bs_blur_item *item = &crew->lists->items[i];

        rc = send(crew, seats[i], place, item, err);
        if (rc == BS_OK && !seats[i]->order.frame)
            rc = send_layers(crew, seats[i], place, item, err);
        if (rc == BS_OK && seats[i]->order.frame) {
            rc = send_frame(crew, seats[i], place, i, m, err);
            which[m++] = i;
        }
    }
    *n_builds = m;
    rc = rc ? rc : upload(crew, to->items, crew->lists->items, (size_t)n * sizeof *to->items, err);
    if (rc == BS_OK && m) {
        rc = upload(crew, to->builds, crew->lists->builds, (size_t)m * sizeof *to->builds, err);
        rc = rc ? rc : upload(crew, to->rooms, crew->lists->rooms, (size_t)m * sizeof *to->rooms, err);
    }
    return rc;
}

static int fetch(bs_crew *crew, const bs_seat *s, const char *place, bs_err *err)
{
    const size_t n = (size_t)s->width * (size_t)s->height;
    const bs_image_places p = places_of(s);
    int rc = download(crew, s->seen, place + p.seen, n * sizeof *s->seen, err);

    rc = rc ? rc : download(crew, s->encoded, place + p.encoded, 3 * n, err);
    if (rc == BS_OK && s->order.with_blur)
        rc = download(crew, s->blur, place + p.blur, 3 * n * sizeof *s->blur, err);
    return rc;
}

/* What the device does with a batch: layers, blurs, and back. */
static int do_batch(bs_crew *crew, bs_seat *const *seats, int n, int n_builds, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;
    const bs_blur_batch batch = { crew->d_lists->items, n, seats[0]->width, seats[0]->height };
    int rc = BS_OK;

    if (n_builds) {
        rc = dev->build(dev->self, crew->stream, &batch, crew->d_lists->builds, n_builds,
                        crew->d_lists->rooms, err);
        rc = rc ? rc
                : download(crew, crew->lists->wanted, crew->d_lists->wanted,
                           (size_t)n_builds * sizeof *crew->lists->wanted, err);
    }
    rc =
        rc ? rc
           : dev->blur(dev->self, crew->stream, &batch, crew->stores, crew->teams, &crew->d_lists->next, err);
    for (int i = 0; rc == BS_OK && i < n; i++)
        rc = fetch(crew, seats[i], crew->d_places + (size_t)i * crew->place_bytes, err);
    return rc;
}

/* Blurs 'n' seats of one size, for which there are places. */
static int run_batch(bs_crew *crew, bs_seat *const *seats, int n, bs_err *err)
{
    const bs_device *dev = &crew->cuda->dev;
    int which[BS_BATCH_MOST], n_builds = 0;
    int rc = send_all(crew, seats, n, &n_builds, which, err);

    rc = rc ? rc : do_batch(crew, seats, n, n_builds, err);
    if (rc != BS_OK) { /* what is on its way must not find its memory given back */
        (void)dev->wait(dev->self, crew->stream, NULL);
        return rc;
    }
    rc = dev->wait(dev->self, crew->stream, err);
    for (int k = 0; rc == BS_OK && k < n_builds; k++)
        seats[which[k]]->wanted = crew->lists->wanted[k];
    return rc;
}

int bs_crew_blur(bs_crew *crew, bs_seat *const *seats, int n, bs_err *err)
{
    size_t bytes = 0;
    int rc, m;

    for (int i = 0; i < n; i++) {
        const bs_image_places p = places_of(seats[i]);

        bytes = p.all > bytes ? p.all : bytes;
    }
    rc = bs_crew_fit(crew, bs_crew_batch(crew, seats[0]->width, seats[0]->height), bytes, err);
    for (int i = 0; rc == BS_OK && i < n; i += m) {
        m = n - i < crew->n_places ? n - i : crew->n_places;
        rc = run_batch(crew, &seats[i], m, err);
    }
    return rc;
}
