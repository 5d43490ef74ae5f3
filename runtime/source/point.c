/* What a binding does with samples, silence and writes. See inside.h.
 *
 * Echo: what is written comes back by the next poll or on the read topic, and until it does, older
 * values may. After a write the point therefore waits: its own value coming back ends that, other
 * values are held; the last of them counts once the time is over, which begins when the write has got
 * there, for then the peer has decided otherwise. So a source never fights with a client, and never hides
 * what the peer really has. */
#include <math.h>
#include <string.h>

#include "runtime/object/values.h"
#include "runtime/source/inside.h"

/* A result comes for each write, as late as the peer or its loss is noticed; this is for none at all. */
enum { ECHO_MS = 5000, RESULT_MS = 600000 };

static bool whole(const struct sources *s, const struct point *p)
{
    uint8_t type = s->db->img.variables[p->variable].type;
    return type != VT_real && type != VT_lreal && type != VT_schedule_real;
}

/* Has the other side what the variable has? Through a priority array a value is a REAL. */
static bool same(double has, double other) { return has == other || has == (double)(float)other; }

/* What was sent, as a REAL and a decimal text of it tell it. */
static bool echo(const struct sources *s, const struct point *p, double value)
{
    return whole(s, p) ? same(p->sent, round(value))
                       : fabs(value - p->sent) <= 1e-6 * fmax(1, fabs(p->sent));
}

static uint64_t now_of(const struct sources *s) { return clock_ms(s->c.clock); }

void point_open(struct sources *s, uint32_t i)
{
    static const char *const acts[] = {"fault", "hold", "out-of-service", NULL};
    const struct img_binding *b = &s->db->img.bindings[i];
    struct attrs a = attrs_of_binding(&s->db->img, i);
    struct point *p = &s->points[i];
    *p = (struct point){.variable = le32_get(b->variable), .source = le32_get(b->source)};
    const struct img_variable *v = &s->db->img.variables[p->variable];
    const struct feed_kind *kind = s->items[p->source].kind;
    unsigned priority = attr_number(&a, "priority", 0);
    p->priority = priority > 16 ? 0 : (uint8_t)priority;
    p->on_stale = (uint8_t)attr_choice(&a, "onStale", acts, STALE_FAULT);
    p->stale_ms = attr_ms(&a, "stale", 0);
    p->echo_ms = attr_ms(&a, "echo", ECHO_MS);
    p->deadband = attr_real(&a, "deadband", 0);
    p->seen_ms = now_of(s);
    p->failed = s->db->cells[p->variable].quality != REL_no_fault_detected;   /* carried over */
    p->reads = kind && kind->reads(&a, v->flags & IMG_VAR_OUTPUT);
    p->writes = kind && kind->writes(&a, v->flags & IMG_VAR_WRITABLE);
    const char *from = p->reads ? attr_text(&a, kind->from, "") : NULL;
    p->apart = from && strcmp(from, attr_text(&a, kind->to, from)) != 0;
    if (p->reads && p->stale_ms && !p->failed && s->db->cells[p->variable].writer == BY_START)
        values_awaited(s->db, p->variable, true);       /* another binding may only write */
    p->unsent = p->writes && s->db->cells[p->variable].flags & CELL_OWED;     /* before a restart */
}

static void each_object(struct sources *s, const struct point *p, bool oos)
{
    const struct img_variable *v = &s->db->img.variables[p->variable];
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++)
        values_source_gone(s->db, img_shown_by(&s->db->img, v, k), oos);
}

enum { WRITE_TRIES = 3 };           /* again after a failure, while reads of the same point succeed  */

void point_fail(struct sources *s, struct point *p, unsigned reliability)
{
    p->failed = true;
    if (p->reads)
        values_awaited(s->db, p->variable, false);
    if (p->on_stale == STALE_FAULT)
        values_quality(s->db, p->variable, (enum reliability)reliability);
    if (p->on_stale != STALE_OOS || p->oos)
        return;
    p->oos = true;
    each_object(s, p, true);
}

/* What was sent is refused: that is no silence. The object stays in service, for another command. */
static void point_refused(struct sources *s, struct point *p)
{
    p->failed = p->refused = true;
    if (p->on_stale != STALE_HOLD)
        values_quality(s->db, p->variable, REL_process_error);
}

void point_fail_again(struct sources *s, struct point *p)
{
    if (!p->failed || p->on_stale != STALE_OOS || p->oos)
        return;
    p->oos = true;
    each_object(s, p, true);
}

void point_release(struct sources *s, struct point *p)
{
    if (p->oos)
        each_object(s, p, false);
    p->oos = false;
}

static void revive(struct sources *s, struct point *p)
{
    if (!p->failed)
        return;
    p->failed = false;
    point_release(s, p);
    values_quality(s->db, p->variable, REL_no_fault_detected);
}

/* Something decides the value over what the source says: a command of more priority, or an operator. */
static bool rules(const struct sources *s, const struct point *p)
{
    const struct img_variable *v = &s->db->img.variables[p->variable];
    if (values_is_manual(s->db, p->variable))
        return true;
    for (uint32_t k = 0; k < le16_get(v->n_objects); k++) {
        uint32_t o = img_shown_by(&s->db->img, v, k);
        uint32_t c = s->db->live[o].command;
        unsigned own = p->priority ? p->priority : 15;
        if (c != DB_NONE && s->db->commands[c].active && s->db->commands[c].active < own)
            return true;
    }
    return false;
}

static void accept(struct sources *s, struct point *p, double value)
{
    struct origin by = {BY_SOURCE, p->priority, NULL};
    if (whole(s, p))
        value = round(value);
    if (s->db->img.variables[p->variable].type == VT_bool)
        value = value != 0;
    p->held = p->unsent = false;
    if (p->refused && p->known && value == p->peer && same(s->db->cells[p->variable].value, p->sent))
        return;                         /* a command that rules over it: still not what is there  */
    if (p->known && fabs(value - p->peer) < p->deadband && !p->failed &&
        same(s->db->cells[p->variable].input, p->peer))
        return;
    p->known = true;
    p->peer = value;
    p->ruled = p->ruled && rules(s, p);         /* else it is told of each value that it says itself  */
    revive(s, p);
    values_input(s->db, p->variable, value, &by);
    p->refused = p->refused && !same(p->sent, value) && same(s->db->cells[p->variable].value, p->sent);
    if (p->refused)
        point_refused(s, p);
}

/* What was written in this very turn of the loop is newer than any sample that it finds. */
static void push_first(struct sources *s, struct point *p)
{
    if (s->db->cells[p->variable].flags & CELL_DIRTY)
        point_push(s, p, false);
}

void point_sample(struct sources *s, struct point *p, uint64_t mail)
{
    unsigned reliability;
    bool bad = mail_is_bad(mail, &reliability);
    if (bad && reliability == REL_no_fault_detected) {
        point_push(s, p, true);
        return;
    }
    if (bad && reliability == REL_communication_failure && p->reads && p->stale_ms) {
        p->known = false;               /* silence: for how long it may last is said              */
        return;
    }
    p->seen_ms = now_of(s);
    if (bad) {
        p->known = false;
        point_fail(s, p, reliability);
        return;
    }
    double value = mail_double(mail);
    if (p->unsent && !p->pending && s->items[p->source].state != FEED_CONNECTED)
        return;                         /* word that it is back follows; then it gets what it missed */
    if (p->unsent && p->tries && !p->pending)
        point_again(s, p);              /* it answers, and may not have heard what was written    */
    push_first(s, p);
    bool echoes = s->items[p->source].kind && !s->items[p->source].kind->confirms;
    if (p->pending && echoes && echo(s, p, value))
        p->pending = false;
    if (p->pending) {
        p->held = true;
        p->hold = value;
        return;
    }
    accept(s, p, value);
}

void point_result(struct sources *s, struct point *p, uint64_t mail)
{
    unsigned reliability;
    bool confirms = s->items[p->source].kind->confirms;
    p->seen_ms = p->reads && !confirms ? p->seen_ms : now_of(s);
    if (mail_is_bad(mail, &reliability)) {
        bool unheard = reliability == REL_communication_failure && p->tries < WRITE_TRIES;
        p->tries = unheard ? (uint8_t)(p->tries + 1) : 0;
        p->unsent = true;
        p->known = p->pending = false;
        p->refused = !unheard;
        if (reliability == REL_communication_failure)
            point_fail(s, p, reliability);
        else
            point_refused(s, p);
        return;
    }
    if (mail_double(mail) != p->sent)
        return;                         /* an earlier one; ours is on its way */
    p->unsent = p->refused = false;
    p->tries = 0;
    if (same(s->db->cells[p->variable].value, p->sent))
        values_delivered(s->db, p->variable);
    if (!confirms && p->reads && p->pending) {
        p->until_ms = now_of(s) + p->echo_ms;
        return;
    }
    p->pending = p->held = false;       /* what was read before it is old; the next look tells */
    p->known = true;
    p->peer = p->sent;
    if (!p->reads || confirms)
        revive(s, p);
}

uint64_t point_due(const struct point *p)
{
    uint64_t due = UINT64_MAX;
    if (p->stale_ms && p->reads && !p->failed)
        due = p->seen_ms + p->stale_ms;
    if (p->pending && p->until_ms < due)
        due = p->until_ms;
    return due;
}

void point_watch(struct sources *s, struct point *p, uint64_t now)
{
    if (p->pending && now >= p->until_ms)
        push_first(s, p);
    if (p->pending && now >= p->until_ms) {
        p->pending = false;
        if (p->held)
            accept(s, p, p->hold);
    }
    if (p->stale_ms && p->reads && !p->failed && now >= p->seen_ms + p->stale_ms)
        point_fail(s, p, REL_communication_failure);
}

void point_push(struct sources *s, struct point *p, bool anyway)
{
    const struct cell *c = &s->db->cells[p->variable];
    const struct one *one = &s->items[p->source];
    if (!p->writes || !one->feed)
        return;
    const bool ruled = p->ruled && !p->refused;
    p->ruled = p->apart && rules(s, p);
    if (ruled && !p->ruled) {           /* that has ended, and what it had sent is there still        */
        bool held = p->pending && p->held;
        p->pending = p->pending && !held;
        if (held)
            accept(s, p, p->hold);      /* said meanwhile: nobody waits for an echo any more          */
        anyway |= !same(c->value, p->sent);
    }
    if (p->pending ? same(c->value, p->sent) : !anyway && p->known && same(c->value, p->peer))
        return;
    p->tries = same(c->value, p->sent) ? p->tries : 0;
    p->sent = c->value;
    p->unsent = one->state != FEED_CONNECTED;
    p->pending = !p->unsent;
    p->refused = false;
    p->known = p->held = false;         /* what was read before is older                          */
    p->until_ms = now_of(s) + RESULT_MS;
    if (p->pending)
        feed_send(one->feed, p->local, p->sent);
}

/* A value that the source alone decides is not sent to it; all that rules over it is. */
static bool ours(const struct sources *s, const struct point *p)
{
    return !p->reads || p->unsent || rules(s, p);
}

void point_again(struct sources *s, struct point *p)
{
    if (!p->reads || (p->oos && p->writes && ours(s, p)))
        revive(s, p);                   /* out of service nothing would go out                    */
    if (p->writes && ours(s, p))
        point_push(s, p, true);
}
