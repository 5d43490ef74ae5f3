/* Operations on what is stored: export, import, prune. Reading goes through the store's reader
 * thread, page by page, so that the loop never waits for the disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/base/date_text.h"
#include "runtime/control/inside.h"
#include "runtime/data/change.h"
#include "runtime/object/alarm.h"
#include "runtime/object/prop.h"
#include "runtime/object/values.h"

enum { PAGE = 200 };

static void hex(struct wr *w, const uint8_t *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    wr_u8(w, '"');
    for (size_t i = 0; i < n; i++) {
        wr_u8(w, (uint8_t)digits[p[i] >> 4]);
        wr_u8(w, (uint8_t)digits[p[i] & 15]);
    }
    wr_u8(w, '"');
}

static void member_hex(struct wr *w, const char *key, const uint8_t *p, size_t n)
{
    jw_key(w, key);
    hex(w, p, n);
}

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* False: odd, not hex, or more than cap octets. */
static bool unhex(const char *s, uint8_t *out, size_t cap, size_t *n)
{
    size_t len = s ? strlen(s) : 1;
    if (len % 2 || len / 2 > cap)
        return false;
    for (size_t i = 0; i < len; i += 2) {
        int hi = nibble(s[i]), lo = nibble(s[i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        out[i / 2] = (uint8_t)(hi << 4 | lo);
    }
    *n = len / 2;
    return true;
}

enum end call_ask_store(struct call *k, struct job *j)
{
    if (store_ask(k->c->c.store, &j->q))
        return END_LATER;
    free(j->keep);
    j->keep = NULL;
    j->used = false;
    return call_fail(k, "no-storage", "nothing is stored, or too many read at once");
}

/* ---- export ---- */

static void say_owner(const struct db *db, struct persist_index *x, const struct store_key *key,
                      struct wr *w)
{
    uint32_t i;
    enum persist_what what = x ? persist_index_find(x, key, &i) : PERSIST_NOBODY;
    struct point p = {DB_NONE, DB_NONE};
    if (what == PERSIST_NOBODY)
        return;
    jw_key(w, "of");
    if (what == PERSIST_OF_DEVICE) {
        jw_format(w, "device,%u", db->devices[i].instance);
        return;
    }
    if (what == PERSIST_OF_VARIABLE)
        p.variable = i;
    else
        p.object = i;
    point_name(db, &p, w);
}

static void finish_export(struct call *k, struct job *j)
{
    struct wr *w = &k->out;
    struct persist_index *x = persist_index_open(k->db);
    const struct store_row *last = NULL;
    if (j->q.fault) {
        (void)call_fail(k, "storage", "%s", store_fault_name((enum store_fault)j->q.fault));
        persist_index_close(x);
        return;
    }
    jw_open(w, '{');
    jw_key(w, "values");
    jw_open(w, '[');
    for (const struct store_row *r = NULL; (r = store_next(&j->q, r)); last = r) {
        jw_open(w, '{');
        member_hex(w, "id", r->key.id, 16);
        jw_member_count(w, "property", r->key.property);
        jw_member_count(w, "sub", r->key.sub);
        say_owner(k->db, x, &r->key, w);
        const char *name = persist_name(r->key.property);
        if (name)
            jw_member(w, "is", name);
        jw_key(w, "time");
        jw_time(w, r->time);
        member_hex(w, "data", r->data, r->n);
        jw_close(w, '}');
    }
    jw_close(w, ']');
    if (j->q.more && last) {
        jw_key(w, "next");
        jw_open(w, '{');
        member_hex(w, "id", last->key.id, 16);
        jw_member_count(w, "property", last->key.property);
        jw_member_count(w, "sub", last->key.sub);
        jw_close(w, '}');
    }
    jw_close(w, '}');
    persist_index_close(x);
}

static bool take_key(const struct json *o, struct store_key *key)
{
    double property = -1, sub = 0;
    size_t n = 0;
    bool good = unhex(json_string(json_get(o, "id")), key->id, 16, &n) && n == 16 &&
                json_whole(o, "property", 0, UINT32_MAX, &property) && property >= 0 &&
                json_whole(o, "sub", 0, UINT32_MAX, &sub);
    if (!good)
        return false;
    key->property = (uint32_t)property;
    key->sub = (uint32_t)sub;
    return true;
}

static enum end cmd_export(struct call *k)
{
    const struct json *after = json_get(k->req, "after");
    struct job *j = call_job(k);
    if (!j)
        return call_fail(k, "busy", "too many requests wait");
    j->q.of = STORE_OF_VALUES;
    j->q.limit = PAGE;
    j->q.position = after != NULL;
    j->finish = finish_export;
    if (after && !take_key(after, &j->q.key)) {
        j->used = false;
        return call_fail(k, "bad-request", "after: a key as `next` gave it");
    }
    return call_ask_store(k, j);
}

/* ---- import ---- */

struct incoming { struct store_key key; int64_t time; size_t n; uint8_t *data; };

static bool take_value(const struct json *o, struct incoming *v, int64_t now)
{
    const char *time = json_string(json_get(o, "time"));
    v->time = now;
    return take_key(o, &v->key) && (!time || date_text_read(time, &v->time)) &&
           unhex(json_string(json_get(o, "data")), v->data, STORE_VALUE_MAX, &v->n);
}

/* Whoever looks at changes sees this one: schedules, alarms, logs, subscribers, sources. */
static bool put_back(struct db *db, enum persist_what what, uint32_t i, const struct store_key *key,
                     struct span data)
{
    bool good = persist_put_back(db, what, i, key, data);
    if (what == PERSIST_OF_OBJECT && (good || key->property == P_priority_array))
        db_touch(db, i);                /* some of the commands may be there                   */
    if (good && what == PERSIST_OF_VARIABLE) {
        values_settle_one(db, i);       /* what is commanded here goes on to be                */
        db_touch_variable(db, i);
    }
    return good;
}

/* Those that want another one first take effect when all the others have. */
static uint64_t apply_last(struct call *k, const struct json *values, struct persist_index *x,
                             struct incoming *v)
{
    uint64_t applied = 0;
    for (const struct json *j = json_first(values); j; j = json_next(j)) {
        uint32_t i;
        if (take_value(j, v, 0) && prop_comes_last(v->key.property) &&
            persist_index_find(x, &v->key, &i) == PERSIST_OF_OBJECT)
            applied += put_back(k->db, PERSIST_OF_OBJECT, i, &v->key, (struct span){v->data, v->n});
    }
    return applied;
}

/* An imported state, too, brings a device no revision that clients have seen with other names. */
struct revised { uint32_t was; bool renamed; };

static struct revised *revisions(const struct db *db)
{
    struct revised *r = calloc(db->img.n_devices + 1, sizeof *r);
    for (uint32_t i = 0; r && i < db->img.n_devices; i++)
        r[i].was = db->devices[i].revision;
    return r;
}

static void revise(struct db *db, const struct revised *r)
{
    for (uint32_t i = 0; i < db->img.n_devices; i++) {
        struct device *d = &db->devices[i];
        if (d->revision >= r[i].was + r[i].renamed)
            continue;
        d->revision = r[i].was + r[i].renamed;
        (void)journal_note(&db->journal, JOURNAL_DEVICE, i, 0);
    }
}

static bool is_named(const struct db *db, uint32_t object, struct span tagged)
{
    uint8_t charset;
    struct rd r = rd_of(tagged.p, tagged.n);
    struct span name = rd_string(&r, APP, &charset), now = db_name(db, object);
    return rd_end(&r) && name.n == now.n && !memcmp(name.p, now.p, now.n);
}

/* Two may have changed names: each that is to have another one first lets go of its own. */
static uint64_t apply_names(struct call *k, const struct json *values, struct persist_index *x, struct incoming *v,
                            struct revised *revised)
{
    uint64_t applied = 0;
    for (unsigned round = 0; round < 2; round++)
        for (const struct json *j = json_first(values); j; j = json_next(j)) {
            uint32_t i;
            if (!take_value(j, v, 0) || v->key.property != P_object_name ||
                persist_index_find(x, &v->key, &i) != PERSIST_OF_OBJECT)
                continue;
            struct span name = {v->data, v->n};
            if (is_named(k->db, i, name)) {
                applied += round;
            } else if (!round) {
                db_name_aside(k->db, i);
                revised[le16_get(k->db->img.objects[i].device)].renamed = true;
            } else if (put_back(k->db, PERSIST_OF_OBJECT, i, &v->key, name)) {
                applied++;
            } else {
                db_name_own(k->db, i);
            }
        }
    return applied;
}

/* Stored as they are; what belongs to this image takes effect at once, the rest waits for an image
 * that knows it. */
static enum end cmd_import(struct call *k)
{
    const struct json *values = json_get(k->req, "values");
    struct control *c = k->c;
    struct store_status st;
    store_status(c->c.store, &st);
    if (st.off)
        return call_fail(k, "no-storage", "nothing would be there after a restart: %s", st.reason);
    struct incoming v = {.data = malloc(STORE_VALUE_MAX)};
    struct persist_index *x = persist_index_open(k->db);
    struct revised *revised = revisions(k->db);
    uint64_t taken = 0, applied = 0, bad = 0, ticket = 0;
    bool on = k->db->journal.on;
    for (const struct json *j = json_array(values) ? json_first(values) : NULL; j && v.data && x && revised;
         j = json_next(j)) {
        uint32_t i;
        if (!take_value(j, &v, db_now(k->db))) {
            bad++;
            continue;
        }
        if (persist_stays(v.key.property))
            continue;
        struct span data = {v.data, v.n};
        uint64_t t = store_put(c->c.store, &v.key, v.time, data);
        bad += t == STORE_REFUSED;
        if (t == STORE_REFUSED)
            continue;
        ticket = t;
        taken++;
        enum persist_what what = persist_index_find(x, &v.key, &i);
        if (v.key.property == P_object_name)
            continue;                           /* when all that is taken with it is there */
        k->db->journal.on = false;              /* it has just been put */
        applied += what != PERSIST_NOBODY && put_back(k->db, what, i, &v.key, data) &&
                   !prop_comes_last(v.key.property);
        k->db->journal.on = on;
    }
    if (taken) {
        k->db->journal.on = false;
        applied += apply_last(k, values, x, &v) + apply_names(k, values, x, &v, revised);
        k->db->journal.on = on;
        revise(k->db, revised);
        recipients_keep(k->db);
    }
    free(v.data);
    free(revised);
    persist_index_close(x);
    if (!json_array(values))
        return call_fail(k, "bad-request", "values: an array as state-export gave it");
    char what[80];
    (void)snprintf(what, sizeof what, "state-import, %llu values", (unsigned long long)taken);
    call_note(k, NULL, what);
    k->ticket = persist_follow(&k->db->journal, ticket);
    jw_open(&k->out, '{');
    jw_member_count(&k->out, "stored", taken);
    jw_member_count(&k->out, "applied", applied);
    jw_member_count(&k->out, "refused", bad);
    jw_close(&k->out, '}');
    return END_DONE;
}

/* ---- prune ---- */

static void finish_prune(struct call *k, struct job *j)
{
    if (store_failed(k->c->c.store, j->ticket)) {
        (void)call_fail(k, "storage", "the store could not do it");
        return;
    }
    jw_open(&k->out, '{');
    jw_member_bool(&k->out, "dry", j->prune.dry);
    jw_member_count(&k->out, "values", j->prune.values);
    jw_member_count(&k->out, "logs", j->prune.logs);
    jw_member_count(&k->out, "records", j->prune.records);
    jw_close(&k->out, '}');
}

static enum end cmd_prune(struct call *k)
{
    struct job *j = call_job(k);
    bool dry = false;
    if (!j)
        return call_fail(k, "busy", "too many requests wait");
    (void)json_bool(json_get(k->req, "dry"), &dry);
    j->keep = persist_identities(k->db, &j->prune.n);
    j->prune.keep = (const uint8_t (*)[16])j->keep;
    j->prune.dry = dry;
    j->finish = finish_prune;
    j->ticket = j->keep ? store_prune(k->c->c.store, &j->prune) : STORE_REFUSED;
    if (j->ticket && j->ticket != STORE_REFUSED) {
        if (!dry)
            call_note(k, NULL, "state-prune");
        store_flush(k->c->c.store);
        return END_LATER;
    }
    free(j->keep);
    j->keep = NULL;
    j->used = false;
    return call_fail(k, "no-storage", "nothing is stored, or no room for the request");
}

const struct command_row state_commands[] = {
    {"state-export", cmd_export}, {"state-import", cmd_import}, {"state-prune", cmd_prune},
    {NULL, NULL},
};
