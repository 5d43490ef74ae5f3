/* The journal's tickets and the store's: which of ours are settled; and restoring, at start and for what comes
 * back with another image. See persist.h. */
#include "runtime/object/persist_inside.h"
#include "runtime/data/change.h"
#include "runtime/object/alarm.h"
#include "runtime/object/values.h"
#include "runtime/object/written.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

enum { WAITS = 65536, SLICE = 4096 };

int persist_init(struct persist *p, struct store *store, struct log *log)
{
    *p = (struct persist){.store = store, .log = log, .waits = calloc(WAITS, sizeof *p->waits)};
    return p->waits ? 0 : -ENOMEM;
}

void persist_fini(struct persist *p)
{
    free(p->waits);
    *p = (struct persist){0};
}

/* ---- start ---- */

struct kept {
    struct kept *next;
    uint32_t object, property;
    size_t n;
    uint8_t bytes[];
};
struct restoring {
    struct persist *p;
    struct persist_index *index;
    const struct persist_wanted *wanted;        /* NULL: all                                       */
    struct kept *names;         /* last: one may have been another object's                       */
    struct kept *last;          /* that want another one first                                    */
    struct kept *values;        /* that want limits which a client has written                    */
    bool by_project;            /* it is known which project has kept all this: `project`         */
    uint8_t project[16];
};

static bool keep(struct kept **list, uint32_t object, uint32_t property, struct span s)
{
    struct kept *one = malloc(sizeof *one + s.n);
    if (!one)
        return false;
    *one = (struct kept){.next = *list, .object = object, .property = property, .n = s.n};
    memcpy(one->bytes, s.p, s.n);
    *list = one;
    return true;
}

static bool visit(void *ctx, const struct store_key *key, int64_t time, struct span data)
{
    struct restoring *r = ctx;
    uint32_t index = 0;
    enum persist_what what = persist_index_find(r->index, key, &index);
    (void)time;
    if (what == PERSIST_NOBODY) {
        r->p->foreign++;
        return true;
    }
    if (r->wanted && !r->wanted->is(r->wanted->ctx, what, index, key->property))
        return true;
    if (key->property == PERSIST_PROJECT) {
        r->by_project = data.n == sizeof r->project;
        memcpy(r->project, data.p, r->by_project ? data.n : 0);
        return true;
    }
    bool good = what == PERSIST_OF_OBJECT && key->property == P_object_name
                    ? keep(&r->names, index, P_object_name, data)
                    : persist_put_back(r->p->db, what, index, key, data);
    if (!good && what == PERSIST_OF_OBJECT && prop_comes_last(key->property))
        good = keep(&r->last, index, key->property, data);
    else if (!good && (key->property == PERSIST_VARIABLE || key->property == P_priority_array ||
                       key->property == P_relinquish_default))
        good = keep(&r->values, index, key->property, data);
    r->p->restored += good;
    r->p->misfit += !good;
    return true;
}

static void restore_last(struct restoring *r, struct kept *list)
{
    for (struct kept *n = list, *next; n; n = next) {
        enum persist_what what = n->property == PERSIST_VARIABLE ? PERSIST_OF_VARIABLE : PERSIST_OF_OBJECT;
        struct store_key key = {.property = n->property};
        next = n->next;
        bool good = persist_put_back(r->p->db, what, n->object, &key,
                                     (struct span){n->bytes, n->n});
        r->p->misfit += !good && !prop_is_simulated(n->property);      /* it is in service again */
        r->p->restored -= !good;
        free(n);
    }
}

/* Two objects may have swapped their names: each first lets go of the one it has from the image. */
static void restore_names(struct restoring *r)
{
    struct db *db = r->p->db;
    static const struct store_key key = {.property = P_object_name};
    for (struct kept *n = r->names; n; n = n->next)
        db_name_aside(db, n->object);
    for (struct kept *n = r->names, *next; n; n = next) {
        next = n->next;
        if (!persist_put_back(db, PERSIST_OF_OBJECT, n->object, &key,
                              (struct span){n->bytes, n->n})) {
            db_name_own(db, n->object);
            r->p->misfit++;
            r->p->restored--;
        }
        free(n);
    }
}

/* What is kept and wanted, into the db that r->p is of. */
static int restore(struct restoring *r)
{
    r->index = persist_index_open(r->p->db);
    if (!r->index)
        return STORE_IO;
    int fault = store_load(r->p->store, visit, r);
    restore_last(r, r->last);
    restore_last(r, r->values);
    if (r->p->restored)
        values_settle(r->p->db);
    restore_names(r);
    persist_index_close(r->index);
    return fault;
}

int persist_return(struct persist *p, const struct persist_wanted *wanted)
{
    struct restoring r = {.p = p, .wanted = wanted};
    return restore(&r);
}

/* What no longer holds is not to come back with the machine's next start either. */
static void say_clock(const struct persist *p, struct db *db)
{
    if (db->time_offset_ms)
        log_say(p->log, LOGGED_INFO, "clock",
                "the objects' time is %+.3f s from the machine's, as a time synchronization had set it",
                (double)db->time_offset_ms / 1000);
    else if (persist_clock(db))
        log_say(p->log, LOGGED_WARNING, "clock", "the machine's clock has been set since a time synchronization; "
                "the objects have its time until the next one");
}

struct span persist_project_id(const struct db *db)
{
    return (struct span){db->bytes + offsetof(struct img_header, project), PERSIST_PROJECT_OCTETS};
}

void persist_project(struct db *db)
{
    struct store_key key = {.property = PERSIST_PROJECT};
    if (!db->alarms.store || !db->img.n_devices)
        return;
    memcpy(key.id, db->img.devices[0].identity.b, sizeof key.id);
    (void)store_put(db->alarms.store, &key, db_now(db), persist_project_id(db));
}

/* Identities are made of names: what another project calls the same goes on, which nobody may have meant. */
static void say_project(const struct restoring *r, struct db *db)
{
    bool same = r->by_project && !memcmp(r->project, persist_project_id(db).p, sizeof r->project);
    if (r->by_project && !same && r->p->restored)
        log_say(r->p->log, LOGGED_WARNING, "state", "another project has kept its state here: %llu values of what has "
                "the same name in this one go on", (unsigned long long)r->p->restored);
    if (!same)
        persist_project(db);
}

static void say_cut(const struct persist *p, const struct db *db)
{
    for (uint32_t i = 0; i < db->img.n_devices; i++)
        if (db->devices[i].procedure.cut)
            log_say(p->log, LOGGED_WARNING, "state", "device %u: a restore was cut short when bacrt ended; some of it "
                    "has taken effect: restore again", db->devices[i].instance);
}

int persist_restore(struct persist *p, struct db *db)
{
    struct restoring r = {.p = p};
    p->db = db;
    int fault = restore(&r);
    if (p->misfit || fault)
        log_say(p->log, LOGGED_WARNING, "state", "%llu values restored, %llu no longer fit%s%s",
                (unsigned long long)p->restored, (unsigned long long)p->misfit,
                fault ? ", reading ended: " : "",
                fault ? store_fault_name((enum store_fault)fault) : "");
    if (!fault) {
        say_project(&r, db);
        recipients_keep(db);
    }
    say_clock(p, db);
    say_cut(p, db);
    recipients_tell(db, p->log);
    (void)written_tell(db, p->log);
    db->journal.on = !fault;
    return fault;
}

/* ---- tickets ---- */

bool persist_flush(struct persist *p)
{
    struct journal_entry e;
    uint64_t ticket;
    if (!p->db)
        return false;
    for (unsigned i = 0; i < SLICE; i++) {
        if (p->n == WAITS || !journal_peek(&p->db->journal, &e))
            return false;
        uint64_t stored = persist_entry(p, &e);
        if (stored == STORE_REFUSED)
            return false;               /* stays in the journal, which refuses writers when full */
        (void)journal_take(&p->db->journal, &e, &ticket);
        p->waits[(p->head + p->n++) % WAITS] = (struct persist_wait){ticket, stored};
        p->taken = ticket;
    }
    return true;
}

bool persist_settled(struct persist *p, uint64_t *ticket, bool *ok)
{
    uint64_t done = store_done(p->store);
    bool any = false;
    while (p->n) {
        const struct persist_wait *w = &p->waits[p->head];
        if (w->stored > done)
            break;
        bool good = !w->stored || !store_failed(p->store, w->stored);
        if (any && good != *ok)
            break;
        *ok = good;
        *ticket = w->noted;
        p->failed += !good;
        p->db->journal.settled = w->noted;
        if (!good)
            p->db->journal.failed = w->noted;
        else if (w->stored)
            p->db->journal.failed = 0;      /* the store keeps things in their order: all before it, too */
        any = true;
        p->head = (p->head + 1) % WAITS;
        p->n--;
    }
    return any;
}

uint64_t persist_done(const struct persist *p)
{
    return p->n ? p->waits[p->head].noted - 1 : p->taken;
}

uint64_t persist_follow(struct journal *j, uint64_t store_ticket)
{
    if (!store_ticket || store_ticket == STORE_REFUSED)
        return 0;
    return journal_note(j, JOURNAL_STORED, (uint32_t)(store_ticket >> 32), (uint32_t)store_ticket);
}
