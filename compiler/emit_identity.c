/* Identities of objects: keys of the value store, which survive a rename and another number. And what
 * objects are found by. Part of the second half. */
#include "compiler/emit.h"

#include "compiler/consts.h"

/* Over "Main/variable/analog-input/AHU1_TSup": what it was called when it got its number. Objects of one
 * kind and type follow each other: what they have in common is kept. */
struct identities {
    const struct plan_device *d;
    const struct obj_def *def;
    int kind;
    struct buf key;
    size_t common;
};

static struct img_identity identity(struct identities *x, const struct plan_object *o)
{
    struct str key = x->d->lock->key;
    if (x->def != plan_def(o) || x->kind != o->kind) {
        x->def = plan_def(o);
        x->kind = o->kind;
        x->key.n = 0;
        buf_bytes(&x->key, key.s, key.n);
        if (o->line)
            buf_printf(&x->key, "/%s/%s/", lock_kind_names[o->kind], object_type_name(plan_type(o)));
        else
            buf_str(&x->key, "/device");
        x->common = x->key.n;
    }
    x->key.n = x->common;
    if (o->line) {
        struct str birth = lock_birth(o->line);
        buf_bytes(&x->key, birth.s, birth.n);
    }
    return identity_of(x->key.s, x->key.n);
}

void emit_identities(struct emit *e, uint32_t *oids, uint32_t *names)
{
    enum { AHEAD = 12 };
    struct img_identity *out = ib_add(&e->t, SEC_object_ids, e->n_objects);
    for (uint32_t i = 0; i < e->plc->n_devices; i++) {
        const struct plan_device *d = &e->plc->devices[i];
        struct identities ids = {.d = d, .key = buf_of(&e->side), .kind = -1};
        for (uint32_t k = 0; k < d->n_objects; k++) {
            const struct plan_object *o = &d->objects[k];
            uint32_t index = e->first[i] + o->index;
            if (k + AHEAD < d->n_objects)
                __builtin_prefetch(o[AHEAD].line);
            out[index] = identity(&ids, o);
            oids[index] = img_hash_object(i, OID(plan_type(o), o->instance));
            names[index] = img_hash_name(i, o->name.s, o->name.n);
        }
        buf_free(&ids.key);
    }
}
