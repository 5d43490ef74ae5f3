/* Identities of objects: keys of the value store, which survive a rename and another number. And what
 * objects are found by. Part of the second half. */
#include "compiler/emit.h"

#include "compiler/consts.h"

/* Over "Main/variable/analog-input/AHU1_TSup": what it was called when it got its number. What the objects
 * of a type begin with is kept: types take turns. */
enum { TYPES = 64 };
struct identities {
    const struct plan_device *d;
    struct begin {
        struct buf key;         /* behind what is common: that of the object before            */
        size_t common;          /* 0: not written yet                                          */
        int kind;
    } begins[TYPES];
};

static struct begin *begin_of(struct identities *x, const struct plan_object *o)
{
    struct begin *b = &x->begins[o->def % TYPES];
    if (b->common && b->kind == o->kind)
        return b;
    b->kind = o->kind;
    b->key.n = 0;
    buf_bytes(&b->key, x->d->lock->key.s, x->d->lock->key.n);
    if (o->line)
        buf_printf(&b->key, "/%s/%s/", lock_kind_names[o->kind], object_type_name(plan_type(o)));
    else
        buf_str(&b->key, "/device");
    b->common = b->key.n;
    return b;
}

static struct img_identity identity(struct identities *x, const struct plan_object *o)
{
    struct begin *b = begin_of(x, o);
    b->key.n = b->common;
    if (o->line) {
        struct str birth = lock_birth(o->line);
        buf_bytes(&b->key, birth.s, birth.n);
    }
    return identity_of(b->key.s, b->key.n);
}

void emit_identities(struct emit *e, uint32_t *oids, uint32_t *names)
{
    enum { AHEAD = 12 };
    struct img_identity *out = ib_add(&e->t, SEC_object_ids, e->n_objects);
    for (uint32_t i = 0; i < e->plc->n_devices; i++) {
        const struct plan_device *d = &e->plc->devices[i];
        struct identities ids = {.d = d};
        for (unsigned t = 0; t < TYPES; t++)
            ids.begins[t].key = buf_of(&e->side);
        for (uint32_t k = 0; k < d->n_objects; k++) {
            const struct plan_object *o = &d->objects[k];
            uint32_t index = e->first[i] + o->index;
            if (k + AHEAD < d->n_objects)
                __builtin_prefetch(o[AHEAD].line);
            out[index] = identity(&ids, o);
            oids[index] = img_hash_object(i, OID(plan_type(o), o->instance));
            names[index] = img_hash_name(i, o->name.s, o->name.n);
        }
        for (unsigned t = 0; t < TYPES; t++)
            buf_free(&ids.begins[t].key);
    }
}
