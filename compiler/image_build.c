#include "compiler/image_build.h"

#include <string.h>

#include "compiler/hash.h"
#include "schemas/crc.h"
#include "schemas/objdefs.h"
#include "schemas/tag.h"

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
}

void ib_expect(struct image_build *b, enum img_section_id sec, size_t n)
{
    struct buf *s = &b->sec[sec];
    s->s = arena_grow(s->arena, s->s, &s->cap, s->n + n * record_size[sec], 1);
}

void ib_remember(struct image_build *b, size_t n)
{
    enum { LEAST = 1 << 8, MOST = 1 << 16 };
    uint32_t slots = LEAST;
    while (slots < MOST && slots < n)
        slots *= 2;
    b->recent = arena_table(b->ctx->arena, slots, sizeof *b->recent);
    b->recent_mask = slots - 1;
}

void ib_adopt(struct image_build *b, struct image_build *from)
{
    for (size_t i = 0; i < BUILD_SECTIONS; i++)
        if (from->sec[i].n)
            b->sec[i] = from->sec[i];
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

static void intern_resize(struct image_build *b, struct intern *t, uint32_t size)
{
    uint32_t *old = t->slots, n = t->slots ? t->mask + 1 : 0;
    t->slots = arena_table(b->ctx->arena, size, 2 * sizeof *t->slots);
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

static void intern_grow(struct image_build *b, struct intern *t)
{
    uint32_t n = t->slots ? t->mask + 1 : 0;
    if (t->count >= n / 2)
        intern_resize(b, t, n ? 2 * n : 1024);
}

void ib_expect_values(struct image_build *b, size_t some, size_t all)
{
    static const uint8_t secs[] = {SEC_values, SEC_value_at, SEC_consts};
    if (!some || all <= some)
        return;
    for (size_t i = 0; i < sizeof secs; i++) {
        struct buf *s = &b->sec[secs[i]];
        double want = (double)s->n / (double)some * (double)all * 1.1;
        if (want < (double)UINT32_MAX && (size_t)want > s->cap)
            s->s = arena_grow(s->arena, s->s, &s->cap, (size_t)want, 1);
    }
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

le32 ib_text_new(struct image_build *b, struct str s)
{
    struct buf *out = &b->sec[SEC_strings];
    if (s.n > IMG_TEXT_MAX)
        s.n = IMG_TEXT_MAX;             /* the front end takes no attribute that long */
    uint32_t at = (uint32_t)out->n;
    le32 head = le32_of(0xff000000u | s.n);
    size_t pad = 4 - s.n % 4;
    char *p = buf_take(out, sizeof head + s.n + pad);
    memcpy(p, &head, sizeof head);
    memcpy(p + sizeof head, s.s, s.n);
    memset(p + sizeof head + s.n, 0, pad);
    return le32_of(at);
}

/* Where a text that was added lately is remembered; who collides takes the place. */
static struct recent *recent_of(struct image_build *b, struct str s, uint32_t *hash)
{
    *hash = hash_of(0, s.s, s.n);
    return &b->recent[*hash & b->recent_mask];
}

le32 ib_text_again(struct image_build *b, struct str s)
{
    uint32_t hash;
    struct recent *r = recent_of(b, s, &hash);
    if (!r->at || r->hash != hash || !is_text(b, r->at - 1, s))
        *r = (struct recent){hash, le32_get(ib_text_new(b, s)) + 1};
    return le32_of(r->at - 1);
}

le32 ib_text(struct image_build *b, struct str s)
{
    if (s.n > IMG_TEXT_MAX)
        s.n = IMG_TEXT_MAX;
    uint32_t hash = img_hash_name(0, s.s, s.n), k = intern_slot(b, &b->texts, hash), v;
    for (; (v = b->texts.slots[2 * k + 1]); k = (k + 1) & b->texts.mask)
        if (b->texts.slots[2 * k] == hash && is_text(b, v - 1, s))
            return le32_of(v - 1);
    le32 at = ib_text_new(b, s);
    intern_add(&b->texts, k, hash, le32_get(at));
    return at;
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

/* The value with that index is that character string; of strings of one length the tag is the same. */
static bool is_string(const struct image_build *b, uint32_t i, struct str s)
{
    const char *p = b->sec[SEC_values].s + value_at(b, i);
    size_t tag = s.n < 4 ? 1 : s.n < 253 ? 2 : s.n < UINT16_MAX ? 4 : 6;
    le32 head;
    memcpy(&head, p, sizeof head);
    return (le32_get(head) & IMG_VALUE_MAX) == tag + 1 + s.n && !memcmp(p + sizeof head + tag + 1, s.s, s.n);
}

uint32_t ib_string(struct image_build *b, struct str s)
{
    enum { TAG_MAX = 7 };               /* with the octet that names the character set          */
    struct buf *out = &b->sec[SEC_values];
    uint32_t at = (uint32_t)out->n, n = ib_count(b, SEC_value_at);
    char *p = buf_take(out, sizeof(le32) + TAG_MAX + s.n);
    struct wr w = wr_of(p + sizeof(le32), TAG_MAX + s.n);
    wr_string(&w, APP, s.s, s.n);
    le32 head = le32_of((uint32_t)SCALAR << 30 | (uint32_t)TAG_string << 24 | (uint32_t)w.len);
    memcpy(p, &head, sizeof head);
    out->n = at + sizeof head + w.len;
    *(le32 *)ib_add(b, SEC_value_at, 1) = le32_of(at);
    return n;
}

uint32_t ib_string_again(struct image_build *b, struct str s)
{
    uint32_t hash;
    struct recent *r = recent_of(b, s, &hash);
    if (!r->at || r->hash != hash || !is_string(b, r->at - 1, s))
        *r = (struct recent){hash, ib_string(b, s) + 1};
    return r->at - 1;
}

uint32_t ib_value(struct image_build *b, const struct const_value *v)
{
    struct buf *out = &b->sec[SEC_values];
    uint32_t at = append_value(b, v), n = ib_count(b, SEC_value_at);
    uint32_t size = (uint32_t)out->n - at;
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
    *(le32 *)ib_add(b, SEC_value_at, 1) = le32_of(at);
    return n;
}

/* ---- the end ---- */

void ib_hash(struct image_build *b, enum img_section_id sec, uint32_t n, const uint32_t *hashes)
{
    uint32_t slots = img_hash_slots(n);
    le32 *t = ib_add(b, sec, slots);
    enum { AHEAD = 16 };
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = hashes[i] & (slots - 1);
        if (i + AHEAD < n)
            __builtin_prefetch(&t[hashes[i + AHEAD] & (slots - 1)], 1);
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

static struct image image_of(const struct image_build *b, size_t size)
{
    struct image img = {.bytes = (const uint8_t *)b->sec[BUILD_HEAD].s, .size = size};
#define X(name_, number, record)                                                \
    img.name_ = (const void *)(b->sec[number].n ? b->sec[number].s : b->sec[BUILD_HEAD].s); \
    img.n_##name_ = ib_count(b, SEC_##name_);
    IMG_SECTIONS(X)
#undef X
    return img;
}

/* The directory of what is there. Returns the size of the whole file. */
static size_t directory(struct image_build *b)
{
    struct buf *head = &b->sec[BUILD_HEAD];
    size_t n = 0, at;
    for (uint32_t i = BUILD_HEAD + 1; i < BUILD_SECTIONS; i++)
        n += b->sec[i].n != 0;
    at = sizeof(struct img_header) + n * sizeof(struct img_section);
    for (uint32_t i = BUILD_HEAD + 1; i < BUILD_SECTIONS && at <= UINT32_MAX; i++) {
        struct img_section s = {le32_of(i), le32_of((uint32_t)at), le32_of(ib_count(b, i)), le32_of(record_size[i])};
        if (b->sec[i].n)
            buf_bytes(head, &s, sizeof s);
        at += b->sec[i].n;
    }
    return at;
}

bool ib_finish(struct image_build *b, const uint8_t project[16], struct image *img)
{
    struct buf *head = &b->sec[BUILD_HEAD];
    struct img_header h = {.format = le16_of(IMAGE_FORMAT)};
    memcpy(h.magic, IMAGE_MAGIC, sizeof h.magic);
    memcpy(h.project, project, sizeof h.project);
    buf_bytes(head, &h, sizeof h);
    size_t size = directory(b);
    if (size > UINT32_MAX)
        return false;
    h.n_sections = le16_of((uint16_t)((head->n - sizeof h) / sizeof(struct img_section)));
    h.size = le32_of((uint32_t)size);
    memcpy(head->s, &h, sizeof h);
    *img = image_of(b, size);
    return true;
}

void ib_seal(struct image_build *b)
{
    struct crc crc;
    struct img_header h;
    crc_init(&crc, CRC_FASTEST);
    for (uint32_t i = 0; i < BUILD_SECTIONS; i++)
        crc_add(&crc, (const uint8_t *)b->sec[i].s, b->sec[i].n);
    memcpy(&h, b->sec[BUILD_HEAD].s, sizeof h);
    h.crc = le32_of(crc_value(&crc));
    memcpy(b->sec[BUILD_HEAD].s, &h, sizeof h);
}
