#ifndef SCHEMAS_WIRE_H
#define SCHEMAS_WIRE_H
/* Cursors over bytes that somebody else owns. No allocation, no state outside the cursor.
 * rd_take() is the only bounds check in the tree; every decoder is built on it. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *p;
    size_t n;
};
struct part { size_t at, n; };               /* octets of what is being written                */

/* Reader. Sticky: the first failure keeps its reason and offset and empties the cursor; whatever
 * is read afterwards is zero. Decoders read straight down and ask once: rd_ok() or rd_end(). */
struct rd {
    const uint8_t *base, *p, *end;
    const char *err;
    size_t err_at;
};

static inline struct rd rd_of(const void *bytes, size_t n)
{
    const uint8_t *b = bytes;
    return (struct rd){b, b, n ? b + n : b, NULL, 0};
}

static inline size_t rd_left(const struct rd *r) { return (size_t)(r->end - r->p); }
static inline size_t rd_at(const struct rd *r) { return (size_t)(r->p - r->base); }
static inline bool rd_ok(const struct rd *r) { return !r->err; }

static inline void rd_fail(struct rd *r, const char *why)
{
    if (!r->err) {
        r->err = why;
        r->err_at = rd_at(r);
    }
    r->end = r->p;
}

static inline struct span rd_take(struct rd *r, size_t n)
{
    static const uint8_t zeros[8];
    if (n > rd_left(r)) {
        rd_fail(r, "truncated");
        return (struct span){zeros, n <= sizeof zeros ? n : 0};
    }
    struct span s = {r->p, n};
    r->p = n ? r->p + n : r->p;
    return s;
}

static inline uint8_t rd_u8(struct rd *r) { return rd_take(r, 1).p[0]; }

static inline uint16_t rd_u16(struct rd *r)
{
    const uint8_t *b = rd_take(r, 2).p;
    return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t rd_u32(struct rd *r)
{
    const uint8_t *b = rd_take(r, 4).p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint8_t rd_peek(const struct rd *r) { return rd_left(r) ? *r->p : 0; }

/* The rest of the cursor, consumed. */
static inline struct span rd_rest(struct rd *r) { return rd_take(r, rd_left(r)); }

/* A cursor confined to the next n bytes, which the parent skips. */
static inline struct rd rd_sub(struct rd *r, size_t n)
{
    bool fits = n <= rd_left(r);
    struct span s = rd_take(r, n);
    struct rd sub = rd_of(s.p, fits ? n : 0);
    if (!fits)
        rd_fail(&sub, "truncated");
    return sub;
}

/* True if everything was read and nothing went wrong. */
static inline bool rd_end(struct rd *r)
{
    if (!r->err && r->p != r->end)
        rd_fail(r, "trailing bytes");
    return !r->err;
}

/* Writer. Counts on past the end, as snprintf does: `len` is always the size that the message
 * needs. Ask once, with wr_fits(). Bytes beyond `cap` are never touched. */
struct wr {
    uint8_t *buf;
    size_t cap, len;
};

static inline struct wr wr_of(void *buf, size_t cap) { return (struct wr){buf, cap, 0}; }
static inline bool wr_fits(const struct wr *w) { return w->len <= w->cap; }

static inline void wr_bytes(struct wr *w, const void *b, size_t n)
{
    if (n && w->len <= w->cap && n <= w->cap - w->len)
        memcpy(w->buf + w->len, b, n);
    w->len += n;
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
    if (w->len < w->cap)
        w->buf[w->len] = v;
    w->len++;
}

static inline void wr_u16(struct wr *w, uint16_t v)
{
    uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};
    wr_bytes(w, b, 2);
}

static inline void wr_u32(struct wr *w, uint32_t v)
{
    uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
    wr_bytes(w, b, 4);
}
#endif
