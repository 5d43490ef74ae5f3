#include "compiler/offers.h"
#include "compiler/syntax.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BATCHES = 4,
    BATCH = 1 << 18,            /* octets: several of them fit a processor's own cache         */
    FEW = 1,                    /* batches that are no work for a thread                       */
    ALIGNED = _Alignof(max_align_t),
};
struct item {
    size_t size;                /* with this head; the next one follows                        */
    struct node node;
};
struct batch {
    char *bytes;
    size_t cap, n;
};
struct offers {
    void (*take)(void *arg, const struct node *n);
    void *arg;
    struct batch batches[BATCHES];      /* a ring: the loader fills batches[sent % BATCHES]    */
    struct item *open;                  /* the room that has not been sent                     */
    pthread_t thread;
    bool threaded, alone;               /* alone: a thread would have no processor             */
    unsigned few;                       /* batches taken without one                           */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t sent, taken;                 /* batches                                             */
    bool over;
};

static void *grown(void *p, size_t size)
{
    p = realloc(p, size);
    if (!p) {
        fputs("bacc: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

struct offers *offers_new(void (*take)(void *arg, const struct node *n), void *arg)
{
    struct offers *o = grown(NULL, sizeof *o);
    *o = (struct offers){ .take = take, .arg = arg, .alone = sysconf(_SC_NPROCESSORS_ONLN) < 2 };
    (void)pthread_mutex_init(&o->lock, NULL);
    (void)pthread_cond_init(&o->changed, NULL);
    return o;
}

static void take_batch(struct offers *o, struct batch *b)
{
    for (size_t at = 0; at < b->n;) {
        const struct item *i = (const struct item *)(const void *)(b->bytes + at);
        o->take(o->arg, &i->node);
        at += i->size;
    }
    b->n = 0;
}

static void *taker(void *arg)
{
    struct offers *o = arg;
    (void)pthread_mutex_lock(&o->lock);
    for (;;) {
        while (o->taken == o->sent && !o->over)
            (void)pthread_cond_wait(&o->changed, &o->lock);
        if (o->taken == o->sent)
            break;
        (void)pthread_mutex_unlock(&o->lock);
        take_batch(o, &o->batches[o->taken % BATCHES]);
        (void)pthread_mutex_lock(&o->lock);
        o->taken++;
        (void)pthread_cond_signal(&o->changed);
    }
    (void)pthread_mutex_unlock(&o->lock);
    return NULL;
}

/* The batch that is being filled goes to the thread; without one it is taken here. */
static void pass_on(struct offers *o, bool more)
{
    struct batch *b = &o->batches[o->sent % BATCHES];
    if (!o->threaded && !o->alone && more && o->few == FEW) {
        o->threaded = !pthread_create(&o->thread, NULL, taker, o);
        o->alone = !o->threaded;
    }
    if (!o->threaded) {
        o->few += o->few < FEW;
        take_batch(o, b);
        return;
    }
    (void)pthread_mutex_lock(&o->lock);
    o->sent++;
    (void)pthread_cond_signal(&o->changed);
    while (o->sent - o->taken == BATCHES)
        (void)pthread_cond_wait(&o->changed, &o->lock);
    (void)pthread_mutex_unlock(&o->lock);
}

struct node *offers_room(struct offers *o, size_t n_attrs, size_t octets, char **values)
{
    size_t attrs = n_attrs * sizeof(struct attr);
    size_t size = (sizeof(struct item) + attrs + octets + ALIGNED - 1) / ALIGNED * ALIGNED;
    struct batch *b = &o->batches[o->sent % BATCHES];
    if (b->n && b->n + size > BATCH) {
        pass_on(o, true);
        b = &o->batches[o->sent % BATCHES];
    }
    if (b->n + size > b->cap) {             /* the first time, or one that is larger than all  */
        b->cap = size > BATCH ? size : BATCH;
        b->bytes = grown(b->bytes, b->cap);
    }
    o->open = (struct item *)(void *)(b->bytes + b->n);
    o->open->size = size;
    o->open->node = (struct node){ .text = "", .attrs = (struct attr *)(void *)(o->open + 1) };
    *values = (char *)(o->open + 1) + attrs;
    return &o->open->node;
}

void offers_send(struct offers *o)
{
    o->batches[o->sent % BATCHES].n += o->open->size;
}

void offers_wait(struct offers *o)
{
    if (o->batches[o->sent % BATCHES].n)
        pass_on(o, false);
    if (!o->threaded)
        return;
    (void)pthread_mutex_lock(&o->lock);
    while (o->taken != o->sent)
        (void)pthread_cond_wait(&o->changed, &o->lock);
    (void)pthread_mutex_unlock(&o->lock);
}

void offers_end(struct offers *o)
{
    offers_wait(o);
    if (o->threaded) {
        (void)pthread_mutex_lock(&o->lock);
        o->over = true;
        (void)pthread_cond_signal(&o->changed);
        (void)pthread_mutex_unlock(&o->lock);
        (void)pthread_join(o->thread, NULL);
    }
    for (size_t i = 0; i < BATCHES; i++)
        free(o->batches[i].bytes);
    (void)pthread_mutex_destroy(&o->lock);
    (void)pthread_cond_destroy(&o->changed);
    free(o);
}
