/* Identities of objects: keys of the value store, which survive a rename and another number. Part of the
 * second half. */
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

void emit_identities(struct emit *e)
{
    enum { AHEAD = 8 };
    struct image_build *b = &e->t;
    struct img_identity *out = ib_add(b, SEC_object_ids, e->n_objects);
    uint32_t n = 0;
    for (uint32_t i = 0; i < e->plc->n_devices; i++) {
        const struct plan_device *d = &e->plc->devices[i];
        struct identities ids = {.d = d, .key = buf_of(&e->side), .kind = -1};
        for (uint32_t k = 0; k < d->n_objects; k++, n++) {
            if (n + AHEAD < e->n_objects)
                __builtin_prefetch(e->objects[n + AHEAD]->line);
            out[n] = identity(&ids, e->objects[n]);
        }
        buf_free(&ids.key);
    }
}
