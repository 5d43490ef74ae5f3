#include "compiler/image_build.h"

#include <string.h>

#include "schemas/objdefs.h"

static const uint16_t record_size[BUILD_SECTIONS] = {
#define X(name, number, record) [number] = sizeof(record),
    IMG_SECTIONS(X)
#undef X
};

void ib_init(struct image_build *b, struct ctx *ctx)
{
    memset(b, 0, sizeof *b);
    b->ctx = ctx;
    for (size_t i = 0; i < BUILD_SECTIONS; i++)
        b->sec[i] = buf_of(ctx);
    (void)ib_text(b, (struct str){"", 0});
}

void *ib_add(struct image_build *b, enum img_section_id sec, size_t n)
{
    size_t size = n * record_size[sec];
    void *record = buf_take(&b->sec[sec], size);
    return size ? memset(record, 0, size) : record;
}

uint32_t ib_count(const struct image_build *b, enum img_section_id sec)
{
    return (uint32_t)(b->sec[sec].n / record_size[sec]);
}

void *ib_at(const struct image_build *b, enum img_section_id sec, uint32_t i)
{
    return b->sec[sec].s + (size_t)i * record_size[sec];
}

/* ---- each text and value once ---- */

static void intern_grow(struct image_build *b, struct intern *t)
{
    uint32_t *old = t->slots, n = t->slots ? t->mask + 1 : 0, size = n ? 2 * n : 1024;
    if (t->count < n / 2)
        return;
    t->slots = arena_array(b->ctx->arena, size, 2 * sizeof *t->slots);
    t->mask = size - 1;
    for (uint32_t i = 0; i < n; i++) {
        if (!old[2 * i + 1])
            continue;
        uint32_t k = old[2 * i] & t->mask;
        while (t->slots[2 * k + 1])
            k = (k + 1) & t->mask;
        t->slots[2 * k] = old[2 * i];
        t->slots[2 * k + 1] = old[2 * i + 1];
    }
    arena_release(b->ctx->arena, old, (size_t)n * 2 * sizeof *old);
}

static void intern_free(struct image_build *b, struct intern *t)
{
    arena_release(b->ctx->arena, t->slots, t->slots ? ((size_t)t->mask + 1) * 2 * sizeof *t->slots : 0);
    *t = (struct intern){NULL, 0, 0};
}

uint32_t intern_slot(struct image_build *b, struct intern *t, uint32_t hash)
{
    intern_grow(b, t);
    return hash & t->mask;
}

void intern_add(struct intern *t, uint32_t slot, uint32_t hash, uint32_t index)
{
    t->slots[2 * slot] = hash;
    t->slots[2 * slot + 1] = index + 1;
    t->count++;
}

static bool is_text(const struct image_build *b, uint32_t at, struct str s)
{
    const char *p = b->sec[SEC_strings].s + at;
    le32 head;
    memcpy(&head, p, sizeof head);
    return (le32_get(head) & IMG_TEXT_MAX) == s.n && !memcmp(p + 4, s.s, s.n);
}

le32 ib_text(struct image_build *b, struct str s)
{
    struct buf *out = &b->sec[SEC_strings];
    uint32_t hash = img_hash_name(0, s.s, s.n);
    if (s.n > IMG_TEXT_MAX)
        s.n = IMG_TEXT_MAX;             /* the front end takes no attribute that long */
    uint32_t k = intern_slot(b, &b->texts, hash), v;
    for (; (v = b->texts.slots[2 * k + 1]); k = (k + 1) & b->texts.mask)
        if (b->texts.slots[2 * k] == hash && is_text(b, v - 1, s))
            return le32_of(v - 1);
    uint32_t at = (uint32_t)out->n;
    le32 head = le32_of(0xff000000u | s.n);
    intern_add(&b->texts, k, hash, at);
    buf_bytes(out, &head, sizeof head);
    buf_bytes(out, s.s, s.n);
    size_t pad = 4 - s.n % 4;
    memset(buf_take(out, pad), 0, pad);
    return le32_of(at);
}

static uint32_t value_at(const struct image_build *b, uint32_t i)
{
    return le32_get(*(const le32 *)ib_at(b, SEC_value_at, i));
}

/* Appends the value and returns where; dropped again if there is one like it. */
static uint32_t append_value(struct image_build *b, const struct const_value *v)
{
    struct buf *out = &b->sec[SEC_values];
    uint32_t at = (uint32_t)out->n;
    le32 head = le32_of((uint32_t)v->form << 30 | (uint32_t)v->kind << 24 | (uint32_t)v->w.len);
    buf_bytes(out, &head, sizeof head);
    if (v->form == ARRAY) {
        le32 count = le32_of((uint32_t)v->n_ends);
        buf_bytes(out, &count, sizeof count);
        buf_bytes(out, v->ends, v->n_ends * sizeof *v->ends);
    }
    buf_bytes(out, v->w.buf, v->w.len);
    return at;
}

uint32_t ib_value(struct image_build *b, const struct const_value *v, bool keep)
{
    struct buf *out = &b->sec[SEC_values];
    uint32_t at = append_value(b, v), n = ib_count(b, SEC_value_at);
    uint32_t size = (uint32_t)out->n - at;
    if (keep) {
        uint32_t hash = img_hash_name(1, out->s + at, size);
        uint32_t k = intern_slot(b, &b->values, hash), i;
        for (; (i = b->values.slots[2 * k + 1]); k = (k + 1) & b->values.mask) {
            uint32_t from = value_at(b, i - 1), to = i < n ? value_at(b, i) : at;
            if (b->values.slots[2 * k] == hash && to - from == size && !memcmp(out->s + from, out->s + at, size)) {
                out->n = at;
                return i - 1;
            }
        }
        intern_add(&b->values, k, hash, n);
    }
    *(le32 *)ib_add(b, SEC_value_at, 1) = le32_of(at);
    return n;
}

/* ---- the end ---- */

void ib_hash(struct image_build *b, enum img_section_id sec, uint32_t n, const uint32_t *hashes)
{
    uint32_t slots = img_hash_slots(n);
    le32 *t = ib_add(b, sec, slots);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = hashes[i] & (slots - 1);
        while (le32_get(t[k]))
            k = (k + 1) & (slots - 1);
        t[k] = le32_of(i + 1);
    }
}

void ib_forget(struct image_build *b)
{
    intern_free(b, &b->texts);
    intern_free(b, &b->values);
}

struct span ib_finish(struct image_build *b, const uint8_t project[16])
{
    struct buf out = buf_of(b->ctx);
    struct img_header h = {.format = le16_of(IMAGE_FORMAT)};
    struct img_section dir[BUILD_SECTIONS];
    uint16_t n = 0;
    memcpy(h.magic, IMAGE_MAGIC, sizeof h.magic);
    memcpy(h.project, project, sizeof h.project);
    size_t total = sizeof h;
    for (uint32_t i = 0; i < BUILD_SECTIONS; i++)
        n = (uint16_t)(n + (b->sec[i].n != 0));
    total += n * sizeof *dir;
    n = 0;
    for (uint32_t i = 0; i < BUILD_SECTIONS; i++)
        if (b->sec[i].n) {
            dir[n++] = (struct img_section){le32_of(i), le32_of((uint32_t)total), le32_of(ib_count(b, i)),
                                            le32_of(record_size[i])};
            total += b->sec[i].n;
        }
    if (total > UINT32_MAX) {
        diag_machine(b->ctx, "%s: the image would be larger than 4 GB", b->ctx->project_path);
        return (struct span){NULL, 0};
    }
    h.n_sections = le16_of(n);
    h.size = le32_of((uint32_t)total);
    out.s = arena_alloc(b->ctx->arena, total);
    out.cap = total;
    buf_bytes(&out, &h, sizeof h);
    buf_bytes(&out, dir, n * sizeof *dir);
    for (uint32_t i = 0; i < BUILD_SECTIONS; i++) {
        buf_bytes(&out, b->sec[i].s, b->sec[i].n);
        buf_free(&b->sec[i]);           /* else the image would be in memory twice             */
    }
    h.crc = le32_of(image_crc((const uint8_t *)out.s, total));
    memcpy(out.s, &h, sizeof h);
    return (struct span){(const uint8_t *)out.s, total};
}
