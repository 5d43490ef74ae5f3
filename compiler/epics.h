#ifndef COMPILER_EPICS_H
#define COMPILER_EPICS_H
/* Conformance statements of a device: PICS (135-2020 Annex A) for people, EPICS (135.1 clause 4)
 * for test tools. Both are made of the property rows and service rows that the runtime serves. */
#include "compiler/buf.h"
#include "schemas/image.h"

struct prop_def;

/* The device of that handle or instance; NULL: the only one. IMG_NONE: reported. `img` is set to
 * the image that holds it. */
uint32_t statement_device(struct ctx *ctx, const struct image *images, size_t n, const char *want,
                          const struct image **img);
/* Calls `say` for each BIBB that the device has (Annex K), by services and objects. */
void statement_bibbs(const struct image *img, uint32_t device, void (*say)(void *to, const char *bibb), void *to);
/* What the device does in networks: it is on BACnet/IP, and with that the router between the ports; one of
 * them is the virtual network of the others. */
bool statement_ip(const struct image *img, uint32_t device);
bool statement_routes(const struct image *img, uint32_t device);
bool statement_virtual(const struct image *img, uint32_t device);
bool statement_bbmd(const struct image *img, uint32_t device);
bool statement_foreign(const struct image *img, uint32_t device);
bool statement_read_only(const struct image *img, uint32_t device);
/* A constant CharacterString of the Device object. */
struct span statement_text(const struct image *img, uint32_t device, uint32_t property);
/* May a client write it (in an object of the image)? */
bool statement_writable(const struct image *img, uint32_t object, const struct prop_def *def);
/* Prints " <minimum: ...; maximum: ...>": what a client may write of its datatype's values; nothing: all. */
void statement_limits(struct buf *b, const struct image *img, uint32_t object, const struct prop_def *def);
/* The same of any object, in words; false: all. */
bool statement_range(struct buf *b, uint32_t property);
/* The standard's title of an object type: "Multi-state Input". */
void statement_type(char out[48], uint32_t type);

void epics_write(struct buf *b, const struct image *img, uint32_t device);
void pics_write(struct buf *b, const struct image *img, uint32_t device, bool markdown);

/* epics_value.c. VTS reads lines of at most 255 octets with their end; lists go over several lines. False:
 * the notation has no form for the value, the text is of no use. */
enum { EPICS_LINE = 254 };
bool epics_value(struct buf *b, const struct img_value *v, const struct prop_def *def);
bool epics_string(struct buf *b, struct span s);            /* always prints; false: not the whole text */
void epics_oid(struct buf *b, uint32_t oid);
void epics_real(struct buf *b, float v);                    /* finite                                   */
void epics_comma(struct buf *b, size_t next);               /* before another element of that length    */
bool epics_fits(const struct buf *b, size_t from);          /* do all lines from there on fit?          */
#endif
