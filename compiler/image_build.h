#ifndef COMPILER_IMAGE_BUILD_H
#define COMPILER_IMAGE_BUILD_H
/* An image under construction: sections that grow, equal texts and values mostly kept once, hash tables
 * and checksum at the end. It is never copied into one piece: it is written as it lies here. Knows the
 * format (schemas/image.h), nothing of projects. */
#include "compiler/buf.h"
#include "schemas/image_check.h"

enum { BUILD_SECTIONS = 27, BUILD_HEAD = 0 };
/* A value being encoded: one scalar, a list's elements, or an array's, each ended by const_end(). */
struct const_value {
    struct ctx *ctx;
    uint8_t form, kind;
    struct wr w;
    le32 *ends;
    size_t n_ends, cap_ends;
};
struct intern {                 /* open addressing, linear probing                             */
    uint32_t *slots;            /* pairs: hash, index + 1                                      */
    uint32_t count, mask;
};
struct image_build {
    struct ctx *ctx;
    struct buf sec[BUILD_SECTIONS];     /* by number; BUILD_HEAD, which none has: what stands
                                           before them in the file                         */
    struct intern texts, values;
    struct recent { uint32_t hash, at; } *recent;       /* see ib_remember(); at: + 1, 0: free */
    uint32_t recent_mask;
};

void ib_init(struct image_build *b, struct ctx *ctx);
/* Room for n records of a section: what is known beforehand need not grow. */
void ib_expect(struct image_build *b, enum img_section_id sec, size_t n);
/* Room for `all` objects' values and constants, as `some` have taken what is there. */
void ib_expect_values(struct image_build *b, size_t some, size_t all);
/* The sections of another one, which has none of these, become its own. */
void ib_adopt(struct image_build *b, struct image_build *from);
/* n more records of a section, zeroed; valid until the next call for that section. */
void *ib_add(struct image_build *b, enum img_section_id sec, size_t n);
uint32_t ib_count(const struct image_build *b, enum img_section_id sec);
void *ib_at(const struct image_build *b, enum img_section_id sec, uint32_t i);
/* Where a hash may be; go on until a slot is free, then intern_add() there. */
uint32_t intern_slot(struct image_build *b, struct intern *t, uint32_t hash);
void intern_add(struct intern *t, uint32_t slot, uint32_t hash, uint32_t index);
/* The text, once; or whether it is there or not, which the caller knows. */
le32 ib_text(struct image_build *b, struct str s);
le32 ib_text_new(struct image_build *b, struct str s);
/* The index of a value: equal ones are one. Of a character string that none equals, as the caller knows. */
uint32_t ib_value(struct image_build *b, const struct const_value *v);
uint32_t ib_string(struct image_build *b, struct str s);
/* For about n texts of which most are alone, so that a search for the same among all of them costs more
 * than it saves: found again is what was added lately. Either texts or strings in one image_build. */
void ib_remember(struct image_build *b, size_t n);
le32 ib_text_again(struct image_build *b, struct str s);
uint32_t ib_string_again(struct image_build *b, struct str s);
/* No text and no value will be added any more. */
void ib_forget(struct image_build *b);
/* Fills a table over n entries with these hashes. */
void ib_hash(struct image_build *b, enum img_section_id sec, uint32_t n, const uint32_t *hashes);
/* Header and directory; the file is then what sec[] holds, in that order. `img` is the image in these
 * pieces (bytes: the head only), not checked yet. false: larger than 4 GB. */
bool ib_finish(struct image_build *b, const uint8_t project[16], struct image *img);
void ib_seal(struct image_build *b);            /* then: the checksum                          */

static inline void const_end(struct const_value *v)
{
    v->ends = arena_grow(v->ctx->arena, v->ends, &v->cap_ends, v->n_ends + 1, sizeof *v->ends);
    v->ends[v->n_ends++] = le32_of((uint32_t)v->w.len);
}
#endif
