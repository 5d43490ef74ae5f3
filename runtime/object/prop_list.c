/* See prop.h: lists element by element (clauses 15.1, 15.2). The new list is built in the second
 * half of the database's scratch memory (prop_write uses the first) and takes the old one's place
 * only when every element has passed. */
#include "runtime/object/alarm.h"
#include "runtime/object/convert.h"
#include "runtime/object/port.h"
#include "runtime/object/prop.h"
#include "runtime/wire/types.h"

struct edit {
    struct device *d;
    uint32_t object;
    const struct slot *slot;
    enum datatype type, present;
    struct wr list;             /* the list as it grows or shrinks                                */
    uint32_t n;                 /* its elements                                                   */
};

static uint32_t count(const struct edit *q)
{
    uint32_t n = 0;
    for (struct rd r = rd_of(q->list.buf, q->list.len); rd_left(&r); n++)
        if (type_check(q->type, q->present, &r, 0))
            break;
    return n;
}

/* Order: object, property, array or not, index, a list at all, access. */
static bac_err begin(struct edit *q, struct device *d, uint32_t object, uint32_t property,
                     uint32_t index)
{
    const struct slot *s = db_slot(d->db, object, property);
    if (!s)
        return BAC_ERR(property, unknown_property);
    if (s->def->form != LIST) {
        bac_err e = index == BACNET_INDEX_ALL ? BAC_OK : prop_writable(d, object, property, index);
        if (e && e != BAC_ERR(property, write_access_denied))
            return e;
        return BAC_ERR(services, property_is_not_a_list);
    }
    bac_err e = prop_writable(d, object, property, index);
    if (e)
        return e;
    if (s->def->code != PC_image && s->def->code != PC_bdt)
        return BAC_ERR(property, write_access_denied);
    q->d = d;
    q->object = object;
    q->slot = s;
    q->type = (enum datatype)s->def->type;
    q->present = convert_type(d->db, object);
    q->list = wr_of(d->db->scratch + OVERLAY_VALUE_MAX, OVERLAY_VALUE_MAX);
    e = prop_read(d, object, property, BACNET_INDEX_ALL, &q->list);
    if (e)
        return e;
    if (!wr_fits(&q->list))
        return BAC_ERR(resources, other);
    q->n = count(q);
    return BAC_OK;
}

/* Takes the next element off `r`, checked, in its shortest form behind the list. */
static bac_err next(struct edit *q, struct rd *r, struct span *element)
{
    struct rd from = *r;
    size_t at = q->list.len;
    bac_err e = type_check(q->type, q->present, r, q->slot->def->limit);
    if (e)
        return e;
    e = prop_admit(q->d->db, q->object, q->slot->property, from);
    if (e)
        return e;
    type_copy(&from, q->type, q->present, &q->list);
    if (!wr_fits(&q->list))
        return BAC_ERR(resources, no_space_to_add_list_element);
    *element = (struct span){q->list.buf + at, q->list.len - at};
    q->list.len = at;           /* the caller decides whether it stays */
    return BAC_OK;
}

/* Offset of an equal element, SIZE_MAX: none. */
static size_t find(const struct edit *q, struct span element)
{
    struct rd r = rd_of(q->list.buf, q->list.len);
    while (rd_left(&r)) {
        const uint8_t *from = r.p;
        (void)type_check(q->type, q->present, &r, 0);
        if (type_same((struct span){from, (size_t)(r.p - from)}, element))
            return (size_t)(from - q->list.buf);
    }
    return SIZE_MAX;
}

static bac_err add_one(struct edit *q, struct span element)
{
    if (find(q, element) != SIZE_MAX)
        return BAC_OK;                               /* it stands there already */
    bac_err e = recipients_admit(q->d->db, q->object, q->slot->property, rd_of(element.p, element.n));
    if (e)
        return e;
    if (q->n >= (q->type == DT_bdt_entry ? (uint32_t)BDT_MAX : (uint32_t)ELEMENTS_MAX))
        return BAC_ERR(resources, no_space_to_add_list_element);
    q->list.len += element.n;
    q->n++;
    if (q->type != DT_bdt_entry || !(e = port_admit_table(q->d->db, q->object, (struct span){q->list.buf, q->list.len})))
        return BAC_OK;
    return e == BAC_ERR(resources, no_space_to_write_property) ? BAC_ERR(resources, no_space_to_add_list_element) : e;
}

static bac_err remove_one(struct edit *q, struct span element)
{
    size_t at = find(q, element);
    if (at == SIZE_MAX)
        return BAC_ERR(services, list_element_not_found);
    size_t end = at + element.n;
    memmove(q->list.buf + at, q->list.buf + end, q->list.len - end);
    q->list.len -= element.n;
    q->n--;
    return BAC_OK;
}

typedef bac_err edit_fn(struct edit *q, struct span element);

static bac_err run(struct edit *q, edit_fn *each, struct span elements, uint32_t *failed)
{
    struct rd r = rd_of(elements.p, elements.n);
    for (*failed = 1; rd_left(&r); ++*failed) {
        struct span element;
        bac_err e = *failed > ELEMENTS_MAX ? BAC_ERR(resources, no_space_to_add_list_element)
                                           : next(q, &r, &element);
        if (!e)
            e = each(q, element);
        if (e)
            return e;
    }
    --*failed;                  /* the last one: what is wrong only now is that it is too many */
    return BAC_OK;
}

/* Through prop_write, so that its rules for the whole value hold for a list that grew, too. */
static bac_err finish(struct edit *q, const struct origin *by, uint64_t *ticket)
{
    struct span all = {q->list.buf, q->list.len};
    return prop_write(q->d, q->object, q->slot->property, BACNET_INDEX_ALL, all, by, ticket);
}

static bac_err change(struct device *d, uint32_t object, uint32_t property, uint32_t index,
                      struct span elements, const struct origin *by, uint32_t *failed,
                      uint64_t *ticket, edit_fn *each)
{
    struct edit q;
    *failed = 0;
    bac_err e = begin(&q, d, object, property, index);
    if (!e)
        e = run(&q, each, elements, failed);
    if (e)
        return e;
    e = finish(&q, by, ticket);
    if (e == BAC_ERR(resources, no_space_to_write_property) && each == add_one)
        return BAC_ERR(resources, no_space_to_add_list_element);
    *failed = 0;
    return e;
}

bac_err prop_list_add(struct device *d, uint32_t object, uint32_t property, uint32_t index,
                      struct span elements, const struct origin *by, uint32_t *failed,
                      uint64_t *ticket)
{
    return change(d, object, property, index, elements, by, failed, ticket, add_one);
}

bac_err prop_list_remove(struct device *d, uint32_t object, uint32_t property, uint32_t index,
                         struct span elements, const struct origin *by, uint32_t *failed,
                         uint64_t *ticket)
{
    return change(d, object, property, index, elements, by, failed, ticket, remove_one);
}
