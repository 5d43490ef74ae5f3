#ifndef SCHEMAS_IMAGE_CHECK_H
#define SCHEMAS_IMAGE_CHECK_H
/* The structural check behind image_open(): two halves, so that each stays readable. */
#include "schemas/image.h"

enum img_section_id {
#define X(name, number, record) SEC_##name = number,
    IMG_SECTIONS(X)
#undef X
};

struct img_check {
    const struct image *img;
    char *why;
    size_t why_n;
};

/* Writes "section 10 (objects), record 17: ..." and returns false. */
__attribute__((format(printf, 4, 5)))
bool img_refuse(struct img_check *c, enum img_section_id section, uint32_t record, const char *fmt, ...);

bool image_check_values(struct img_check *c);   /* texts, values, shapes                       */
bool image_check_records(struct img_check *c);  /* everything that refers to something         */
bool image_check_hashes(struct img_check *c);   /* every object, name and variable is found    */
/* Does a value suit that row of that object type? */
struct obj_def;
struct prop_def;
unsigned img_kind_of(const struct obj_def *o, const struct prop_def *row);  /* of each element */
bool img_value_fits(const struct image *img, uint32_t at, const struct obj_def *o,
                    const struct prop_def *row);
bool img_text_ok(const struct image *img, le32 text);
#endif
