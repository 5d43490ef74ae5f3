/* The short way for what a large project mostly is: a Variable without a mistake of form goes from libxml2
 * to who builds it without becoming part of the tree. And the names of elements and attributes by pointer. */
#include "compiler/offers.h"
#include "compiler/xml_load.h"

#include <string.h>

/* libxml2 gives equal names equal pointers: look the pointer up before the name. The slot for it,
 * or one that is free; the last one probed if the table is crowded with unknown names. */
static struct xml_known *known(struct xml_known *table, size_t size, const char *name)
{
    size_t i = (size_t)((uint64_t)(uintptr_t)name * 0x9e3779b97f4a7c15u >> 40) % size;
    for (unsigned tries = 0; tries < 32 && table[i].key && table[i].key != name; tries++)
        i = (i + 1) % size;
    return &table[i];
}

enum el xml_el_of(struct xml_load *ld, const char *local)
{
    struct xml_known *k = known(ld->els, sizeof ld->els / sizeof *ld->els, local);
    if (k->key != local)
        *k = (struct xml_known){ local, el_by_name(local, strlen(local)), 0 };
    return (enum el)k->id;
}

const struct xml_known *xml_at_of(struct xml_load *ld, const char *local)
{
    struct xml_known *k = known(ld->ats, sizeof ld->ats / sizeof *ld->ats, local);
    if (k->key != local) {
        size_t n = strlen(local);
        *k = (struct xml_known){ local, at_by_name(local, n), (unsigned)n };
    }
    return k;
}

/* With room for as many attributes as there can be, and for all values with their terminators. */
struct node *xml_offer_room(struct xml_load *ld, const struct xml_attr_in *in, size_t n, char **room)
{
    size_t octets = 0;
    for (size_t i = 0; i < n; i++)
        octets += xml_value_n(&in[i]) + 1;
    return offers_room(ld->ctx->offers, n < AT_COUNT ? n : AT_COUNT, octets, room);
}

/* The offset of a tag by its first value, if libxml2 hands that out as it lies in the source. Where is
 * the '<'? No other stands between. 0: it does not. */
static size_t tag_offset(const struct xml_load *ld, const struct xml_attr_in *in, size_t n)
{
    const char *low = ld->src.bytes, *v = n ? in->value : NULL;
    const char *tag = v > low && v < low + ld->src.n ? memrchr(low, '<', (size_t)(v - low)) : NULL;
    return tag ? (size_t)(tag - low) : 0;
}

/* All are known, allowed and given once, and none that must be there is missing: so nothing needs to be
 * said of any. */
static bool shape_new(struct xml_load *ld, const struct xml_attr_in *in, size_t n, struct xml_shape *shape)
{
    struct at_set seen = { { 0 } };
    shape->n = 0;
    for (size_t i = 0; i < n; i++) {
        enum at at = (enum at)xml_at_of(ld, in[i].local)->id;
        if (at == AT_NONE || !at_in(&ld->grammar->allowed[EL_Variable], at) || at_in(&seen, at))
            return false;
        at_put(&seen, at);
        shape->locals[i] = in[i].local;
        shape->names[i] = (uint8_t)at;
    }
    for (unsigned w = 0; w < AT_WORDS; w++)
        if (ld->grammar->required[EL_Variable].w[w] & ~seen.w[w])
            return false;
    shape->n = n;
    return true;
}

/* The shape of these attributes; NULL: something is wrong with them. Most elements have those of one
 * before, which are the same by pointer. */
static const struct xml_shape *shape_of(struct xml_load *ld, const struct xml_attr_in *in, size_t n)
{
    uintptr_t hash = n;
    for (size_t i = 0; i < n; i++) {
        hash = hash * 31 + (uintptr_t)in[i].local;
        if (in[i].uri || in[i].prefix || xml_value_n(&in[i]) > ATTR_MAX)
            return NULL;
    }
    if (!ld->shapes)
        ld->shapes = arena_array(ld->ctx->arena, XML_SHAPES, sizeof *ld->shapes);
    struct xml_shape *shape = &ld->shapes[(hash * 0x9e3779b97f4a7c15u >> 40) % XML_SHAPES];
    bool same = shape->n == n;
    for (size_t i = 0; same && i < n; i++)
        same = shape->locals[i] == in[i].local;
    return same || shape_new(ld, in, n, shape) ? shape : NULL;
}

/* Whether libxml2 hands all values out as they lie in the source; one with entities is a copy that it keeps only
 * for this moment. */
static bool in_source(const struct xml_load *ld, size_t offset, const struct xml_attr_in *in, size_t n)
{
    const char *tag = ld->src.bytes + offset;
    for (size_t i = 0; i < n; i++)
        if (in[i].value <= tag || in[i].end >= ld->src.bytes + ld->src.n || (uint64_t)(in[i].value - tag) >= UINT32_MAX)
            return false;
    return true;
}

/* A Variable of the project without a mistake of form: only its offset is noted, and it goes on to who
 * builds it. false: it has to be looked at like anything else. */
bool xml_offer(struct xml_load *ld, const char *local, const char *uri, const struct xml_attr_in *in,
               size_t n)
{
    struct xml_level *up = &ld->levels[ld->depth];
    size_t offset;
    if (!ld->ctx->offers || up->name != EL_Variables || up->skip || ld->depth == XML_DEPTH || !uri ||
        uri != ld->ns || xml_el_of(ld, local) != EL_Variable || n > AT_COUNT ||
        !(offset = tag_offset(ld, in, n)) || !in_source(ld, offset, in, n))
        return false;
    const struct xml_shape *shape = shape_of(ld, in, n);
    if (!shape)
        return false;
    const struct offer_tag tag = { ld->src.bytes + offset, (uint32_t)offset, (uint16_t)ld->file, EL_Variable, (uint16_t)n };
    struct offer_value *v = offers_tag(ld->ctx->offers, &tag);
    for (size_t i = 0; i < n; i++)
        v[i] = (struct offer_value){ (uint32_t)(in[i].value - tag.tag), xml_value_n(&in[i]) & ATTR_MAX, shape->names[i] };
    up->seen |= UINT64_C(1) << EL_Variable;
    ld->behind = tag.tag;
    ld->levels[++ld->depth] = (struct xml_level){ .name = EL_Variable, .line = tag.offset, .col = POS_OFFSET,
                                                  .tag = local, .offered = true };
    return true;
}

void xml_offer_whole(struct xml_load *ld)
{
    struct xml_level *now = &ld->levels[ld->depth];
    if (!now->offered || now->node)
        return;
    now->node = offers_whole(ld->ctx->offers);
    now->tail = &now->node->child;
}
