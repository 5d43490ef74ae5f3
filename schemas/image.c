/* The device image: opening and looking up. IMAGE.md is the prose. Nothing here allocates (a large image's
 * check begins threads, and ends them), writes to the image or keeps state; after image_open() the accessors
 * trust what was checked. */
#include "schemas/image.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

#include "schemas/crc.h"
#include "schemas/image_check.h"
#include "schemas/objdefs.h"

_Static_assert(sizeof(struct img_header) == 40, "header");
_Static_assert(sizeof(struct img_section) == 16, "section");
_Static_assert(sizeof(struct img_object) == 24, "object");
_Static_assert(sizeof(struct img_variable) == 60, "variable");
enum { MAX_SECTIONS = 256, WHY = 200, WORTH_TWO = 1 << 20 };

/* ---- opening ---- */

static const struct known {
    uint16_t number;
    uint16_t record_size;
    const char *name;
} known[] = {
#define X(name, number, record) {number, sizeof(record), #name},
    IMG_SECTIONS(X)
#undef X
};
enum { KNOWN = sizeof known / sizeof *known };

bool img_refuse(struct img_check *c, enum img_section_id section, uint32_t record, const char *fmt, ...)
{
    size_t k = 0;
    while (k + 1 < KNOWN && known[k].number != section)
        k++;
    char what[160];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    if (record == IMG_NONE)
        snprintf(c->why, c->why_n, "section %u (%s): %s", (unsigned)section, known[k].name, what);
    else
        snprintf(c->why, c->why_n, "section %u (%s), record %u: %s", (unsigned)section, known[k].name,
                 record, what);
    return false;
}

uint32_t image_crc(const uint8_t *bytes, size_t n)
{
    const size_t at = offsetof(struct img_header, crc);
    static const uint8_t zeros[4];
    struct crc c;
    crc_init(&c, CRC_FASTEST);
    crc_add(&c, bytes, n < at ? n : at);
    if (n >= at + 4) {
        crc_add(&c, zeros, 4);
        crc_add(&c, bytes + at + 4, n - at - 4);
    }
    return crc_value(&c);
}

static void section_set(struct image *img, size_t k, const uint8_t *p, uint32_t count)
{
    size_t i = 0;
#define X(name_, number, record)             \
    if (i++ == k) {                          \
        img->name_ = (const void *)p;        \
        img->n_##name_ = count;              \
    }
    IMG_SECTIONS(X)
#undef X
}

static bool directory(struct img_check *c, struct image *img, uint16_t n_sections)
{
    const struct img_section *dir = (const void *)(img->bytes + sizeof(struct img_header));
    const size_t body = sizeof(struct img_header) + n_sections * sizeof *dir;
    bool seen[KNOWN] = {false};
    for (size_t k = 0; k < KNOWN; k++)
        section_set(img, k, img->bytes, 0);
    for (uint16_t i = 0; i < n_sections; i++) {
        uint32_t id = le32_get(dir[i].id), offset = le32_get(dir[i].offset);
        uint32_t count = le32_get(dir[i].count), size = le32_get(dir[i].record_size);
        size_t k = 0;
        while (k < KNOWN && known[k].number != id)
            k++;
        if (k == KNOWN)
            continue;                   /* a later program's: nothing here refers to it */
        if (seen[k])
            return img_refuse(c, id, IMG_NONE, "stands in the directory twice");
        seen[k] = true;
        if (size != known[k].record_size)
            return img_refuse(c, id, IMG_NONE, "records of %u octets, not %u", size, known[k].record_size);
        if (offset < body || offset > img->size || count > (img->size - offset) / size)
            return img_refuse(c, id, IMG_NONE, "lies outside the file");
        section_set(img, k, img->bytes + offset, count);
    }
    return true;
}

/* The second one of two who check. */
struct second {
    struct img_check c;
    bool (*step)(struct img_check *c);
    bool right;
    char why[WHY];
};

static void *second_half(void *arg)
{
    struct second *s = arg;
    s->right = s->step(&s->c);
    return NULL;
}

/* A step by two, where the image is worth it and the system gives a thread. What is wrong first is said. */
static bool step(struct img_check *c, bool by_two, bool (*check)(struct img_check *c))
{
    pthread_t thread;
    struct second s = {.c = {c->img, s.why, sizeof s.why, IMG_SECOND}, .step = check};
    if (!by_two || pthread_create(&thread, NULL, second_half, &s))
        return check(c);
    c->half = IMG_FIRST;
    bool right = check(c);
    c->half = IMG_WHOLE;
    (void)pthread_join(thread, NULL);
    if (right && !s.right)
        snprintf(c->why, c->why_n, "%s", s.why);
    return right && s.right;
}

static bool opened(struct image *img, const void *bytes, size_t n, char *why, size_t why_n, bool by_two)
{
    struct img_check c = {img, why, why_n, IMG_WHOLE};
    const struct img_header *h = bytes;
    memset(img, 0, sizeof *img);
    img->bytes = bytes;
    img->size = n;
    if (n < sizeof *h) {
        snprintf(why, why_n, "too short for an image: %zu octets", n);
    } else if (memcmp(h->magic, IMAGE_MAGIC, sizeof h->magic)) {
        snprintf(why, why_n, "not a device image");
    } else if (le16_get(h->format) != IMAGE_FORMAT) {
        snprintf(why, why_n, "image format %u, this program reads %u", le16_get(h->format), IMAGE_FORMAT);
    } else if (le32_get(h->size) != n) {
        snprintf(why, why_n, "%zu octets, the header says %u", n, le32_get(h->size));
    } else if (le32_get(h->crc) != image_crc(bytes, n)) {
        snprintf(why, why_n, "checksum does not match: the file is damaged");
    } else if (le16_get(h->n_sections) > MAX_SECTIONS ||
               n - sizeof *h < le16_get(h->n_sections) * sizeof(struct img_section)) {
        snprintf(why, why_n, "directory of %u sections does not fit", le16_get(h->n_sections));
    } else {
        return directory(&c, img, le16_get(h->n_sections)) && step(&c, by_two, image_check_values) &&
               image_check_shapes(&c) && step(&c, by_two, image_check_records) &&
               step(&c, by_two, image_check_hashes);
    }
    return false;
}

bool image_open(struct image *img, const void *bytes, size_t n, char *why, size_t why_n)
{
    return opened(img, bytes, n, why, why_n, n >= WORTH_TWO);
}

bool image_open_by_two(struct image *img, const void *bytes, size_t n, char *why, size_t why_n)
{
    return opened(img, bytes, n, why, why_n, true);
}

/* ---- looking up ---- */

struct span img_text(const struct image *img, le32 text)
{
    const uint8_t *p = img->strings + le32_get(text);
    return (struct span){p + 4, le32_at(p) & IMG_TEXT_MAX};
}

struct img_value img_value(const struct image *img, uint32_t at)
{
    const uint8_t *p = img->values + le32_get(img->value_at[at]);
    uint32_t head = le32_at(p);
    struct img_value v = {(uint8_t)(head >> 30), head >> 24 & 63, p + 4, head & IMG_VALUE_MAX, 0, NULL};
    if (v.form == ARRAY) {
        v.count = le32_at(p + 4);
        v.ends = (const void *)(p + 8);
        v.octets = p + 8 + 4 * (size_t)v.count;
    }
    return v;
}

struct span img_element(const struct img_value *v, uint32_t index)
{
    uint32_t from = index == 1 ? 0 : le32_get(v->ends[index - 2]);
    return (struct span){v->octets + from, le32_get(v->ends[index - 1]) - from};
}

bool img_const(const struct image *img, uint32_t object, uint32_t property, struct img_value *v)
{
    const struct img_object *o = &img->objects[object];
    const struct img_shape *s = &img->shapes[le16_get(o->shape)];
    const struct img_prop *p = &img->props[le32_get(s->first_prop)];
    for (uint32_t i = 0; i < le16_get(s->n_props); i++) {
        if (le32_get(p[i].property) != property)
            continue;
        uint32_t where = le32_get(p[i].where), at = img_where_index(where);
        if (img_where_kind(where) == IMG_LIVE)
            return false;
        if (img_where_kind(where) == IMG_OWN)
            at = le32_get(img->consts[le32_get(o->consts) + at]);
        *v = img_value(img, at);
        return true;
    }
    return false;
}

/* The value is one CharacterString: tag, length of 0 to 4 octets more, character set, text. */
struct span img_object_name(const struct image *img, uint32_t object)
{
    uint32_t first = le32_get(img->objects[object].consts);
    struct img_value v = img_value(img, le32_get(img->consts[first]));
    uint32_t head = 2;
    if ((v.octets[0] & 7) == 5)
        head += v.octets[1] < 254 ? 1 : v.octets[1] == 254 ? 3 : 5;
    return (struct span){v.octets + head, v.n - head};
}

uint32_t img_keep(const struct image *img, uint32_t object)
{
    uint32_t lo = 0, hi = img->n_trends;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2, at = le32_get(img->trends[mid].object);
        if (at == object)
            return le32_get(img->trends[mid].keep);
        if (at < object)
            lo = mid + 1;
        else
            hi = mid;
    }
    return 0;
}
