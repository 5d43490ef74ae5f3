/* Every one-octet corruption of an image, with its checksum put right, is refused or is safe to use:
 * each accessor is then called for everything there is. Run under the sanitizers this is a proof. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/ctx.h"
#include "compiler/emit.h"
#include "compiler/pass.h"
#include "schemas/image.h"
#include "schemas/image_check.h"
#include "schemas/objdefs.h"
#include "schemas/print.h"

static unsigned sink;
static void touch(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        sink += s.p[i];
}

static void walk_object(const struct image *img, uint32_t i)
{
    const struct img_object *o = &img->objects[i];
    const struct img_shape *s = &img->shapes[le16_get(o->shape)];
    char text[4096];
    struct span name = img_object_name(img, i);
    touch(name);
    sink += img_find_object(img, le16_get(o->device), le32_get(o->oid)) != i;
    sink += img_find_name(img, le16_get(o->device), name.p, name.n) != i;
    for (uint32_t k = 0; k < le16_get(s->n_props); k++) {
        uint32_t property = le32_get(img->props[le32_get(s->first_prop) + k].property);
        struct img_value v;
        if (!img_const(img, i, property, &v))
            continue;
        struct wr w = wr_of(text, sizeof text);
        print_tagged(&w, rd_of(v.octets, v.n), property);
        for (uint32_t e = 1; v.form == ARRAY && e <= v.count; e++)
            touch(img_element(&v, e));
    }
    if (le32_get(o->alarm) != IMG_NONE)
        touch(img_text(img, img->alarms[le32_get(o->alarm)].text));
}

static void walk(const struct image *img)
{
    for (uint32_t i = 0; i < img->n_devices; i++) {
        touch(img_text(img, img->devices[i].handle));
        touch(img_text(img, img->ports[le16_get(img->devices[i].port)].adapter));
        for (uint32_t k = 0; k < le32_get(img->devices[i].n_objects); k++)
            walk_object(img, le32_get(img->devices[i].first_object) + k);
    }
    for (uint32_t i = 0; i < img->n_variables; i++) {
        const struct img_variable *v = &img->variables[i];
        struct span name = img_text(img, v->name);
        touch(img_text(img, v->description));
        sink += img_find_variable(img, name.p, name.n) != i;
        for (uint32_t k = 0; k < le16_get(v->n_objects); k++)
            sink += le32_get(img->variable_objects[le32_get(v->first_object) + k]) >= img->n_objects;
        for (uint32_t k = 0; le32_get(v->states) != IMG_NONE && k < le32_get(img->state_sets[le32_get(v->states)].count); k++)
            touch(img_text(img, img->states[le32_get(img->state_sets[le32_get(v->states)].first) + k].text));
        for (uint32_t k = 0; k < le32_get(v->n_bindings); k++) {
            const struct img_binding *b = &img->bindings[le32_get(v->first_binding) + k];
            touch(img_text(img, img->sources[le32_get(b->source)].id));
            for (uint32_t a = 0; a < le32_get(b->n_attributes); a++)
                touch(img_text(img, img->attributes[le32_get(b->first_attribute) + a].value));
        }
    }
}

static bool try(uint8_t *bytes, size_t n, char why[200])
{
    struct image img;
    struct img_header *h = (void *)bytes;
    h->crc = le32_of(image_crc(bytes, n));
    why[0] = 0;
    if (!image_open(&img, bytes, n, why, 200)) {
        if (!why[0]) {
            printf("refused without a reason\n");
            exit(1);
        }
        return false;
    }
    walk(&img);
    return true;
}

/* Two who check at once say what one says. */
static void same_by_two(uint8_t *bytes, size_t n, bool right, const char *said)
{
    struct image img;
    char why[200] = "";
    if (image_open_by_two(&img, bytes, n, why, sizeof why) != right || (!right && strcmp(why, said))) {
        printf("one says '%s', two say '%s'\n", said, why);
        exit(1);
    }
}

/* What a flag speaks of must be there: on a Schedule or log a command would write over what Present_Value is not. */
static bool flags_suit(uint8_t *bytes, size_t n)
{
    struct image img;
    char why[200];
    bool fine = image_open(&img, bytes, n, why, sizeof why);
    for (uint32_t i = 0; fine && i < img.n_objects; i++) {
        struct img_object *o = (void *)(bytes + ((const uint8_t *)&img.objects[i] - bytes));
        const struct obj_def *def = obj_def(oid_type(le32_get(o->oid)));
        const unsigned was = le16_get(o->flags), flag[] = {IMG_OBJ_COMMANDABLE, IMG_OBJ_BINARY, IMG_OBJ_INTRINSIC};
        const bool may[] = {was & IMG_OBJ_COMMANDABLE, def->present == DT_enumerated, le32_get(o->alarm) != IMG_NONE};
        for (size_t k = 0; k < sizeof may / sizeof *may; k++) {
            o->flags = le16_of((uint16_t)(was | flag[k]));
            if (try(bytes, n, why) != may[k]) {
                printf("object %u, type %u, flag %u: %s\n", i, oid_type(le32_get(o->oid)), flag[k], why[0] ? why : "taken");
                fine = false;
            }
        }
        o->flags = le16_of((uint16_t)was);
        ((struct img_header *)(void *)bytes)->crc = le32_of(image_crc(bytes, n));
    }
    return fine;
}

int main(void)
{
    static struct ctx ctx;              /* keeps the arena in sight of the leak check */
    char why[200];
    ctx_init(&ctx);
    ctx.project_path = "samples/boilerhouse/project.xml";
    struct emitted x;
    if (!passes_run(&ctx, false) || !ctx.plan || !emit_image(&ctx, &ctx.plan->plcs[0], NULL, &x) ||
        !emit_checked(&ctx, &ctx.plan->plcs[0], &x)) {
        printf("the sample does not compile\n");
        return 1;
    }
    size_t n = x.img.size, refused = 0, safe = 0, at = 0;
    uint8_t *whole = malloc(n), *copy = malloc(n);
    for (size_t i = 0; i < BUILD_SECTIONS; i++) {
        memcpy(whole + at, x.pieces[i].s ? x.pieces[i].s : "", x.pieces[i].n);
        at += x.pieces[i].n;
    }
    memcpy(copy, whole, n);
    if (!try(copy, n, why) || !flags_suit(copy, n)) {
        printf("the image itself: %s\n", why);
        free(whole);
        free(copy);
        return 1;
    }
    for (size_t i = 0; i < n; i++) {
        const uint8_t was = copy[i], tries[] = {0xff, (uint8_t)(was + 1), (uint8_t)(was - 1), (uint8_t)(was ^ 0x40)};
        for (size_t k = 0; k < sizeof tries; k++) {
            copy[i] = tries[k];
            bool right = try(copy, n, why);
            *(right ? &safe : &refused) += tries[k] != was;
            if (k == 0 && i % 11 == 0)
                same_by_two(copy, n, right, why);
        }
        copy[i] = was;
    }
    free(copy);
    for (size_t cut = 0; cut < n; cut += cut < 1000 ? 1 : 97) {     /* truncated, size put right */
        uint8_t *part = malloc(cut + 1);
        memcpy(part, whole, cut);
        if (cut >= sizeof(struct img_header)) {
            ((struct img_header *)(void *)part)->size = le32_of((uint32_t)cut);
            refused += !try(part, cut, why);
        } else {
            struct image none;
            refused += !image_open(&none, part, cut, why, sizeof why);
        }
        free(part);
    }
    free(whole);
    if (refused < safe) {
        printf("only %zu of %zu corruptions refused\n", refused, refused + safe);
        return 1;
    }
    return sink == 0xffffffffu;
}
