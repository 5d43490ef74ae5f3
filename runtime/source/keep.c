/* A reload that leaves a source as it is leaves its connection as it is. Two images are compared by
 * what they say, not by where; what a feed's thread knows was copied when it was opened, so that equal
 * descriptions mean equal threads. */
#include "runtime/object/values.h"
#include "runtime/source/inside.h"

#include <string.h>

static bool same_text(const struct image *a, le32 x, const struct image *b, le32 y)
{
    struct span s = img_text(a, x), t = img_text(b, y);
    return s.n == t.n && !memcmp(s.p, t.p, s.n);
}

static bool same_attrs(struct attrs a, struct attrs b)
{
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++) {
        const struct img_attribute *x = &a.img->attributes[a.first + i],
                                   *y = &b.img->attributes[b.first + i];
        if (!same_text(a.img, x->name, b.img, y->name) || !same_text(a.img, x->value, b.img, y->value))
            return false;
    }
    return true;
}

static bool same_states(const struct image *a, le32 x, const struct image *b, le32 y)
{
    if (le32_get(x) == IMG_NONE || le32_get(y) == IMG_NONE)
        return le32_get(x) == le32_get(y);
    const struct img_state_set *s = &a->state_sets[le32_get(x)], *t = &b->state_sets[le32_get(y)];
    if (le32_get(s->count) != le32_get(t->count))
        return false;
    for (uint32_t i = 0; i < le32_get(s->count); i++) {
        const struct img_state *p = &a->states[le32_get(s->first) + i],
                               *q = &b->states[le32_get(t->first) + i];
        if (le32_get(p->value) != le32_get(q->value) || !same_text(a, p->text, b, q->text))
            return false;
    }
    return true;
}

static bool same_variable(const struct image *a, uint32_t v, const struct image *b, uint32_t w)
{
    return !memcmp(a->variable_ids[v].b, b->variable_ids[w].b, sizeof a->variable_ids[v].b);
}

static bool same_binding(const struct image *a, uint32_t i, const struct image *b, uint32_t k)
{
    uint32_t v = le32_get(a->bindings[i].variable), w = le32_get(b->bindings[k].variable);
    const struct img_variable *x = &a->variables[v], *y = &b->variables[w];
    return same_variable(a, v, b, w) && x->type == y->type && x->flags == y->flags && same_states(a, x->states, b, y->states) &&
           same_attrs(attrs_of_binding(a, i), attrs_of_binding(b, k));
}

/* The name of the controller is in the name that a client has at its broker. */
static bool same_plc(const struct image *a, const struct image *b)
{
    return a->n_project && b->n_project && same_text(a, a->project->plc, b, b->project->plc);
}

static bool same_source(const struct image *a, const struct one *x, const struct image *b,
                        const struct one *y)
{
    const struct img_source *s = &a->sources[x->index], *t = &b->sources[y->index];
    if (x->n != y->n || x->kind != y->kind || !same_plc(a, b) || !same_text(a, s->id, b, t->id) ||
        !same_attrs(attrs_of_source(a, x->index), attrs_of_source(b, y->index)))
        return false;
    for (uint32_t k = 0; k < x->n; k++)
        if (!same_binding(a, x->bindings[k], b, y->bindings[k]))
            return false;
    return true;
}

/* Does the variable hold what somebody wrote? Where that fits the new image no more it is as at a start, which
 * nobody wants the other side to have. */
static bool holds_written(const struct sources *s, uint32_t variable)
{
    const struct cell *c = &s->db->cells[variable];
    return c->writer != BY_START || c->flags & CELL_OWED;
}

/* What is under way (a write, an echo, silence) goes on. */
static void take_point(struct sources *s, struct point *p, const struct point *was)
{
    p->failed = was->failed;
    if (p->failed && p->reads)
        values_awaited(s->db, p->variable, false);
    p->known = was->known;
    p->ruled = was->ruled;
    p->pending = was->pending;
    p->unsent = was->unsent && holds_written(s, p->variable);
    p->refused = was->refused;
    p->tries = was->tries;
    p->held = was->held;
    p->peer = was->peer;
    p->sent = was->sent;
    p->hold = was->hold;
    p->seen_ms = was->seen_ms;
    p->until_ms = was->until_ms;
    point_fail_again(s, p);
}

static void unsent_of(struct sources *s, struct one *one, uint32_t variable)
{
    const struct image *a = s->c.image_before, *b = &s->db->img;
    struct span name = img_text(a, a->variables[variable].name);
    uint32_t now = img_find_variable(b, name.p, name.n);
    if (now != IMG_NONE && same_variable(a, variable, b, now)) {
        const struct img_variable *v = &b->variables[now];
        for (uint32_t k = 0; k < le32_get(v->n_bindings); k++) {
            struct point *p = &s->points[le32_get(v->first_binding) + k];
            p->unsent |= p->source == one->index && holds_written(s, now);
        }
        return;
    }
    for (uint32_t k = 0; k < one->n; k++) {
        struct point *p = &s->points[one->bindings[k]];
        p->unsent |= same_variable(a, variable, b, p->variable) && holds_written(s, p->variable);  /* another name */
    }
}

/* A source that has another address now, say: what did not get to it is still to be sent. */
void source_inherit(struct sources *s, struct one *one)
{
    const struct sources *before = s->c.before;
    const struct image *a = s->c.image_before, *b = &s->db->img;
    for (uint32_t i = 0; before && i < before->n; i++) {
        const struct one *old = &before->items[i];
        if (!same_text(a, a->sources[old->index].id, b, b->sources[one->index].id))
            continue;
        for (uint32_t k = 0; k < old->n; k++) {
            const struct point *was = &before->points[old->bindings[k]];
            if (was->unsent || was->pending)
                unsent_of(s, one, was->variable);
        }
    }
}

static const char *text_of(const struct attrs *a, const char *name) { return attr_text(a, name, ""); }

/* A status that a broker retains would say "online" for ever. Where another source speaks in its place it is left alone:
 * of two connections, who knows which is heard last. */
void source_farewells(struct sources *s)
{
    for (uint32_t i = 0; s->c.before && i < s->c.before->n; i++) {
        struct one *old = &s->c.before->items[i];
        struct attrs a = attrs_of_source(s->c.image_before, old->index);
        old->leaves = old->feed && *text_of(&a, "statusTopic");
        for (uint32_t k = 0; old->leaves && k < s->n; k++) {
            struct attrs b = attrs_of_source(&s->db->img, s->items[k].index);
            old->leaves = strcmp(text_of(&a, "statusTopic"), text_of(&b, "statusTopic")) != 0 ||
                          strcmp(text_of(&a, "url"), text_of(&b, "url")) != 0;
        }
    }
}

bool source_adopt(struct sources *s, struct one *one)
{
    struct sources *before = s->c.before;
    const struct image *was = s->c.image_before;
    for (uint32_t i = 0; before && i < before->n; i++) {
        struct one *old = &before->items[i];
        if (!old->feed || !same_source(was, old, &s->db->img, one))
            continue;
        (void)loop_remove(s->c.loop, old->feed->in.fd);
        if (loop_add(s->c.loop, old->feed->in.fd, s->c.tag | one->index, LOOP_READ))
            return false;               /* it ends with the others, and a new one is opened */
        one->feed = old->feed;
        old->feed = NULL;
        one->state = old->state;
        memcpy(one->reason, old->reason, sizeof one->reason);
        one->opened_ms = old->opened_ms;
        one->told_ms = old->told_ms;
        one->told = old->told;
        one->untold = old->untold;
        for (uint32_t k = 0; k < one->n; k++)
            take_point(s, &s->points[one->bindings[k]], &before->points[old->bindings[k]]);
        if (one->state == FEED_LOST)
            source_alarm(s, one, true);
        loop_wake(one->feed->in.fd);    /* what came meanwhile */
        return true;
    }
    return false;
}
