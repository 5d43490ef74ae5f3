/* See alarm.h: a Recipient_List that clients changed. Beside the list itself the store keeps the
 * compiled one that they changed; a later compilation's list then gets what they added and loses
 * what they removed. */
#include <stdlib.h>

#include "runtime/data/store.h"
#include "runtime/object/alarm.h"
#include "runtime/wire/dates.h"
#include "runtime/wire/types.h"

/* Annex J.1.2: on BACnet/IP an address is the IP address and the UDP port; our nodes of a virtual network
 * have three octets (annex H.2), and reach BACnet/IP as well. Whoever is beyond a router has what he has. */
static bool address_fits(const struct db *db, uint32_t object, const struct recipient *r)
{
    enum { BIP_OCTETS = 6, VMAC_OCTETS = 3 };
    const struct device *d = &db->devices[le16_get(db->img.objects[object].device)];
    const struct port_info *own = &db->ports[d->port];
    if (!r->mac.n || (r->network && r->network != own->network))
        return true;
    return r->mac.n == BIP_OCTETS || (own->type == NT_virtual && r->mac.n == VMAC_OCTETS);
}

bool recipients_everyone(const struct db *db, const struct recipient *r)
{
    static const uint8_t all_ones[4] = {255, 255, 255, 255};
    bool everyone = false;
    if (!r->is_address || r->mac.n != 6)
        return false;
    for (uint32_t i = 0; i < db->img.n_ports && !everyone; i++) {
        const struct port_info *p = &db->ports[i];
        everyone = p->type == NT_ipv4 && (!r->network || r->network == p->network) &&
                   (!memcmp(r->mac.p, p->everyone, 4) || !memcmp(r->mac.p, all_ones, 4));
    }
    return everyone;
}

enum intent_to recipients_reach(const struct recipient *r)
{
    if (!r->is_address)
        return INTENT_DEVICE;
    if (r->network == BACNET_NETWORK_GLOBAL)
        return INTENT_GLOBAL;
    return r->mac.n ? INTENT_ADDRESS : r->network ? INTENT_REMOTE : INTENT_LOCAL;
}

bool recipients_compiled(const struct db *db, uint32_t object, struct span *out)
{
    struct img_value v;
    if (!img_const(&db->img, object, P_recipient_list, &v))
        return false;
    *out = (struct span){v.octets, v.n};
    return true;
}

static struct span next(struct rd *r)
{
    const uint8_t *from = r->p;
    (void)type_check(DT_destination, DT_null, r, 0);
    return (struct span){from, (size_t)(r->p - from)};
}

static bool holds(struct span list, struct span element)
{
    struct rd r = rd_of(list.p, list.n);
    while (rd_left(&r) && rd_ok(&r))
        if (type_same(next(&r), element))
            return true;
    return false;
}

bac_err recipients_admit(const struct db *db, uint32_t object, uint32_t property, struct rd element)
{
    struct destination d = {.days = 0};
    const uint8_t *from = element.p;
    struct span list;
    if (property == P_recipient_list)
        d = rd_destination(&element);
    else if (property == P_restart_notification_recipients)
        d.to_whom = rd_recipient(&element);
    else
        return BAC_OK;
    const struct recipient *r = &d.to_whom;
    bool someone = r->is_address ? address_fits(db, object, r) &&
                                       !(r->network == BACNET_NETWORK_GLOBAL && r->mac.n)
                                 : oid_instance(r->device) <= BACNET_INSTANCE_MAX;
    bool sometimes = dates_hundredths(d.from) <= dates_hundredths(d.to);     /* clause 12.21.8: from ... to */
    if (someone && sometimes)
        return BAC_OK;
    bool stands = property == P_recipient_list && prop_value(db, object, property, &list) &&
                  holds(list, (struct span){from, (size_t)(element.p - from)});
    return stands ? BAC_OK : BAC_ERR(property, value_out_of_range);
}

/* ---- those that found no room ---- */

static struct recipients_left **left_of(struct db *db, uint32_t object)
{
    struct recipients_left **l = &db->recipients_left;
    while (*l && (*l)->object != object)
        l = &(*l)->next;
    return l;
}

static void forget_left(struct db *db, uint32_t object)
{
    struct recipients_left **at = left_of(db, object), *l = *at;
    if (!l)
        return;
    *at = l->next;
    free(l);
}

uint32_t recipients_left_out(const struct db *db)
{
    uint32_t n = 0;
    for (const struct recipients_left *l = db->recipients_left; l; l = l->next)
        n += l->n;
    return n;
}

/* A list that was merged is kept with the compiled one that is in it now: what clients change counts from there. Else
 * whom a client had once taken away would be taken away again from every later project that names him. */
static void keep_merged(struct db *db, uint32_t object)
{
    struct store_key key = {.property = P_recipient_list};
    struct span list, compiled;
    if (!db->alarms.store || !recipients_compiled(db, object, &compiled) ||
        !prop_value(db, object, P_recipient_list, &list))
        return;
    memcpy(key.id, db->img.object_ids[object].b, 16);
    store_begin(db->alarms.store);
    (void)store_put(db->alarms.store, &key, db_now(db), list);
    key.property = ALARM_KEPT_RECIPIENTS;
    (void)store_put(db->alarms.store, &key, db_now(db), compiled);
    store_end(db->alarms.store);
}

void recipients_keep(struct db *db)
{
    for (struct recipients_left **at = &db->recipients_left, *l; (l = *at);) {
        if (l->n) {
            at = &l->next;
            continue;
        }
        keep_merged(db, l->object);
        *at = l->next;
        free(l);
    }
}

void recipients_tell(struct db *db, struct log *log)
{
    for (struct recipients_left *l = db->recipients_left; l; l = l->next) {
        const struct device *d = &db->devices[le16_get(db->img.objects[l->object].device)];
        struct span name = db_name(db, l->object);
        if (!l->told && l->n)
            log_say(log, LOGGED_ERROR, "recipients", "'%.*s' of device %u is full with %d recipients: %u that clients had added "
                    "find no room beside the project's and are not notified", (int)(name.n < 80 ? name.n : 80),
                    (const char *)name.p, d->instance, ELEMENTS_MAX, l->n);
        l->told = true;
    }
}

void recipients_changed(struct db *db, uint32_t object)
{
    struct store_key key = {.property = ALARM_KEPT_RECIPIENTS};
    struct span list;
    forget_left(db, object);
    if (!db->alarms.store || !recipients_compiled(db, object, &list))
        return;
    memcpy(key.id, db->img.object_ids[object].b, 16);
    (void)store_put(db->alarms.store, &key, db_now(db), list);
}

/* ---- a list that was compiled anew ---- */

struct merged {
    struct wr w;
    uint32_t n;                 /* elements                                                       */
    struct recipients_left *left;       /* those that found no room; NULL: nobody asks            */
};

/* Elements of `from` that `unless` has not, behind those that are there already. */
static void append(struct merged *m, struct span from, struct span unless)
{
    struct rd r = rd_of(from.p, from.n);
    while (rd_left(&r) && rd_ok(&r)) {
        struct span e = next(&r);
        if (!rd_ok(&r) || holds(unless, e) || holds((struct span){m->w.buf, m->w.len}, e))
            continue;
        if (m->n < ELEMENTS_MAX && m->w.len + e.n <= m->w.cap) {
            wr_bytes(&m->w, e.p, e.n);
            m->n++;
        } else if (m->left && !holds((struct span){m->left->bytes, m->left->octets}, e)) {
            memcpy(m->left->bytes + m->left->octets, e.p, e.n);
            m->left->octets += e.n;
            m->left->n++;
        }
    }
}

struct span recipients_left(const struct db *db, uint32_t object)
{
    for (const struct recipients_left *l = db->recipients_left; l; l = l->next)
        if (l->object == object)
            return (struct span){l->bytes, l->octets};
    return (struct span){NULL, 0};
}

bool recipients_restore(struct db *db, uint32_t object, struct span then, struct span before)
{
    struct span now, changed, gone;
    if (!recipients_compiled(db, object, &now) ||
        !prop_value(db, object, P_recipient_list, &changed))
        return false;
    if (changed.p == now.p || (!before.n && now.n == then.n && (!now.n || !memcmp(now.p, then.p, now.n))))
        return true;                            /* nothing was changed, or nothing compiled anew */
    struct merged away = {.w = wr_of(db->scratch, OVERLAY_VALUE_MAX)};
    append(&away, then, changed);               /* what clients took away ... */
    gone = (struct span){away.w.buf, away.w.len};
    struct merged list = {.w = wr_of(db->scratch + OVERLAY_VALUE_MAX, OVERLAY_VALUE_MAX)};
    list.left = calloc(1, sizeof *list.left + now.n + changed.n + before.n);
    append(&list, now, gone);                   /* ... stays away, ... */
    append(&list, changed, then);               /* ... and what they brought stays, ... */
    append(&list, before, then);                /* ... also what had no room beside what was compiled then */
    forget_left(db, object);
    if (list.left) {                            /* also where none is left: see recipients_keep() */
        list.left->object = object;
        list.left->next = db->recipients_left;
        db->recipients_left = list.left;
    }
    return prop_restore(db, object, P_recipient_list, (struct span){list.w.buf, list.w.len});
}
