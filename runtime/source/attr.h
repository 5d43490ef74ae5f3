#ifndef SOURCE_ATTR_H
#define SOURCE_ATTR_H
/* Attributes of sources and bindings as written in the project. The compiler has checked their form;
 * an image is only checked for structure, so what cannot be read counts as not given. */
#include "schemas/image.h"

struct attrs {
    const struct image *img;
    uint32_t first, n;
};

struct attrs attrs_of_source(const struct image *img, uint32_t source);
struct attrs attrs_of_binding(const struct image *img, uint32_t binding);
/* NUL-terminated, borrowed from the image; `none` where it is not given. */
const char *attr_text(const struct attrs *a, const char *name, const char *none);
double attr_real(const struct attrs *a, const char *name, double none);
unsigned attr_number(const struct attrs *a, const char *name, unsigned none);
uint64_t attr_ms(const struct attrs *a, const char *name, uint64_t none);   /* durations          */
bool attr_bool(const struct attrs *a, const char *name, bool none);
/* Index of the word in a list that ends with NULL; `none`: not given, or none of them. */
int attr_choice(const struct attrs *a, const char *name, const char *const *words, int none);
#endif
