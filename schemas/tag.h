#ifndef SCHEMAS_TAG_H
#define SCHEMAS_TAG_H
/* BACnet's tagged encoding, 135-2020 clause 20.2. `ctx` is a context tag number, or APP for the
 * application tag of the datatype. Readers fail with one of the rd_* reasons below, so that a
 * service can turn the first failure into the Reject reason of clause 18.9. */
#include "schemas/wire.h"

enum { APP = -1 };
enum app_tag {
    TAG_null, TAG_boolean, TAG_unsigned, TAG_integer, TAG_real, TAG_double, TAG_octets, TAG_string,
    TAG_bits, TAG_enumerated, TAG_date, TAG_time, TAG_oid,
};
enum tag_kind { TK_primitive, TK_open, TK_close };
enum { TAG_DEPTH_MAX = 16 };                 /* nested deeper than this: refused               */

struct tag {
    uint8_t num;                             /* tag number 0..254                              */
    bool ctx;                                /* context class                                  */
    uint8_t kind;                            /* enum tag_kind                                  */
    uint32_t len;                            /* content octets; application BOOLEAN: the value */
};
struct bdate { uint8_t year, month, day, wday; };    /* year - 1900; 255: any; see clause 20.2.12 */
struct btime { uint8_t hour, minute, second, hundredth; };
struct bits { uint8_t n; uint64_t v; };             /* bit i of the string is bit i of v; n <= 64 */

extern const char rd_missing[];              /* a parameter is not there: Reject 5             */
extern const char rd_bad_tag[];              /* another tag stands there: Reject 4             */
extern const char rd_bad_type[];             /* right place, wrong datatype or length: Reject 3 */
extern const char rd_range[];                /* outside what the parameter may be: Reject 6    */
extern const char rd_too_deep[];

/* ---- writing ---- */
void wr_tag(struct wr *w, unsigned num, bool ctx, uint32_t len);
void wr_open(struct wr *w, unsigned ctx);
void wr_close(struct wr *w, unsigned ctx);
void wr_null(struct wr *w, int ctx);
void wr_boolean(struct wr *w, int ctx, bool v);
void wr_unsigned(struct wr *w, int ctx, uint64_t v);
void wr_integer(struct wr *w, int ctx, int32_t v);
void wr_real(struct wr *w, int ctx, float v);
void wr_octets(struct wr *w, int ctx, const void *p, size_t n);
void wr_string(struct wr *w, int ctx, const char *utf8, size_t n);   /* character set 0: UTF-8 */
void wr_bits(struct wr *w, int ctx, struct bits v);
void wr_enumerated(struct wr *w, int ctx, uint32_t v);
void wr_date(struct wr *w, int ctx, struct bdate v);
void wr_time(struct wr *w, int ctx, struct btime v);
void wr_oid(struct wr *w, int ctx, uint32_t v);

/* ---- reading ---- */
struct tag rd_tag(struct rd *r);                      /* any tag; content is left to the caller */
bool rd_tag_peek(const struct rd *r, struct tag *t);  /* false at the end or on a broken tag    */
bool rd_is(const struct rd *r, int ctx, unsigned app);/* is a primitive of that tag next?       */
bool rd_is_open(const struct rd *r, unsigned ctx);
bool rd_is_close(const struct rd *r, unsigned ctx);
void rd_open(struct rd *r, unsigned ctx);             /* demands that opening tag               */
void rd_close(struct rd *r, unsigned ctx);
/* Content of `ctx {` ... `}`: opens, skips to the matching closing tag, consumes both. */
struct rd rd_enclosed(struct rd *r, unsigned ctx);
struct span rd_element(struct rd *r);                 /* one whole primitive or constructed value */

void rd_null(struct rd *r, int ctx);
bool rd_boolean(struct rd *r, int ctx);
uint32_t rd_unsigned(struct rd *r, int ctx);          /* more than 32 bits: rd_range            */
int32_t rd_integer(struct rd *r, int ctx);
float rd_real(struct rd *r, int ctx);
double rd_double(struct rd *r, int ctx);
struct span rd_octets(struct rd *r, int ctx);
struct span rd_string(struct rd *r, int ctx, uint8_t *charset);  /* without the set octet       */
struct bits rd_bits(struct rd *r, int ctx);
uint32_t rd_enumerated(struct rd *r, int ctx);
struct bdate rd_date(struct rd *r, int ctx);
struct btime rd_time(struct rd *r, int ctx);
uint32_t rd_oid(struct rd *r, int ctx);
/* `absent` where the next tag is another one. */
uint32_t rd_opt_unsigned(struct rd *r, unsigned ctx, uint32_t absent);
/* An array index; absent: BACNET_INDEX_ALL, which no index that was given becomes. */
uint32_t rd_opt_index(struct rd *r, unsigned ctx);
/* For an answer that names it: the `index` that rd_opt_index() took from `r`, as it stands there. */
uint32_t rd_index_given(struct rd r, unsigned ctx, uint32_t index);
#endif
