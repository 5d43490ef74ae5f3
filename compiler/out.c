#include "compiler/out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/print.h"

static void quoted(struct buf *b, const void *s, size_t n)
{
    struct wr w = wr_of(NULL, 0);
    print_quoted(&w, s, n);
    size_t need = w.len;
    w = wr_of(buf_take(b, need), need);
    print_quoted(&w, s, n);
}

static void indent(struct out *o)
{
    for (unsigned i = 0; i < o->depth; i++)
        buf_str(&o->b, "  ");
}

/* The key of the next member, on its own line. */
static void key(struct out *o, const char *name)
{
    if (o->json) {
        if (!o->fresh)
            buf_char(&o->b, ',');
        if (o->depth)
            buf_char(&o->b, '\n');
        indent(o);
        if (name) {
            quoted(&o->b, name, strlen(name));
            buf_str(&o->b, ": ");
        }
    } else {
        indent(o);
        buf_str(&o->b, name);
    }
    o->fresh = false;
}

void out_open(struct out *o, const char *name, const char *label)
{
    if (o->json) {
        key(o, NULL);
        buf_char(&o->b, '{');
        o->fresh = true;
        o->depth++;
        return;
    }
    indent(o);
    buf_str(&o->b, name);
    if (label && *label) {
        buf_char(&o->b, ' ');
        buf_str(&o->b, label);
    }
    buf_char(&o->b, '\n');
    o->depth++;
}

static void end(struct out *o, char bracket)
{
    o->depth--;
    if (!o->json)
        return;
    buf_char(&o->b, '\n');
    indent(o);
    buf_char(&o->b, bracket);
    o->fresh = false;
}

void out_close(struct out *o) { end(o, '}'); }

void out_list(struct out *o, const char *name)
{
    if (!o->json)
        return;
    key(o, name);
    buf_char(&o->b, '[');
    o->fresh = true;
    o->depth++;
}

void out_list_end(struct out *o)
{
    if (!o->json)
        return;
    end(o, ']');
}

static void line_end(struct out *o)
{
    if (!o->json)
        buf_char(&o->b, '\n');
}

void out_text(struct out *o, const char *name, struct span text)
{
    if (!o->json && !text.n)
        return;
    key(o, name);
    if (!o->json)
        buf_char(&o->b, ' ');
    quoted(&o->b, text.p, text.n);
    line_end(o);
}

void out_number(struct out *o, const char *name, uint64_t v)
{
    key(o, name);
    if (!o->json)
        buf_char(&o->b, ' ');
    buf_number(&o->b, v);
    line_end(o);
}

void out_real(struct out *o, const char *name, double v)
{
    char text[40];
    if (!isfinite(v))
        return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (!(strtod(text, NULL) < v) && !(strtod(text, NULL) > v))
            break;
    }
    out_value(o, name, (struct span){(const uint8_t *)text, strlen(text)}, true);
}

void out_flag(struct out *o, const char *name, bool v)
{
    if (!o->json && !v)
        return;
    key(o, name);
    if (o->json)
        buf_str(&o->b, v ? "true" : "false");
    line_end(o);
}

void out_value(struct out *o, const char *name, struct span text, bool raw)
{
    key(o, name);
    if (!o->json)
        buf_char(&o->b, ' ');
    if (o->json && !raw)
        quoted(&o->b, text.p, text.n);
    else
        buf_bytes(&o->b, text.p, text.n);
    line_end(o);
}
