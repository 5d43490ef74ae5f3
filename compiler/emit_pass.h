#ifndef COMPILER_EMIT_PASS_H
#define COMPILER_EMIT_PASS_H
/* Images as commands use them: written by the pass "emit", or kept in memory, or read. */
#include "compiler/ctx.h"
#include "schemas/image.h"

void pass_emit(struct ctx *ctx);
/* The image of every PLC of ctx->plan, in memory but not in one piece: bytes has the head only.
 * NULL: reported. */
struct image *emit_images(struct ctx *ctx);
/* Tells what hinders an image although the project is right: passwords whose files cannot be used. */
void emit_passwords_sought(struct ctx *ctx);
/* An image, or the images of a project compiled in memory, from the command's argument. NULL:
 * reported; otherwise *n of them. `fresh`: refuses a project whose lock is not up to date. */
struct image *images_of_argument(struct ctx *ctx, size_t *n, bool fresh);
/* Of an argument that is an image: is it --plc's? false: reported. */
bool image_is_of_plc(struct ctx *ctx, const struct image *img);
#endif
