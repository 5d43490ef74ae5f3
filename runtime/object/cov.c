/* See cov.h. */
#include "runtime/object/cov.h"

#include <math.h>

#include "runtime/object/convert.h"

enum { LONGEST = 512 };         /* octets of a value that are looked at                          */

bool cov_object(const struct db *db, uint32_t object)
{
    return obj_has_cov(obj_def(oid_type(db_oid(db, object)))) && db_slot(db, object, P_present_value) &&
           db_slot(db, object, P_status_flags);
}

bac_err cov_property(const struct device *d, uint32_t object, uint32_t property, uint32_t index)
{
    const struct slot *s = db_slot(d->db, object, property);
    struct wr none = wr_of(NULL, 0);
    if (!s)
        return BAC_ERR(property, unknown_property);
    bac_err e = index == BACNET_INDEX_ALL ? BAC_OK : prop_read_slot(d, object, s, index, &none);
    if (e)
        return e;
    return s->def->flags & PF_COV ? BAC_OK : BAC_ERR(property, not_cov_property);
}

static uint64_t hash(const uint8_t *p, size_t n)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 1099511628211u;
    return h;
}

static const struct device *device_of(const struct db *db, uint32_t object)
{
    return &db->devices[le16_get(db->img.objects[object].device)];
}

void cov_read(const struct db *db, uint32_t object, uint32_t property, uint32_t index,
              struct cov_value *v)
{
    uint8_t bytes[LONGEST];
    struct wr w = wr_of(bytes, sizeof bytes);
    v->increment = NAN;
    v->flags = prop_status_flags(db, object);
    v->real = false;
    enum datatype point = convert_type(db, object);
    if (property == P_present_value && index == BACNET_INDEX_ALL && point != DT_null) {
        v->value = db->live[object].pv;         /* a Schedule and a Calendar have theirs elsewhere */
        v->real = point == DT_real;
    } else {
        (void)prop_read(device_of(db, object), object, property, index, &w);
        size_t n = w.len < w.cap ? w.len : w.cap;
        struct rd r = rd_of(bytes, n);
        v->real = rd_is(&r, APP, TAG_real);
        v->value = v->real ? pv_of_real(rd_real(&r, APP)) : hash(bytes, n);
    }
    if (v->real)
        (void)prop_real(db, object, P_cov_increment, &v->increment);
}

static float ulp(float x) { return nextafterf(fabsf(x), INFINITY) - fabsf(x); }

/* Each of the two is off by up to half a unit in its last place from what was meant: 23.2 to 23.3
 * is a step of 0.1, although the floats are 0.0999985 apart. */
bool cov_reached(float a, float b, float increment)
{
    if (isnan(a) || isnan(b))
        return isnan(a) != isnan(b);
    if (isinf(a) || isinf(b))
        return a != b;
    double gap = fabs((double)a - (double)b), slack = ((double)ulp(a) + (double)ulp(b)) / 2;
    return gap > 0 && gap + slack >= (double)increment;
}

bool cov_changed(const struct sub_item *i, const struct cov_value *now)
{
    if (!i->sent || i->last_flags != now->flags)
        return true;
    if (i->last == now->value)
        return false;
    float increment = isnan(i->increment) ? now->increment : i->increment;
    if (!now->real || isnan(increment))
        return true;
    return cov_reached(pv_real((uint32_t)now->value), pv_real((uint32_t)i->last), increment);
}

void cov_mark(struct sub_item *i, const struct cov_value *now)
{
    i->last = now->value;
    i->last_flags = now->flags;
    i->sent = true;
    i->due = false;
}

void cov_write_value(const struct device *d, const struct sub_item *i, struct wr *w)
{
    wr_enumerated(w, 0, i->property);
    if (i->index != BACNET_INDEX_ALL)
        wr_unsigned(w, 1, i->index);
    wr_open(w, 2);
    (void)prop_read(d, i->object, i->property, i->index, w);
    wr_close(w, 2);
}

/* ---- the lists in the Device object ---- */

static void recipient_process(const struct sub *x, const struct peer *p, struct wr *w)
{
    wr_open(w, 0);
    wr_open(w, 0);
    wr_open(w, 1);
    wr_unsigned(w, APP, p->snet);
    wr_octets(w, APP, p->snet ? p->sadr : p->mac, p->snet ? p->slen : sizeof p->mac);
    wr_close(w, 1);
    wr_close(w, 0);
    wr_unsigned(w, 1, x->process);
    wr_close(w, 0);
}

static bool has_increment(const struct device *d, const struct sub_item *i, float *increment)
{
    struct cov_value v;
    cov_read(d->db, i->object, i->property, i->index, &v);
    *increment = isnan(i->increment) ? v.increment : i->increment;
    return v.real && !isnan(*increment);
}

/* BACnetCOVSubscription. */
static void single(const struct device *d, const struct sub *x, const struct subscriber *r,
                   uint64_t now, struct wr *w)
{
    const struct sub_item *i = subs_item_at(d->db->subs, x->first);
    float increment;
    recipient_process(x, &r->peer, w);
    wr_open(w, 1);
    wr_oid(w, 0, db_oid(d->db, i->object));
    wr_enumerated(w, 1, i->property);
    if (i->index != BACNET_INDEX_ALL)
        wr_unsigned(w, 2, i->index);
    wr_close(w, 1);
    wr_boolean(w, 2, r->confirmed);
    wr_unsigned(w, 3, subs_remaining(x, now));
    if (has_increment(d, i, &increment))
        wr_real(w, 4, increment);
}

/* BACnetCOVMultipleSubscription; items of one object one after the other share its entry. */
static void several(const struct device *d, const struct sub *x, const struct subscriber *r,
                    uint64_t now, struct wr *w)
{
    const struct subs *s = d->db->subs;
    uint32_t object = DB_NONE;
    recipient_process(x, &r->peer, w);
    wr_boolean(w, 1, r->confirmed);
    wr_unsigned(w, 2, subs_remaining(x, now));
    wr_unsigned(w, 3, x->max_delay);
    wr_open(w, 4);
    for (uint32_t k = x->first; k != SUBS_NONE; k = subs_item_at(s, k)->sibling) {
        const struct sub_item *i = subs_item_at(s, k);
        if (i->object != object) {
            if (object != DB_NONE)
                wr_close(w, 1);
            object = i->object;
            wr_oid(w, 0, db_oid(d->db, object));
            wr_open(w, 1);
        }
        wr_open(w, 0);
        wr_enumerated(w, 0, i->property);
        if (i->index != BACNET_INDEX_ALL)
            wr_unsigned(w, 1, i->index);
        wr_close(w, 0);
        if (!isnan(i->increment))
            wr_real(w, 1, i->increment);
        wr_boolean(w, 2, i->timestamped);
    }
    wr_close(w, 1);
    wr_close(w, 4);
}

void cov_list(const struct device *d, bool multiple, struct wr *w)
{
    const struct subs *s = d->db->subs;
    uint64_t now = clock_ms(d->db->clock);
    for (uint32_t i = 0; i < s->subs.high && wr_fits(w); i++) {
        const struct sub *x = subs_at(s, i);
        if (!x->kind || x->device != d->index || (x->kind == SUB_MULTIPLE) != multiple)
            continue;
        (multiple ? several : single)(d, x, subs_subscriber(s, x), now, w);
    }
}
