#include "cuda/engine.h"

#include <stdlib.h>

int bs_cuda_devices(bs_cuda_device *out, int room, bs_err *err)
{
    return bs_device_list(out, room, err);
}

void bs_cuda_close(bs_cuda **cuda)
{
    bs_cuda *c = *cuda;

    if (!c)
        return;
    for (int i = 0; i < BS_CREWS; i++)
        bs_crew_close(&c->crews[i]);
    c->dev.close(c->dev.self);
    pthread_cond_destroy(&c->turn);
    pthread_cond_destroy(&c->done);
    pthread_cond_destroy(&c->work);
    pthread_mutex_destroy(&c->lock);
    free(c);
    *cuda = NULL;
}

/* As many crews as there is memory for, one at least. */
static int open_crews(bs_cuda *c, bs_err *err)
{
    bs_err why = { 0 };
    int rc = bs_crew_open(c, &c->crews[0], err);

    for (int i = 1; rc == BS_OK && i < BS_CREWS; i++) {
        const int more = bs_crew_open(c, &c->crews[i], &why);

        if (more == BS_ENOMEM)
            break;
        if (more != BS_OK)
            rc = bs_fail(err, more, "%s", why.text);
    }
    return rc;
}

int bs_cuda_open_on(const bs_device *dev, int batch, bs_cuda **out, bs_err *err)
{
    bs_cuda *c = calloc(1, sizeof *c);
    int rc;

    if (!c) {
        dev->close(dev->self);
        return bs_fail(err, BS_ENOMEM, "no memory for the CUDA back end");
    }
    c->dev = *dev;
    c->batch = batch < BS_BATCH_MOST ? batch : BS_BATCH_MOST;
    pthread_mutex_init(&c->lock, NULL); /* none of the four fails on Linux */
    pthread_cond_init(&c->work, NULL);
    pthread_cond_init(&c->done, NULL);
    pthread_cond_init(&c->turn, NULL);
    rc = open_crews(c, err);
    if (rc == BS_OK)
        *out = c;
    else
        bs_cuda_close(&c);
    return rc;
}

int bs_cuda_open(int batch, bs_cuda **out, bs_err *err)
{
    bs_device dev;
    int rc;

    if (batch < 0)
        return bs_fail(err, BS_EINVAL, "a batch of %d: expected 1 or more, or 0 to choose", batch);
    rc = bs_device_open(&dev, err);
    return rc ? rc : bs_cuda_open_on(&dev, batch, out, err);
}

/* 'n' images for each of the first crews, or for none. */
static int reserve(bs_cuda *c, int crews, int width, int height, size_t n_views, int n, bs_err *err)
{
    int rc = BS_OK;

    for (int i = 0; rc == BS_OK && i < crews; i++)
        rc = bs_crew_reserve(&c->crews[i], width, height, n_views, n, err);
    for (int i = 0; rc != BS_OK && i < crews; i++)
        bs_crew_release(&c->crews[i]);
    return rc;
}

/* Smaller batches first, then fewer crews. */
int bs_cuda_reserve(bs_cuda *c, int width, int height, size_t n_views, bs_err *err)
{
    bs_err why = { 0 };
    int rc = BS_ENOMEM;

    for (int crews = BS_CREWS; rc == BS_ENOMEM && crews > 0; crews--) {
        for (int i = crews; i < BS_CREWS; i++)
            bs_crew_close(&c->crews[i]);
        if (!c->crews[crews - 1].is_started)
            continue;
        rc = BS_ENOMEM;
        for (int n = bs_crew_batch(&c->crews[0], width, height); rc == BS_ENOMEM && n > 0; n /= 2) {
            why.code = BS_OK;
            rc = reserve(c, crews, width, height, n_views, n, &why);
        }
    }
    return rc ? bs_fail(err, BS_ENODEV, "%s", why.text) : BS_OK;
}

void bs_cuda_share(bs_cuda *c, int most)
{
    c->most_working = most;
}

void bs_cuda_take_turn(bs_cuda *c)
{
    while (c->most_working && c->n_working >= c->most_working)
        pthread_cond_wait(&c->turn, &c->lock);
    c->n_working++;
}

void bs_cuda_begin(bs_cuda *c)
{
    pthread_mutex_lock(&c->lock);
    bs_cuda_take_turn(c);
    pthread_mutex_unlock(&c->lock);
}

void bs_cuda_end(bs_cuda *c)
{
    pthread_mutex_lock(&c->lock);
    c->n_working--;
    pthread_cond_signal(&c->turn);
    pthread_mutex_unlock(&c->lock);
}

const bs_cuda_device *bs_cuda_device_of(const bs_cuda *cuda)
{
    return &cuda->dev.info;
}
