/* See log_reader.h. */
#include "runtime/data/log_reader.h"

#include <errno.h>
#include <stdlib.h>

enum { SLOTS = 8, OCTETS = 96 << 10 };
enum { FREE, ASKED, ANSWERED };
#define TOKENS LOG_READER_ROOM                 /* and the ones behind it: apart from others'      */

struct log_reader {
    struct store *store;
    uint64_t last;
    uint8_t *room;
    struct log_answer slots[SLOTS];
};

int log_reader_open(struct log_reader **out, struct store *s)
{
    struct log_reader *r = calloc(1, sizeof *r);
    *out = r;
    if (!r)
        return -ENOMEM;
    r->store = s;
    r->room = malloc((size_t)SLOTS * OCTETS);  /* touched only by who asks                        */
    if (r->room)
        return 0;
    free(r);
    *out = NULL;
    return -ENOMEM;
}

void log_reader_close(struct log_reader *r)
{
    if (r)
        free(r->room);
    free(r);
}

static bool same(const struct log_question *a, const struct log_question *b)
{
    return a->object == b->object && a->kind == b->kind && a->reference == b->reference &&
           a->count == b->count && !memcmp(&a->date, &b->date, sizeof a->date) &&
           !memcmp(&a->time, &b->time, sizeof a->time);
}

const struct log_answer *log_reader_answer(const struct log_reader *r, const struct log_question *what)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (r->slots[i].state == ANSWERED && same(&r->slots[i].what, what))
            return &r->slots[i];
    return NULL;
}

bool log_reader_room(const struct log_reader *r)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (r->slots[i].state == FREE)
            return true;
    return false;
}

uint64_t log_reader_ask(struct log_reader *r, const struct log_question *what,
                        const struct store_query *q)
{
    struct log_answer *free_one = NULL;
    for (unsigned i = 0; i < SLOTS; i++)
        if (r->slots[i].state == FREE)
            free_one = &r->slots[i];
    if (!free_one)
        return 0;
    *free_one = (struct log_answer){.state = ASKED, .what = *what, .q = *q};
    free_one->q.kind = LOG_QUERY;
    free_one->q.buf = r->room + (size_t)(free_one - r->slots) * OCTETS;
    free_one->q.cap = OCTETS;
    if (!store_ask(r->store, &free_one->q)) {
        free_one->state = FREE;
        return 0;
    }
    free_one->token = TOKENS | ++r->last;
    return free_one->token;
}

uint64_t log_reader_answered(struct log_reader *r, const struct store_query *q)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (&r->slots[i].q == q) {
            r->slots[i].state = ANSWERED;
            return r->slots[i].token;
        }
    return 0;
}

void log_reader_forget(struct log_reader *r, uint64_t token)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (r->slots[i].state == ANSWERED && r->slots[i].token == token)
            r->slots[i].state = FREE;
}
