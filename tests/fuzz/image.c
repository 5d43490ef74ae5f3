/* Entrance: an image file. Whatever image_open() accepts must be safe to walk through; the checksum
 * is mended first, else nothing but the checksum would be tested. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "schemas/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static volatile uint8_t sink;

static void touch(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        sink = (uint8_t)(sink + s.p[i]);
}

static void walk(const struct image *img)
{
    for (uint32_t i = 0; i < img->n_objects; i++) {
        const struct img_object *o = &img->objects[i];
        struct span name = img_object_name(img, i);
        uint32_t device = le16_get(o->device);
        touch(name);
        sink = (uint8_t)(img_find_object(img, device, le32_get(o->oid)) + img_find_name(img, device, name.p, name.n));
        const struct img_shape *s = &img->shapes[le16_get(o->shape)];
        for (uint32_t p = 0; p < le16_get(s->n_props); p++) {
            struct img_value v;
            uint32_t property = le32_get(img->props[le32_get(s->first_prop) + p].property);
            if (!img_const(img, i, property, &v))
                continue;
            touch((struct span){v.octets, v.n});
            for (uint32_t k = 1; v.ends && k <= v.count; k++)
                touch(img_element(&v, k));
        }
    }
    for (uint32_t i = 0; i < img->n_variables; i++) {
        struct span name = img_text(img, img->variables[i].name);
        touch(name);
        sink = (uint8_t)img_find_variable(img, name.p, name.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char why[256];
    struct image img;
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy)
        return 0;
    memcpy(copy, bytes, n);
    if (image_open(&img, copy, n, why, sizeof why))
        walk(&img);
    if (n >= sizeof(struct img_header)) {
        struct img_header *h = (struct img_header *)(void *)copy;
        h->size = le32_of((uint32_t)n);
        h->crc = le32_of(image_crc(copy, n));
        if (image_open(&img, copy, n, why, sizeof why))
            walk(&img);
    }
    free(copy);
    return 0;
}
