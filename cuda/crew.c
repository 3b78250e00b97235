#include "cuda/engine.h"

static int is_like(const bs_seat *a, const bs_seat *b)
{
    return a->width == b->width && a->height == b->height;
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
    if (rc == BS_ENODEV)
        rc = BS_EDEVICE;
    if (rc == BS_EDEVICE && !c->broken.code) {
        c->broken = *why;
        c->broken.code = rc;
    }
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
        n = take(c, bs_crew_batch(crew, c->first->width, c->first->height), seats);
        rc = c->broken.code ? bs_fail(&why, c->broken.code, "%s", c->broken.text) : BS_OK;
        pthread_mutex_unlock(&c->lock);
        rc = rc ? rc : bs_crew_blur(crew, seats, n, &why);
        pthread_mutex_lock(&c->lock);
        give_back(c, seats, n, rc, &why);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

int bs_crew_open(bs_cuda *cuda, bs_crew *crew, bs_err *err)
{
    int rc;

    crew->cuda = cuda;
    rc = bs_crew_open_memory(crew, err);
    if (rc == BS_OK && pthread_create(&crew->thread, NULL, work, crew))
        rc = bs_fail(err, BS_ENOMEM, "the system gives no thread for the CUDA back end");
    if (rc == BS_OK)
        crew->is_started = 1;
    else
        bs_crew_free_memory(crew);
    return rc;
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
    bs_crew_free_memory(crew);
}
