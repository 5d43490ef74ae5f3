/* Edits of XML text in place. The text has been parsed before, so it is well-formed: the small
 * scanners here only have to find ends, never to judge. */
#include "compiler/xmledit.h"
#include "compiler/ctx.h"
#include "compiler/intext.h"
#include "compiler/outfile.h"
#include "compiler/syntax.h"
#include "compiler/textbuf.h"
#include "schemas/utf8.h"

#include <stdlib.h>
#include <string.h>

struct edit { size_t at, del, seq; const char *text; };
struct file {
    const char *path, *s;       /* s NULL: cannot be edited, reported                          */
    size_t n;
    size_t *lines, n_lines, lines_cap;
    struct edit *edits;
    size_t n_edits, cap;
    bool crlf;
};
struct xmledit {
    struct ctx *ctx;
    struct file *files[256];
    struct map *parents;        /* self-closed elements that were opened: node -> parent       */
    bool failed;
};
struct parent { struct textbuf text; struct file *f; size_t edit; const char *name, *indent; };

/* A start tag: offsets in the file. */
struct tag { size_t at, name_end, last, end; bool closed; };

struct xmledit *xmledit_new(struct ctx *ctx)
{
    struct xmledit *e = arena_alloc(ctx->arena, sizeof *e);
    e->ctx = ctx;
    e->parents = map_new(ctx->arena);
    return e;
}

static void find_lines(struct ctx *ctx, struct file *f)
{
    size_t i = f->n >= 3 && !memcmp(f->s, "\xef\xbb\xbf", 3) ? 3 : 0;
    for (bool start = true; i < f->n; i++) {
        if (start) {
            f->lines = arena_grow(ctx->arena, f->lines, &f->lines_cap, f->n_lines + 1,
                                  sizeof *f->lines);
            f->lines[f->n_lines++] = i;
        }
        start = f->s[i] == '\n';
        f->crlf |= f->s[i] == '\n' && i && f->s[i - 1] == '\r';
    }
}

static struct file *file_of(struct xmledit *e, const struct node *n)
{
    if (n->file >= sizeof e->files / sizeof *e->files)
        return NULL;
    struct file *f = e->files[n->file];
    if (f)
        return f->s ? f : NULL;
    f = e->files[n->file] = arena_alloc(e->ctx->arena, sizeof *f);
    f->path = diag_file_name(e->ctx, n->file);
    f->s = intext_bytes(e->ctx, f->path, &f->n);
    if (f->s && !utf8_valid(f->s, f->n)) {
        diag_machine(e->ctx, "%s: only files in UTF-8 can be edited; convert it first", f->path);
        f->s = NULL;
    }
    if (f->s)
        find_lines(e->ctx, f);
    e->failed |= !f->s;
    return f->s ? f : NULL;
}

static bool is_name(char ch)
{
    return !strchr(" \t\r\n/>=<\"'", ch) || (unsigned char)ch >= 0x80;
}

static size_t skip_space(const struct file *f, size_t i)
{
    while (i < f->n && strchr(" \t\r\n", f->s[i]))
        i++;
    return i;
}

/* At an attribute's name: *from, *to are its value without quotes; returns what follows. */
static size_t attribute(const struct file *f, size_t i, size_t *from, size_t *to)
{
    while (i < f->n && is_name(f->s[i]))
        i++;
    i = skip_space(f, i);
    i = skip_space(f, i < f->n ? i + 1 : i);
    char quote = i < f->n ? f->s[i] : 0;
    const char *close = i + 1 < f->n ? memchr(f->s + i + 1, quote, f->n - i - 1) : NULL;
    *from = i + 1;
    *to = close ? (size_t)(close - f->s) : f->n;
    return close ? *to + 1 : f->n;
}

/* The start tag of n; false: the file is not what was parsed. */
static bool tag_of(struct xmledit *e, const struct node *n, struct file **file, struct tag *t)
{
    struct file *f = *file = file_of(e, n);
    size_t from, to;
    if (!f || e->failed)
        return false;
    size_t i = n->line && n->line <= f->n_lines ? f->lines[n->line - 1] : f->n;
    for (uint32_t col = 1; col < n->col && i < f->n; col++)
        for (i++; i < f->n && ((unsigned char)f->s[i] & 0xc0) == 0x80; i++)
            ;
    t->at = i;
    const char *colon = NULL;
    size_t name = i + 1;
    for (i++; i < f->n && is_name(f->s[i]); i++)
        if (f->s[i] == ':')
            colon = f->s + i;
    if (colon)
        name = (size_t)(colon - f->s) + 1;
    const char *want = el_names[n->name];
    if (i >= f->n || f->s[t->at] != '<' || i - name != strlen(want) ||
        memcmp(f->s + name, want, i - name) != 0) {
        diag_machine(e->ctx, "%s: changed while it was read", f->path);
        e->failed = true;
        return false;
    }
    t->name_end = t->last = i;
    for (i = skip_space(f, i); i < f->n && f->s[i] != '>' && f->s[i] != '/'; i = skip_space(f, i))
        i = t->last = attribute(f, i, &from, &to);
    t->closed = i < f->n && f->s[i] == '/';
    t->end = i + 1 + t->closed;
    return true;
}

static void add_edit(struct xmledit *e, struct file *f, size_t at, size_t del, const char *text)
{
    struct textbuf b = { .arena = e->ctx->arena };
    for (const char *p = text; f->crlf && *p; p++) {
        if (*p == '\n')
            textbuf_add(&b, "\r");
        textbuf_bytes(&b, p, 1);
    }
    f->edits = arena_grow(e->ctx->arena, f->edits, &f->cap, f->n_edits + 1, sizeof *f->edits);
    f->edits[f->n_edits] = (struct edit){ at, del, f->n_edits, b.s ? b.s
                                          : arena_copy(e->ctx->arena, text, strlen(text)) };
    f->n_edits++;
}

void xmledit_attr(struct xmledit *e, const struct node *n, const char *name, const char *value)
{
    struct file *f;
    struct tag t;
    size_t from, to, next;
    struct textbuf b = { .arena = e->ctx->arena };
    if (!tag_of(e, n, &f, &t))
        return;
    for (size_t i = skip_space(f, t.name_end); i < t.last; i = skip_space(f, next)) {
        next = attribute(f, i, &from, &to);
        if (strncmp(f->s + i, name, strlen(name)) != 0 || is_name(f->s[i + strlen(name)]))
            continue;
        textbuf_add(&b, "");
        textbuf_xml(&b, value, f->s[from - 1]);
        add_edit(e, f, from, to - from, b.s);
        return;
    }
    textbuf_attr(&b, name, value);
    if (b.n)
        add_edit(e, f, t.last, 0, b.s);
}

/* Behind a construct that ends in `close`, from i. */
static size_t skip_to(const struct file *f, size_t i, const char *close)
{
    const char *p = memmem(f->s + i, f->n - i, close, strlen(close));
    return p ? (size_t)(p - f->s) + strlen(close) : f->n;
}

static size_t skip_tag(const struct file *f, size_t i, bool *closed)
{
    char quote = 0;
    for (; i < f->n; i++) {
        if (quote)
            quote = f->s[i] == quote ? 0 : quote;
        else if (f->s[i] == '"' || f->s[i] == '\'')
            quote = f->s[i];
        else if (f->s[i] == '>')
            break;
    }
    *closed = f->s[i - 1] == '/';
    return i < f->n ? i + 1 : i;
}

/* Offset of the end tag that belongs to the start tag. */
static size_t end_tag(const struct file *f, const struct tag *t)
{
    unsigned depth = 1;
    bool closed;
    for (size_t i = t->end; i < f->n;) {
        const char *lt = memchr(f->s + i, '<', f->n - i);
        if (!lt)
            break;
        i = (size_t)(lt - f->s);
        if (!strncmp(lt, "<!--", 4)) {
            i = skip_to(f, i + 4, "-->");
        } else if (!strncmp(lt, "<![CDATA[", 9)) {
            i = skip_to(f, i, "]]>");
        } else if (lt[1] == '?') {
            i = skip_to(f, i, "?>");
        } else if (lt[1] == '/') {
            if (!--depth)
                return i;
            i = skip_tag(f, i, &closed);
        } else {
            i = skip_tag(f, i, &closed);
            depth += !closed;
        }
    }
    return f->n;
}

/* Where the white space before offset `at` begins, if nothing else is before it on its line. */
static bool line_start(const struct file *f, size_t at, size_t *start)
{
    size_t i = at;
    while (i && (f->s[i - 1] == ' ' || f->s[i - 1] == '\t'))
        i--;
    *start = i;
    return !i || f->s[i - 1] == '\n';
}

const char *xmledit_indent(struct xmledit *e, const struct node *n)
{
    struct file *f;
    struct tag t;
    size_t start;
    if (!tag_of(e, n, &f, &t) || !line_start(f, t.at, &start))
        return "";
    return arena_copy(e->ctx->arena, f->s + start, t.at - start);
}

const char *xmledit_child_indent(struct xmledit *e, const struct node *n)
{
    for (const struct node *c = n->child; c; c = c->next)
        if (c->file == n->file && *xmledit_indent(e, c))
            return xmledit_indent(e, c);
    const char *own = xmledit_indent(e, n);
    return arena_printf(e->ctx->arena, "%s%s", own, strchr(own, '\t') ? "\t" : "  ");
}

void xmledit_before(struct xmledit *e, const struct node *n, const char *text)
{
    struct file *f;
    struct tag t;
    size_t start;
    if (!tag_of(e, n, &f, &t))
        return;
    if (line_start(f, t.at, &start))
        add_edit(e, f, start, 0, text);
    else
        add_edit(e, f, t.at, 0, arena_printf(e->ctx->arena, "\n%s", text));
}

void xmledit_behind(struct xmledit *e, const struct node *n, const char *text)
{
    struct file *f;
    struct tag t;
    bool closed;
    if (!tag_of(e, n, &f, &t))
        return;
    size_t i = t.closed ? t.end : skip_tag(f, end_tag(f, &t), &closed);
    size_t eol = i;
    while (eol < f->n && strchr(" \t\r", f->s[eol]))
        eol++;
    if (eol < f->n && f->s[eol] == '\n')
        add_edit(e, f, eol + 1, 0, text);
    else
        add_edit(e, f, i, 0, arena_printf(e->ctx->arena, "\n%s", text));
}

/* `<X/>` becomes `<X>...</X>`; further children join the first. */
static void open_element(struct xmledit *e, const struct node *n, struct file *f,
                         const struct tag *t, const char *text)
{
    struct str key = ctx_str(e->ctx, (const char *)&n, sizeof n);
    struct parent *p = map_get(e->parents, key);
    if (!p) {
        p = arena_alloc(e->ctx->arena, sizeof *p);
        p->text.arena = e->ctx->arena;
        p->indent = xmledit_indent(e, n);
        p->name = arena_copy(e->ctx->arena, f->s + t->at + 1, t->name_end - t->at - 1);
        add_edit(e, f, t->last, t->end - t->last, "");
        p->edit = f->n_edits - 1;
        map_set(e->parents, key, p);
    }
    textbuf_add(&p->text, text);
    const char *whole = arena_printf(e->ctx->arena, ">\n%s%s</%s>", p->text.s, p->indent, p->name);
    add_edit(e, f, 0, 0, whole);                        /* for its line ends                   */
    f->edits[p->edit].text = f->edits[--f->n_edits].text;
}

void xmledit_child(struct xmledit *e, const struct node *n, const char *text)
{
    struct file *f;
    struct tag t;
    size_t start;
    if (!tag_of(e, n, &f, &t))
        return;
    if (t.closed) {
        open_element(e, n, f, &t, text);
        return;
    }
    size_t at = end_tag(f, &t);
    if (line_start(f, at, &start))
        add_edit(e, f, start, 0, text);
    else
        add_edit(e, f, at, 0, arena_printf(e->ctx->arena, "\n%s%s", text, xmledit_indent(e, n)));
}

static int by_place(const void *a, const void *b)
{
    const struct edit *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void apply(struct ctx *ctx, struct file *f, struct textbuf *out)
{
    size_t at = 0;
    out->arena = ctx->arena;
    if (f->n_edits)
        qsort(f->edits, f->n_edits, sizeof *f->edits, by_place);
    for (size_t i = 0; i < f->n_edits; i++) {
        textbuf_bytes(out, f->s + at, f->edits[i].at - at);
        textbuf_add(out, f->edits[i].text);
        at = f->edits[i].at + f->edits[i].del;
    }
    textbuf_bytes(out, f->s + at, f->n - at);
}

const char *xmledit_text(struct xmledit *e, const struct node *n, size_t *size)
{
    struct textbuf out = { .arena = NULL };
    struct file *f = file_of(e, n);
    if (!f)
        return NULL;
    apply(e->ctx, f, &out);
    *size = out.n;
    return out.s;
}

bool xmledit_save(struct xmledit *e)
{
    for (size_t i = 0; i < sizeof e->files / sizeof *e->files && !e->failed; i++) {
        struct file *f = e->files[i];
        struct textbuf out = { .arena = NULL };
        if (!f || !f->n_edits)
            continue;
        apply(e->ctx, f, &out);
        e->failed = !outfile_write(e->ctx, f->path, out.s, out.n, true);
    }
    return !e->failed;
}
