#ifndef SCHEMAS_IMAGE_CHECK_H
#define SCHEMAS_IMAGE_CHECK_H
/* The structural check behind image_open(): three steps, each of which takes what the one before has shown
 * for granted. Each can be done by two at once, of which each takes a half of what there is most of. */
#include "schemas/image.h"

enum img_section_id {
#define X(name, number, record) SEC_##name = number,
    IMG_SECTIONS(X)
#undef X
};

enum img_half { IMG_WHOLE, IMG_FIRST, IMG_SECOND };
struct img_check {
    const struct image *img;
    char *why;
    size_t why_n;
    enum img_half half;
};
/* Is this the one of the two, or are both one? */
static inline bool img_first(const struct img_check *c) { return c->half != IMG_SECOND; }
static inline bool img_second(const struct img_check *c) { return c->half != IMG_FIRST; }
static inline uint32_t img_from(const struct img_check *c, uint32_t n) { return img_first(c) ? 0 : n / 2; }
static inline uint32_t img_to(const struct img_check *c, uint32_t n) { return img_second(c) ? n : n / 2; }

/* Writes "section 10 (objects), record 17: ..." and returns false. */
__attribute__((format(printf, 4, 5)))
bool img_refuse(struct img_check *c, enum img_section_id section, uint32_t record, const char *fmt, ...);

bool image_check_values(struct img_check *c);   /* texts, values                               */
bool image_check_shapes(struct img_check *c);   /* not by halves: there are few                */
bool image_check_records(struct img_check *c);  /* everything that refers to something         */
bool image_check_hashes(struct img_check *c);   /* every object, name and variable is found    */
/* image_open() as it opens large images, whatever the size. */
bool image_open_by_two(struct image *img, const void *bytes, size_t n, char *why, size_t why_n);

/* Does a value suit that row of that object type? */
struct obj_def;
struct prop_def;
unsigned img_kind_of(const struct obj_def *o, const struct prop_def *row);  /* of each element */
bool img_value_fits(const struct image *img, uint32_t at, const struct obj_def *o,
                    const struct prop_def *row);
bool img_text_ok(const struct image *img, le32 text);
#endif
