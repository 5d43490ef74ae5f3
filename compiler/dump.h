#ifndef COMPILER_DUMP_H
#define COMPILER_DUMP_H
/* An image as text or JSON: everything in it but hash tables, in its order. Stable: golden files. */
#include "compiler/out.h"
#include "schemas/image.h"

void dump_image(struct out *o, const struct image *img);
/* A property's value as the dump prints it, NUL-terminated. */
struct span dump_value(struct arena *a, const struct img_value *v, uint32_t property);
#endif
