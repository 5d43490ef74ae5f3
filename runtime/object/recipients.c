/* See alarm.h: a Recipient_List that clients changed. Beside the list itself the store keeps the
 * compiled one that they changed; a later compilation's list then gets what they added and loses
 * what they removed. */
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

bool recipients_compiled(const struct db *db, uint32_t object, struct span *out)
{
    struct img_value v;
    if (!img_const(&db->img, object, P_recipient_list, &v))
        return false;
    *out = (struct span){v.octets, v.n};
    return true;
}

void recipients_changed(struct db *db, uint32_t object)
{
    struct store_key key = {.property = ALARM_KEPT_RECIPIENTS};
    struct span list;
    if (!db->alarms.store || !recipients_compiled(db, object, &list))
        return;
    memcpy(key.id, db->img.object_ids[object].b, 16);
    (void)store_put(db->alarms.store, &key, db_now(db), list);
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

/* Elements of `from` that `unless` has not, behind `w`; those already there are left out. */
static void append(struct wr *w, struct span from, struct span unless)
{
    struct rd r = rd_of(from.p, from.n);
    while (rd_left(&r) && rd_ok(&r)) {
        struct span e = next(&r);
        if (rd_ok(&r) && wr_fits(w) && !holds(unless, e) &&
            !holds((struct span){w->buf, w->len}, e))
            wr_bytes(w, e.p, e.n);
    }
}

bool recipients_restore(struct db *db, uint32_t object, struct span then)
{
    struct span now, changed, gone;
    if (!recipients_compiled(db, object, &now) ||
        !prop_value(db, object, P_recipient_list, &changed))
        return false;
    if (changed.p == now.p || (now.n == then.n && (!now.n || !memcmp(now.p, then.p, now.n))))
        return true;                            /* nothing was changed, or nothing compiled anew */
    struct wr w = wr_of(db->scratch, OVERLAY_VALUE_MAX);
    append(&w, then, changed);                  /* what clients took away ... */
    if (!wr_fits(&w))
        return false;
    gone = (struct span){w.buf, w.len};
    struct wr list = wr_of(db->scratch + OVERLAY_VALUE_MAX, OVERLAY_VALUE_MAX);
    append(&list, now, gone);                   /* ... stays away, ... */
    append(&list, changed, then);               /* ... and what they brought stays */
    return wr_fits(&list) && prop_restore(db, object, P_recipient_list,
                                          (struct span){list.buf, list.len});
}
