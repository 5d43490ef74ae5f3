/* See source.h. Opens what the image names, hands samples to points, watches the clock. */
#include "runtime/source/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/object/values.h"
#include "runtime/source/inside.h"

enum { MAILS = 512, WATCH_MIN_MS = 50, GOODBYE_MS = 1000, TELL_MS = 60000, TELLS = 4, CONNECT_MS = 10000,
       AGAIN_MS = 10000 };
static const struct feed_kind *const kinds[] = {&feed_mqtt, &feed_modbus};

static const char *id_of(const struct sources *s, const struct one *one)
{
    return (const char *)img_text(&s->db->img, s->db->img.sources[one->index].id).p;
}

static const char *kind_of(const struct sources *s, const struct one *one)
{
    return (const char *)img_text(&s->db->img, s->db->img.sources[one->index].kind).p;
}

/* ---- start ---- */

static void fail(struct sources *s, struct one *one, const char *why)
{
    if (one->state == FEED_UNAVAILABLE && !strcmp(one->reason, why))
        return;                         /* tried again: nothing new                            */
    one->state = FEED_UNAVAILABLE;
    snprintf(one->reason, sizeof one->reason, "%s", why);
    log_say(s->c.log, LOGGED_ERROR, "source", "%s: %s", id_of(s, one), why);
    source_alarm(s, one, true);
    for (uint32_t k = 0; k < one->n; k++)
        point_fail(s, &s->points[one->bindings[k]], REL_configuration_error);
}

static void open_simulate(struct sources *s, struct one *one)
{
    struct attrs a = attrs_of_source(&s->db->img, one->index);
    const char *path = attr_text(&a, "path", "");
    char full[1200], why[REPLAY_WHY];
    bool absolute = path[0] == '/' || !s->c.folder || !s->c.folder[0];
    snprintf(full, sizeof full, "%.1000s%s%.180s", absolute ? "" : s->c.folder, absolute ? "" : "/",
             path);
    one->state = FEED_CONNECTED;
    if (path[0] && !replay_open(&one->file, full, why)) {
        fail(s, one, why);
        return;
    }
    source_alarm(s, one, false);
    for (uint32_t k = 0; k < one->n; k++)
        if (!sims_bind(s->sims, one->bindings[k], attr_number(&a, "seed", 0),
                       path[0] ? &one->file : NULL, why)) {
            snprintf(one->reason, sizeof one->reason, "%s", why);
            log_say(s->c.log, LOGGED_ERROR, "source", "%s: %s", id_of(s, one), why);
            point_fail(s, &s->points[one->bindings[k]], REL_configuration_error);
        }
}

static void open_one(struct sources *s, struct one *one)
{
    struct feed_setup setup = {&s->db->img, one->index, one->bindings, one->n, s->c.folder};
    char why[FEED_WHY] = "";
    if (!strcmp(kind_of(s, one), "Simulate")) {
        open_simulate(s, one);
        return;
    }
    if (!one->kind) {
        snprintf(why, sizeof why, "this bacrt knows no sources of kind %.40s", kind_of(s, one));
        fail(s, one, why);
        return;
    }
    one->opened_ms = clock_ms(s->c.clock);
    one->feed = feed_open(one->kind, &setup, why);
    int err = one->feed ? loop_add(s->c.loop, one->feed->in.fd, s->c.tag | one->index, LOOP_READ) : 0;
    if (err) {
        feed_close(one->feed, 0);
        one->feed = NULL;
        snprintf(why, sizeof why, "%s", strerror(-err));
    }
    if (!one->feed) {
        fail(s, one, why);
        return;
    }
    one->state = FEED_CONNECTING;
    one->reason[0] = 0;
}

/* What it needs (a password's file, a certificate, a thread) may be there later than the runtime. */
static bool to_open(const struct one *one)
{
    return one->kind && !one->feed && one->state == FEED_UNAVAILABLE;
}

/* Bindings in the order of their sources. */
static void sort_out(struct sources *s)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < s->n_points; i++)
        s->items[le32_get(s->db->img.bindings[i].source)].n++;
    for (uint32_t i = 0; i < s->n; i++) {
        struct one *one = &s->items[i];
        one->index = i;
        one->bindings = s->bindings + at;
        at += one->n;
        one->n = 0;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (!strcmp(kind_of(s, one), kinds[k]->name))
                one->kind = kinds[k];
    }
    for (uint32_t i = 0; i < s->n_points; i++) {
        struct one *one = &s->items[le32_get(s->db->img.bindings[i].source)];
        point_open(s, i);
        s->points[i].local = one->n;
        one->bindings[one->n++] = i;
    }
}

static void watch_again(struct sources *s)
{
    uint64_t due = UINT64_MAX, now = clock_ms(s->c.clock);
    for (uint32_t i = 0; i < s->n_points; i++) {
        uint64_t d = point_due(&s->points[i]);
        due = d < due ? d : due;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        const struct one *one = &s->items[i];
        if (one->untold && one->told_ms + TELL_MS < due)
            due = one->told_ms + TELL_MS;
        if (one->feed && one->state == FEED_CONNECTING && one->opened_ms + CONNECT_MS < due)
            due = one->opened_ms + CONNECT_MS;
        if (to_open(one) && one->opened_ms + AGAIN_MS < due)
            due = one->opened_ms + AGAIN_MS;
    }
    if (due == UINT64_MAX)
        timer_stop(s->c.timers, &s->watch);
    else
        timer_set(s->c.timers, &s->watch, due > now + WATCH_MIN_MS ? due : now + WATCH_MIN_MS);
}

static void watch_at(struct sources *s, uint64_t due)
{
    uint64_t now = clock_ms(s->c.clock);
    if (due < now + WATCH_MIN_MS)
        due = now + WATCH_MIN_MS;
    if (due != UINT64_MAX && (!timer_armed(&s->watch) || due < s->watch.due))
        timer_set(s->c.timers, &s->watch, due);
}

static void watch_by(struct sources *s, const struct point *p) { watch_at(s, point_due(p)); }

int sources_open(struct sources **out, const struct source_config *c)
{
    const struct image *img = &c->db->img;
    struct sources *s = *out = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    s->c = *c;
    s->db = c->db;
    s->n = img->n_sources < SOURCE_TAGS ? img->n_sources : SOURCE_TAGS;
    s->n_points = img->n_sources <= SOURCE_TAGS ? img->n_bindings : 0;
    if (img->n_sources > SOURCE_TAGS)
        log_say(c->log, LOGGED_ERROR, "source", "%u of them are too many: none is served", img->n_sources);
    s->items = calloc(s->n + 1, sizeof *s->items);
    s->points = calloc((size_t)s->n_points + 1, sizeof *s->points);
    s->bindings = calloc((size_t)s->n_points + 1, sizeof *s->bindings);
    if (!s->items || !s->points || !s->bindings ||
        sims_open(&s->sims, s->db, (size_t)s->n_points + img->n_variables, clock_ms(c->clock))) {
        sources_close(s, false);
        *out = NULL;
        return -ENOMEM;
    }
    s->watch.kind = s->simulate.kind = c->timer;
    sort_out(s);
    for (uint32_t i = 0; i < s->n; i++)
        if (!source_adopt(s, &s->items[i])) {
            source_inherit(s, &s->items[i]);
            open_one(s, &s->items[i]);
        }
    source_farewells(s);
    for (uint32_t i = 0; c->image_before && i < img->n_variables; i++)      /* it had one, then  */
        if (!le32_get(img->variables[i].n_bindings))
            values_quality(s->db, i, REL_no_fault_detected);
    if (c->simulate)
        sims_rest(s->sims);
    if (sims_count(s->sims))
        timer_set(c->timers, &s->simulate, clock_ms(c->clock));
    watch_again(s);
    return 0;
}

void sources_pause(struct sources *s)
{
    for (uint32_t i = 0; s && i < s->n_points; i++)
        point_release(s, &s->points[i]);
}

void sources_close(struct sources *s, bool last)
{
    if (!s)
        return;
    if (s->points)
        sources_pause(s);
    uint64_t until = last ? feed_ms() + GOODBYE_MS : 0;         /* for all of them together       */
    for (uint32_t i = 0; s->items && i < s->n; i++)
        if (s->items[i].feed)
            feed_stop(s->items[i].feed, last || s->items[i].leaves);
    for (uint32_t i = 0; s->items && i < s->n; i++) {
        struct one *one = &s->items[i];
        if (one->feed) {
            (void)loop_remove(s->c.loop, one->feed->in.fd);
            feed_close(one->feed, until);
        }
        replay_close(&one->file);
    }
    timer_stop(s->c.timers, &s->watch);
    timer_stop(s->c.timers, &s->simulate);
    sims_close(s->sims);
    free(s->items);
    free(s->points);
    free(s->bindings);
    free(s);
}

/* ---- turns ---- */

void source_alarm(struct sources *s, const struct one *one, bool lost)
{
    static const struct origin by = {BY_SOURCE, 0, NULL};
    uint32_t object = le32_get(s->db->img.sources[one->index].alarm_object);
    if (object == IMG_NONE)
        return;
    uint32_t variable = db_variable(s->db, object);
    if (variable != IMG_NONE)
        values_input(s->db, variable, lost, &by);
    else
        (void)values_write(s->db, object, false, lost, &by);
}

/* In the log: one that comes and goes fills none, and the last word is how it is. */
static void tell(struct sources *s, struct one *one)
{
    uint64_t now = clock_ms(s->c.clock);
    char more[40] = "";
    bool well = one->state == FEED_CONNECTED;
    if (!one->told || now >= one->told_ms + TELL_MS) {
        one->told_ms = now;
        one->told = 0;
    }
    if (one->told == TELLS) {
        one->untold++;
        watch_at(s, one->told_ms + TELL_MS);
        return;
    }
    if (one->untold > 1)
        snprintf(more, sizeof more, " (%u more left out)", one->untold - 1);
    log_say(s->c.log, well && !one->reason[0] ? LOGGED_INFO : LOGGED_WARNING, "source", "%s: %s%s%s%s", id_of(s, one),
            well ? "connected" : one->state == FEED_LOST ? "lost" : "connecting",
            !one->reason[0] ? "" : well ? ", but " : ": ", one->reason, more);
    one->told++;
    one->untold = 0;
}

static void become(struct sources *s, struct one *one, enum feed_state state, const char *reason)
{
    enum feed_state was = one->state;
    bool lost = state == FEED_LOST;
    if (was == state && !strcmp(reason, one->reason))
        return;
    one->state = state;
    snprintf(one->reason, sizeof one->reason, "%s", reason);
    tell(s, one);
    if (was == state)
        return;
    if (state != FEED_CONNECTING)
        source_alarm(s, one, lost);     /* also at first: a reload may have found it lost         */
    for (uint32_t k = 0; k < one->n; k++) {
        struct point *p = &s->points[one->bindings[k]];
        if (lost) {
            p->unsent |= p->pending;
            p->known = p->pending = false;
            if (!p->reads || !p->stale_ms)
                point_fail(s, p, REL_communication_failure);
        } else if (state == FEED_CONNECTED) {
            point_again(s, p);
        }
    }
    watch_again(s);
}

static void take_state(struct sources *s, struct one *one)
{
    char reason[FEED_WHY];
    enum feed_state state = feed_look(one->feed, reason);
    become(s, one, state, reason);
}

void sources_event(struct sources *s, uint32_t tag)
{
    uint32_t index = tag & (SOURCE_TAGS - 1), slot;
    struct one *one = index < s->n ? &s->items[index] : NULL;
    uint64_t mail;
    if (!one || !one->feed)
        return;
    loop_wake_take(one->feed->in.fd);
    for (int i = 0; i < MAILS; i++) {
        if (!feed_take(one->feed, &slot, &mail))
            return;
        if (slot == 2 * one->feed->n) {
            take_state(s, one);
            continue;
        }
        struct point *p = &s->points[one->bindings[slot % one->feed->n]];
        if (slot < one->feed->n)
            point_sample(s, p, mail);
        else
            point_result(s, p, mail);
        watch_by(s, p);
    }
    loop_wake(one->feed->in.fd);        /* the rest after the others */
}

void sources_timer(struct sources *s, const struct timer *t)
{
    uint64_t now = clock_ms(s->c.clock);
    if (t == &s->simulate) {
        timer_set(s->c.timers, &s->simulate, sims_step(s->sims, now));
        return;
    }
    for (uint32_t i = 0; i < s->n_points; i++)
        point_watch(s, &s->points[i], now);
    for (uint32_t i = 0; i < s->n; i++) {
        struct one *one = &s->items[i];
        if (one->untold && now >= one->told_ms + TELL_MS)
            tell(s, one);
        if (to_open(one) && now >= one->opened_ms + AGAIN_MS)
            open_one(s, one);
        if (one->feed && one->state == FEED_CONNECTING && now >= one->opened_ms + CONNECT_MS)
            become(s, one, FEED_LOST, "no answer yet");         /* a connection may take minutes to fail */
    }
    watch_again(s);
}

void sources_turn(struct sources *s)
{
    if (!s->n_points)
        return;
    for (uint32_t i = 0; i < s->db->variables.n; i++) {
        const struct img_variable *v = &s->db->img.variables[s->db->variables.items[i]];
        for (uint32_t k = 0; k < le32_get(v->n_bindings); k++) {
            struct point *p = &s->points[le32_get(v->first_binding) + k];
            if (!p->writes)
                continue;
            point_push(s, p, false);
            watch_by(s, p);
        }
    }
}

size_t sources_count(const struct sources *s) { return s ? s->n : 0; }

struct source_status sources_status(const struct sources *s, size_t i)
{
    static const char *const states[] = {"connecting", "connected", "lost", "unavailable"};
    const struct one *one = &s->items[i];
    struct source_status out = {.id = id_of(s, one), .kind = kind_of(s, one),
                                .state = states[one->state],
                                .reason = one->reason[0] ? one->reason : NULL};
    if (one->feed) {
        out.samples = atomic_load(&one->feed->samples);
        out.failures = atomic_load(&one->feed->failures);
    }
    return out;
}
