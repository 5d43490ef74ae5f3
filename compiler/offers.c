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
    uint32_t size;              /* with this head; the next one follows                        */
    bool whole;                 /* a node, attributes and values follow; else a tag's values   */
    struct offer_tag tag;       /* not whole                                                   */
};
enum { HEAD = (sizeof(struct item) + ALIGNED - 1) / ALIGNED * ALIGNED };
/* Where the taker puts a tag together. */
struct made {
    struct node node;
    struct attr attrs[AT_COUNT];
    char *values;
    size_t cap;
};
struct batch {
    char *bytes;
    size_t cap, n;
};
struct offers {
    void (*take)(void *arg, const struct node *n);
    void *arg;
    struct made made;
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

static struct node *node_in(struct item *i) { return (struct node *)(void *)((char *)i + HEAD); }
static struct offer_value *values_in(struct item *i) { return (struct offer_value *)(void *)((char *)i + HEAD); }

static size_t octets_of(const struct offer_value *v, size_t n)
{
    size_t octets = 0;
    for (size_t k = 0; k < n; k++)
        octets += v[k].n + (size_t)1;
    return octets;
}

/* room: for the values with their terminators. */
static void make_node(struct node *node, struct attr *attrs, char *room, const struct offer_tag *t,
                      const struct offer_value *v)
{
    *node = (struct node){ .text = "", .attrs = attrs, .n_attrs = t->n, .line = t->offset, .col = POS_OFFSET,
                           .file = t->file, .name = t->name };
    for (size_t k = 0; k < t->n; k++) {
        attrs[k] = (struct attr){ .value = room, .n = v[k].n, .name = v[k].name };
        room = (char *)memcpy(room, t->tag + v[k].at, v[k].n) + v[k].n;
        *room++ = 0;
    }
}

static const struct node *made_of(struct made *m, struct item *i)
{
    const struct offer_value *v = values_in(i);
    size_t octets = octets_of(v, i->tag.n);
    if (m->cap < octets) {
        m->cap = octets * 2;
        m->values = grown(m->values, m->cap);
    }
    make_node(&m->node, m->attrs, m->values, &i->tag, v);
    return &m->node;
}

static void take_batch(struct offers *o, struct batch *b)
{
    for (size_t at = 0; at < b->n;) {
        struct item *i = (struct item *)(void *)(b->bytes + at);
        o->take(o->arg, i->whole ? node_in(i) : made_of(&o->made, i));
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

/* Room for an item whose content takes so much. */
static struct item *room_for(struct offers *o, size_t content)
{
    size_t size = (HEAD + content + ALIGNED - 1) / ALIGNED * ALIGNED;
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
    o->open->size = (uint32_t)size;
    return o->open;
}

struct offer_value *offers_tag(struct offers *o, const struct offer_tag *tag)
{
    struct item *i = room_for(o, tag->n * sizeof(struct offer_value));
    i->whole = false;
    i->tag = *tag;
    return values_in(i);
}

struct node *offers_room(struct offers *o, size_t n_attrs, size_t octets, char **values)
{
    size_t attrs = n_attrs * sizeof(struct attr);
    struct item *i = room_for(o, sizeof(struct node) + attrs + octets);
    struct node *node = node_in(i);
    i->whole = true;
    *node = (struct node){ .text = "", .attrs = (struct attr *)(void *)(node + 1) };
    *values = (char *)(node + 1) + attrs;
    return node;
}

struct node *offers_whole(struct offers *o)
{
    struct offer_tag tag = o->open->tag;
    struct offer_value v[AT_COUNT];
    char *room;
    memcpy(v, values_in(o->open), tag.n * sizeof *v);
    struct node *node = offers_room(o, tag.n, octets_of(v, tag.n), &room);
    make_node(node, node->attrs, room, &tag, v);
    return node;
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
    free(o->made.values);
    (void)pthread_mutex_destroy(&o->lock);
    (void)pthread_cond_destroy(&o->changed);
    free(o);
}
