#ifndef COMPILER_OUT_H
#define COMPILER_OUT_H
/* One description, two forms: indented lines for people, JSON for programs. */
#include "compiler/buf.h"
#include "schemas/wire.h"

struct out {
    struct buf b;
    bool json, fresh;           /* fresh: nothing yet in the innermost JSON container          */
    unsigned depth;
};
void out_open(struct out *o, const char *name, const char *label);  /* an object               */
void out_close(struct out *o);
void out_list(struct out *o, const char *name);         /* of objects; only JSON shows it      */
void out_list_end(struct out *o);
void out_text(struct out *o, const char *key, struct span text);
void out_number(struct out *o, const char *key, uint64_t v);
void out_real(struct out *o, const char *key, double v);            /* nothing if not a number */
void out_flag(struct out *o, const char *key, bool v);              /* text: only if true      */
/* Printed text that is a JSON value as it stands only where `raw`; else a string. */
void out_value(struct out *o, const char *key, struct span text, bool raw);
#endif
