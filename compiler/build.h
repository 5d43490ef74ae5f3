#ifndef COMPILER_BUILD_H
#define COMPILER_BUILD_H
/* Inside of the build pass: records made from nodes by the vocabulary's rows. */
#include "compiler/ctx.h"
#include "compiler/model.h"
#include "compiler/vocab.h"

enum { BUILD_SHORTS = 512, BUILD_WORDS = 128 };
struct build {
    struct ctx *ctx;
    struct model *model;
    const struct vocab_row *row_of[EL_COUNT][AT_COUNT];
    uint8_t n_required[EL_COUNT];
    struct build_short {         /* short texts seen lately, by their octets                   */
        uint64_t text[2];
        uint32_t n;
        struct str str;
    } interned[BUILD_SHORTS], copied[BUILD_SHORTS];
    struct build_word {          /* the same of words: which of a list they are                */
        uint64_t text[2];
        const char *words;
        uint32_t n;
        int i;
    } words[BUILD_WORDS];
    void *prototype[EL_COUNT];   /* a record of the element with every default                 */
    bool bad;                    /* a value of the record made last was wrong                  */
    bool lent;                   /* values of attributes will be gone: what is kept is copied  */
    struct variable *first, **end;              /* all that have been made                     */
    struct variables *all;
    /* build_early.c                                                                           */
    struct variable **waiting;
    size_t n_waiting, waiting_cap;
};

struct build *build_new(struct ctx *ctx);

/* A new record of `size` octets from the node's attributes; b->bad says whether one was wrong or
 * missing (reported), which then keeps its default. */
void *build_record(struct build *b, const struct node *n, size_t size);
/* The same over an existing record, whose other members stay. */
void build_fill(struct build *b, const struct node *n, void *record);
/* Attributes as written, without the two given. */
struct setting *build_settings(struct build *b, const struct node *n, enum at but, enum at nor,
                               uint32_t *count);

/* Parses one value into `to` (NULL: only checks); reports and returns false if it is wrong. */
bool build_value(struct build *b, const struct vocab_row *row, const struct node *n,
                 const struct attr *a, void *to);

/* The next variable of the project, empty; then what its node says. */
struct variable *build_variable_room(struct build *b);
void build_variable(struct build *b, const struct node *n, struct variable *v);
struct variable_rare *build_rare(struct ctx *ctx, struct variable *v);
void build_waiting(struct build *b);            /* those that the loader's offers left over    */
void build_alarm_points(struct build *b, const struct node *n, struct alarm_point ***tail);
void build_sources(struct build *b, const struct node *n, struct source ***tail);
void build_plc(struct build *b, const struct node *n, struct plc ***tail);
void build_device(struct build *b, const struct node *n, struct channel *c, struct device ***tail);
void build_schedule(struct build *b, const struct node *n, struct schedule ***tail);
void build_calendar(struct build *b, const struct node *n, struct calendar ***tail);
void build_recipients(struct build *b, const struct node *n, struct recipient ***tail);
void build_access(struct build *b, const struct node *n, struct allow ***tail);

static inline struct str build_intern(struct build *b, const char *s, size_t n)
{
    return str_intern(b->ctx->strs, s, n);
}
#define APPEND(tail, record) (*(*(tail)) = (record), *(tail) = &(record)->next)
#endif
