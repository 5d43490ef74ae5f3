/* Pass "build", third part: calendars, schedules and their exceptions. */
#include "compiler/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is wrong in it is any day. */
static struct calendar_entry *build_entry(struct build *b, const struct node *n)
{
    struct calendar_entry *e = build_record(b, n, sizeof *e);
    e->node = n;
    e->pos = node_pos(n);
    e->kind = n->name == EL_Date ? CE_DATE : n->name == EL_DateRange ? CE_RANGE : CE_WEEK_N_DAY;
    return e;
}

static bool is_entry(const struct node *n)
{
    return n->name == EL_Date || n->name == EL_DateRange || n->name == EL_WeekNDay;
}

void build_calendar(struct build *b, const struct node *n, struct calendar ***tail)
{
    struct calendar *c = build_record(b, n, sizeof *c);
    struct calendar_entry **end = &c->entries, ***entries = &end;
    c->poisoned = b->bad;
    c->node = n;
    c->pos = node_pos(n);
    for (const struct node *k = n->child; k; k = k->next) {
        if (!is_entry(k))
            continue;
        struct calendar_entry *e = build_entry(b, k);
        APPEND(entries, e);
    }
    APPEND(tail, c);
}

static int by_time(const void *a, const void *b)
{
    const struct switching *x = *(struct switching *const *)a, *y = *(struct switching *const *)b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->pos.line != y->pos.line)
        return x->pos.line < y->pos.line ? -1 : 1;
    return (x->pos.col > y->pos.col) - (x->pos.col < y->pos.col);
}

/* The switching times of a day, ascending; two at the same time are an error. */
static struct switching *build_day(struct build *b, const struct node *n)
{
    size_t count = 0;
    for (const struct node *k = node_child(n, EL_At); k; k = node_next(k, EL_At))
        count++;
    struct switching **all = arena_array(b->ctx->arena, count + 1, sizeof(struct switching *));
    count = 0;
    for (const struct node *k = node_child(n, EL_At); k; k = node_next(k, EL_At)) {
        struct switching *s = all[count++] = build_record(b, k, sizeof *s);
        s->node = k;
        s->pos = node_pos(k);
        s->is_null = !sound(k, AT_value) || (s->text.n == 4 && !memcmp(s->text.s, "null", 4));
        if (!sound(k, AT_time))
            s->time = NOT_SET;          /* behind the others: only its value is looked at      */
    }
    qsort(all, count, sizeof *all, by_time);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct switching *s = all[i], *last = kept ? all[kept - 1] : NULL;
        if (!last || last->time != s->time || s->time == NOT_SET) {
            if (last)
                last->next = s;
            all[kept++] = s;
            continue;
        }
        diag(b->ctx, place(s->node, AT_time), D_DUPLICATE_TIME, "two values at the same time");
        diag_note(b->ctx, last->pos, "the other one");
    }
    return count ? all[0] : NULL;
}

static void build_exception(struct build *b, const struct node *n, struct exception ***tail)
{
    struct exception *x = build_record(b, n, sizeof *x);
    unsigned periods = x->calendar.name.n != 0;
    x->node = n;
    x->pos = node_pos(n);
    for (const struct node *k = n->child; k; k = k->next)
        if (is_entry(k)) {
            x->period = build_entry(b, k);
            periods++;
        }
    if (periods > 1 || (!periods && !n->lacks))
        diag(b->ctx, x->pos, D_ATTRIBUTE_CONFLICT,
             "an exception has one calendar, Date, DateRange or WeekNDay, not %u", periods);
    x->times = build_day(b, n);
    APPEND(tail, x);
}

static void build_target(struct build *b, const struct node *n, struct target ***tail)
{
    struct target *t = build_record(b, n, sizeof *t);
    t->poisoned = b->bad;
    t->node = n;
    t->pos = node_pos(n);
    APPEND(tail, t);
}

void build_schedule(struct build *b, const struct node *n, struct schedule ***tail)
{
    struct schedule *s = build_record(b, n, sizeof *s);
    struct exception **exceptions = &s->exceptions;
    struct target **targets = &s->targets;
    s->poisoned = b->bad;
    s->node = n;
    s->pos = node_pos(n);
    s->default_null = s->default_text.n == 4 && !memcmp(s->default_text.s, "null", 4);
    for (const struct node *k = n->child; k; k = k->next)
        if (k->name == EL_Exception)
            build_exception(b, k, &exceptions);
        else if (k->name == EL_Target)
            build_target(b, k, &targets);
        else if (k->name == EL_Week)
            for (const struct node *day = k->child; day; day = day->next)
                if (day->name >= EL_Monday && day->name <= EL_Sunday)
                    s->week[day->name - EL_Monday] = build_day(b, day);
    APPEND(tail, s);
}
