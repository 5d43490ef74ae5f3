/* See gate.h. Slots under a mutex that is never held while hashing. */
#include "runtime/base/gate.h"

#include <crypt.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/loop.h"

enum { SLOTS = 8, HASH = 160, KEEP_MS = 10000 };
enum state { FREE, ASKED, RUNNING, DONE };

struct slot {
    enum state state;
    bool yes, told;
    uint32_t who;
    uint64_t token, since_ms;
    char hash[HASH], given[GATE_OCTETS + 1];
};
struct gate {
    struct slot slots[SLOTS];
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t asked;
    struct crypt_data scratch;
    uint64_t token;
    int waker;
    bool threaded, stop;
};

static bool same(const char *a, const char *b, size_t n)
{
    volatile unsigned char diff = 0;
    for (size_t i = 0; i < n; i++)
        diff = (unsigned char)(diff | (a[i] ^ b[i]));
    return !diff;
}

static bool matches(struct gate *g, const char *hash, const char *given)
{
    size_t n = strlen(hash);
    memset(&g->scratch, 0, sizeof g->scratch);
    const char *got = crypt_r(given, hash, &g->scratch);
    return got && got[0] != '*' && strlen(got) == n && same(got, hash, n);
}

static struct slot *next_asked(struct gate *g)
{
    struct slot *first = NULL;
    for (int i = 0; i < SLOTS; i++)
        if (g->slots[i].state == ASKED && (!first || g->slots[i].token < first->token))
            first = &g->slots[i];
    return first;
}

static void *work(void *arg)
{
    struct gate *g = arg;
    pthread_mutex_lock(&g->lock);
    while (!g->stop) {
        struct slot *s = next_asked(g);
        if (!s) {
            pthread_cond_wait(&g->asked, &g->lock);
            continue;
        }
        s->state = RUNNING;             /* nobody else touches it now */
        pthread_mutex_unlock(&g->lock);
        bool yes = matches(g, s->hash, s->given);
        pthread_mutex_lock(&g->lock);
        s->yes = yes;
        s->state = DONE;
        loop_wake(g->waker);
    }
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

int gate_open(struct gate **out, int waker)
{
    struct gate *g = calloc(1, sizeof *g);
    *out = g;
    if (!g)
        return -ENOMEM;
    g->waker = waker;
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->asked, NULL);
    if (waker < 0)
        return 0;
    sigset_t all, was;
    sigfillset(&all);                   /* signals are the loop's */
    pthread_sigmask(SIG_BLOCK, &all, &was);
    int err = pthread_create(&g->thread, NULL, work, g);
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    g->threaded = !err;
    if (err) {
        gate_close(g);
        *out = NULL;
    }
    return -err;
}

void gate_close(struct gate *g)
{
    if (!g)
        return;
    if (g->threaded) {
        pthread_mutex_lock(&g->lock);
        g->stop = true;
        pthread_cond_signal(&g->asked);
        pthread_mutex_unlock(&g->lock);
        pthread_join(g->thread, NULL);
    }
    pthread_mutex_destroy(&g->lock);
    pthread_cond_destroy(&g->asked);
    explicit_bzero(g, sizeof *g);
    free(g);
}

/* The one that was asked the same, else a free one, else one whose asker never came back. */
static struct slot *slot_for(struct gate *g, uint32_t who, const char *hash, const char *given,
                             uint64_t now)
{
    struct slot *room = NULL;
    for (int i = 0; i < SLOTS; i++) {
        struct slot *s = &g->slots[i];
        if (s->state != FREE && s->who == who && !strcmp(s->hash, hash) &&
            same(s->given, given, sizeof s->given))
            return s;
        if (s->state == DONE && now - s->since_ms > KEEP_MS)
            s->state = FREE;
        if (s->state == FREE)
            room = s;
    }
    return room;
}

static enum gate_answer ask(struct gate *g, struct slot *s, uint64_t *token)
{
    if (s->state == DONE) {
        enum gate_answer a = s->yes ? GATE_YES : GATE_NO;
        explicit_bzero(s, sizeof *s);
        return a;
    }
    *token = s->token;
    pthread_cond_signal(&g->asked);
    return GATE_WAIT;
}

static bool may_be_one(const char *given, size_t n)
{
    size_t characters = 0;
    for (size_t i = 0; i < n && i < GATE_OCTETS; i++)
        characters += (given[i] & 0xc0) != 0x80;
    return n <= GATE_OCTETS && characters <= GATE_PASSWORD && !memchr(given, 0, n);
}

enum gate_answer gate_ask(struct gate *g, uint32_t who, const char *hash, const void *given,
                          size_t n, uint64_t now_ms, uint64_t *token)
{
    char clear[GATE_OCTETS + 1] = {0};
    if (!may_be_one(given, n) || strlen(hash) >= HASH)
        return GATE_NO;
    memcpy(clear, given, n);
    if (!g->threaded)
        return matches(g, hash, clear) ? GATE_YES : GATE_NO;
    pthread_mutex_lock(&g->lock);
    struct slot *s = slot_for(g, who, hash, clear, now_ms);
    enum gate_answer a = GATE_BUSY;
    if (s && s->state == FREE) {
        *s = (struct slot){.state = ASKED, .who = who, .token = ++g->token, .since_ms = now_ms};
        memcpy(s->hash, hash, strlen(hash) + 1);
        memcpy(s->given, clear, sizeof clear);
    }
    if (s)
        a = ask(g, s, token);
    pthread_mutex_unlock(&g->lock);
    explicit_bzero(clear, sizeof clear);
    return a;
}

bool gate_room(struct gate *g, uint64_t now_ms)
{
    bool room = false;
    pthread_mutex_lock(&g->lock);
    for (int i = 0; i < SLOTS; i++)
        room |= g->slots[i].state == FREE || (g->slots[i].state == DONE && now_ms - g->slots[i].since_ms > KEEP_MS);
    pthread_mutex_unlock(&g->lock);
    return room;
}

uint64_t gate_done(struct gate *g)
{
    uint64_t token = 0;
    pthread_mutex_lock(&g->lock);
    for (int i = 0; i < SLOTS && !token; i++)
        if (g->slots[i].state == DONE && !g->slots[i].told) {
            g->slots[i].told = true;
            token = g->slots[i].token;
        }
    pthread_mutex_unlock(&g->lock);
    return token;
}
