/* Nodes that are asleep: the element's start tag is read once more from its file, which is read once
 * more as well. Should the file have changed meanwhile, that ends the run; the attributes are there, but empty. */
#include <stdlib.h>
#include <string.h>

#include "compiler/ctx.h"
#include "compiler/grammar.h"
#include "compiler/scan.h"
#include "compiler/syntax.h"

struct origin {
    struct ctx *ctx;
    uint32_t file;
    const struct grammar *grammar;      /* NULL: not needed yet                                */
};

struct origin *origin_new(struct ctx *ctx, struct arena *a, uint32_t file)
{
    struct origin *o = arena_alloc(a, sizeof *o);
    o->ctx = ctx;
    o->file = file;
    return o;
}

/* Octets of a character in UTF-8; XML allows no other numbers than these. */
static size_t utf8(char out[4], uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(lead[n] | c);
    return n;
}

/* The character that a reference means; *p stands behind its '&' and moves behind its ';'. */
static size_t reference(char out[4], const char **p, const char *end)
{
    static const struct { const char *name; char c; } known[] = {
        {"lt;", '<'}, {"gt;", '>'}, {"amp;", '&'}, {"quot;", '"'}, {"apos;", '\''},
    };
    size_t left = (size_t)(end - *p);
    if (left && **p == '#') {
        bool hex = left > 1 && (*p)[1] == 'x';
        char *stop;
        unsigned long c = strtoul(*p + (hex ? 2 : 1), &stop, hex ? 16 : 10);
        *p = stop < end ? stop + 1 : end;
        return utf8(out, c <= 0x10ffff ? (uint32_t)c : '?');
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t n = strlen(known[i].name);
        if (left >= n && !memcmp(*p, known[i].name, n)) {
            out[0] = known[i].c;
            *p += n;
            return 1;
        }
    }
    out[0] = '&';
    return 1;
}

/* The value as an XML parser hands it over (XML 1.0, 3.3.3): blanks for line ends and tabs, characters
 * for references. */
static void value_of(struct ctx *ctx, struct attr *a, const struct scan_attr *raw)
{
    char *out = arena_copy(ctx->arena, raw->value, raw->value_n), *to = out;
    const char *p = out, *end = out + raw->value_n;
    while (p < end) {
        char c = *p++, more[4];
        if (c == '&') {
            size_t n = reference(more, &p, end);
            memcpy(to, more, n);
            to += n;
        } else {
            if (c == '\r' && p < end && *p == '\n')
                p++;
            *to++ = c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
        }
    }
    *to = 0;
    size_t n = (size_t)(to - out);
    a->value = out;
    a->n = (n < ATTR_MAX ? n : ATTR_MAX) & ATTR_MAX;
}

/* The attribute that a name in the tag was taken for: its own, or what a misspelt one means. */
static enum at taken_for(struct origin *o, const struct node *n, const struct scan_attr *raw, bool meant)
{
    enum at at = at_by_name(raw->name, raw->name_n);
    if (!meant)
        return at;
    if (!o->grammar)
        o->grammar = grammar_new(o->ctx);
    if (memchr(raw->name, ':', raw->name_n) || (at != AT_NONE && at_in(&o->grammar->allowed[n->name], at)))
        return AT_NONE;
    return grammar_meant_attr(o->grammar, (enum el)n->name, raw->name, raw->name_n, raw->value, raw->value_n);
}

/* Fills in what the tag says, each attribute once: first those that are written as they should be. */
static void find(struct origin *o, const struct node *n, struct attr *attrs, const char *bytes, size_t size, bool meant)
{
    struct srcpos pos = diag_place(o->ctx, node_pos(n));
    struct scan s = scan_of(bytes, size);
    struct scan_attr raw;
    s.p += n->line;
    s.line = pos.line;
    s.col = pos.col;
    while (scan_attr(&s, &raw)) {
        enum at at = taken_for(o, n, &raw, meant);
        for (uint16_t i = 0; i < n->n_attrs; i++)
            if (at != AT_NONE && attrs[i].name == at && !attrs[i].value) {
                value_of(o->ctx, &attrs[i], &raw);
                attr_place(&attrs[i], raw.line, raw.col, raw.to_value);
                break;
            }
    }
}

static bool all_found(const struct attr *attrs, uint16_t n)
{
    while (n && attrs[n - 1].value)
        n--;
    return !n;
}

void node_wake(const struct node *n)
{
    struct origin *o = n->origin;
    if (n->attrs || !n->n_attrs || !o)
        return;
    size_t size;
    const char *bytes = diag_file_again(o->ctx, o->file, &size);
    struct node *to = (struct node *)(uintptr_t)n;      /* it only learns what it always was   */
    struct attr *attrs = arena_array(o->ctx->arena, n->n_attrs, sizeof *attrs);
    struct srcpos pos = diag_place(o->ctx, node_pos(n));
    for (uint16_t i = 0; i < n->n_attrs; i++) {
        attrs[i].value = NULL;
        attrs[i].name = (unsigned char)n->text[i];
        attr_place(&attrs[i], pos.line, pos.col, 0);
    }
    bool there = bytes && n->line < size && bytes[n->line] == '<';
    if (there)
        find(o, n, attrs, bytes, size, false);
    if (there && !all_found(attrs, n->n_attrs))
        find(o, n, attrs, bytes, size, true);
    if (!all_found(attrs, n->n_attrs))
        diag_file_lost(o->ctx, o->file);
    for (uint16_t i = 0; i < n->n_attrs; i++)
        if (!attrs[i].value)
            attrs[i].value = "";
    to->attrs = attrs;
    to->text = "";
}
