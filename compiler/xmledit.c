/* Edits of XML text in place. The text has been parsed before, so it is well-formed: the small
 * scanners here only have to find ends, never to judge. */
#include "compiler/xmledit.h"
#include "compiler/ctx.h"
#include "compiler/intext.h"
#include "compiler/output.h"
#include "compiler/source.h"
#include "compiler/syntax.h"
#include "compiler/textbuf.h"
#include "schemas/utf8.h"

#include <stdlib.h>
#include <string.h>

struct edit { size_t at, del, seq; const char *text; const struct parent *opened; };
/* A place found before: where a line begins, and every STRIDE characters of a long one. */
struct mark { uint32_t line, col; size_t at; };
struct file {
    const char *path, *s;       /* s NULL: cannot be edited, reported                          */
    size_t n;
    struct mark *marks;
    size_t n_marks, marks_cap;
    struct edit *edits;
    size_t n_edits, cap;
    bool crlf;
};
/* An element that gets children. One that is closed at once is opened: all its children are one edit. */
struct parent {
    size_t end;                 /* its end tag; 0: not looked for yet                          */
    const char *indent;         /* of its children; NULL: not looked for yet                   */
    struct textbuf text;
    const char *name, *own_indent;      /* name NULL: not opened                               */
};
struct xmledit {
    struct ctx *ctx;
    struct file *files[256];
    struct map *parents;        /* node -> parent                                              */
    struct map *attrs;          /* "file offset name" -> the value that it gets                */
    bool failed;
};
enum { STRIDE = 1024 };

/* A start tag: offsets in the file. */
struct tag { size_t at, name_end, last, end; bool closed; };

struct xmledit *xmledit_new(struct ctx *ctx)
{
    struct xmledit *e = arena_alloc(ctx->arena, sizeof *e);
    e->ctx = ctx;
    e->parents = map_new(ctx->arena);
    e->attrs = map_new(ctx->arena);
    return e;
}

static bool inside_character(char ch)
{
    return ((unsigned char)ch & 0xc0) == 0x80;
}

static void find_marks(struct ctx *ctx, struct file *f)
{
    struct mark m = { 1, 1, f->n >= 3 && !memcmp(f->s, "\xef\xbb\xbf", 3) ? 3 : 0 };
    for (; m.at < f->n; m.at++) {
        if (inside_character(f->s[m.at]))
            continue;
        if (m.col % STRIDE == 1) {
            f->marks = arena_grow(ctx->arena, f->marks, &f->marks_cap, f->n_marks + 1, sizeof *f->marks);
            f->marks[f->n_marks++] = m;
        }
        m.col++;
        if (f->s[m.at] != '\n')
            continue;
        m.line++;
        m.col = 1;
        f->crlf |= m.at && f->s[m.at - 1] == '\r';
    }
}

/* The offset of a place; the file's end if there is no such place. */
static size_t offset_of(const struct file *f, uint32_t line, uint32_t col)
{
    size_t low = 0, high = f->n_marks;          /* the last mark that is not behind the place  */
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        const struct mark *m = &f->marks[mid];
        if (m->line < line || (m->line == line && m->col <= col))
            low = mid + 1;
        else
            high = mid;
    }
    if (!low || f->marks[low - 1].line != line)
        return f->n;
    size_t i = f->marks[low - 1].at;
    for (uint32_t at = f->marks[low - 1].col; at < col && i < f->n; at++)
        for (i++; i < f->n && inside_character(f->s[i]); i++)
            ;
    return i;
}

static void other_encoding(const struct xmledit *e, const struct file *f)
{
    diag_machine(e->ctx, "%s: only files in UTF-8 can be edited; convert it first", f->path);
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
    if (f->s && (!utf8_valid(f->s, f->n) || memchr(f->s, 0, f->n))) {   /* UTF-16 has NULs */
        other_encoding(e, f);
        f->s = NULL;
    }
    if (f->s)
        find_marks(e->ctx, f);
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
    size_t i = t->at = offset_of(f, n->line, n->col);
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

static struct edit *add_edit(struct xmledit *e, struct file *f, size_t at, size_t del, const char *text)
{
    f->edits = arena_grow(e->ctx->arena, f->edits, &f->cap, f->n_edits + 1, sizeof *f->edits);
    struct edit *edit = &f->edits[f->n_edits];
    *edit = (struct edit){ .at = at, .del = del, .seq = f->n_edits++, .text = arena_copy(e->ctx->arena, text, strlen(text)) };
    return edit;
}

static struct parent *parent_of(struct xmledit *e, const struct node *n)
{
    struct str key = ctx_str(e->ctx, (const char *)&n, sizeof n);
    struct parent *p = map_get(e->parents, key);
    if (!p) {
        p = arena_alloc(e->ctx->arena, sizeof *p);
        map_set(e->parents, key, p);
    }
    return p;
}

/* A file may be included twice: what stands there once gets one value. */
static bool first_value(struct xmledit *e, const struct node *n, const struct file *f, const struct tag *t, const char *name,
                        const char *value)
{
    const char *place = arena_printf(e->ctx->arena, "%p %zu %s", (const void *)f, t->at, name);
    const char *known = map_add(e->attrs, ctx_str(e->ctx, place, strlen(place)), arena_copy(e->ctx->arena, value, strlen(value)));
    if (known && strcmp(known, value) != 0)
        diag(e->ctx, node_pos(n), D_IMPORT_TARGET, "%s would be '%s' here and '%s': this file is included more than once",
             name, known, value);
    return !known;
}

void xmledit_attr(struct xmledit *e, const struct node *n, const char *name, const char *value)
{
    struct file *f;
    struct tag t;
    size_t from, to, next;
    struct textbuf b = { .arena = e->ctx->arena };
    if (!tag_of(e, n, &f, &t) || !first_value(e, n, f, &t, name, value ? value : ""))
        return;
    size_t before = t.name_end;
    for (size_t i = skip_space(f, t.name_end); i < t.last; before = next, i = skip_space(f, next)) {
        next = attribute(f, i, &from, &to);
        if (strncmp(f->s + i, name, strlen(name)) != 0 || is_name(f->s[i + strlen(name)]))
            continue;
        if (!value) {
            add_edit(e, f, before, next - before, "");
            return;
        }
        textbuf_add(&b, "");
        textbuf_xml(&b, value, f->s[from - 1]);
        add_edit(e, f, from, to - from, b.s);
        return;
    }
    textbuf_attr(&b, name, value ? value : "");
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
    struct parent *p = parent_of(e, n);
    for (const struct node *c = n->child; c && !p->indent; c = c->next) {
        const char *indent = c->file == n->file && c->line ? xmledit_indent(e, c) : "";  /* without a line: of templates */
        p->indent = *indent ? indent : NULL;
    }
    if (!p->indent) {
        const char *own = xmledit_indent(e, n);
        p->indent = arena_printf(e->ctx->arena, "%s%s", own, strchr(own, '\t') ? "\t" : "  ");
    }
    return p->indent;
}

/* What comes to an element of a file that writes <p:Variable> is written so, too. Texts have no < but of tags. */
static const char *prefixed(struct xmledit *e, const struct file *f, const struct tag *t, const char *text)
{
    const char *name = f->s + t->at + 1, *colon = memchr(name, ':', t->name_end - t->at - 1);
    struct textbuf b = { .arena = e->ctx->arena };
    if (!colon)
        return text;
    textbuf_add(&b, "");
    for (; *text; text++) {
        textbuf_bytes(&b, text, 1);
        if (*text != '<')
            continue;
        if (text[1] == '/')
            textbuf_bytes(&b, ++text, 1);
        textbuf_bytes(&b, name, (size_t)(colon - name) + 1);
    }
    return b.s;
}

void xmledit_before(struct xmledit *e, const struct node *n, const char *text)
{
    struct file *f;
    struct tag t;
    size_t start;
    if (!tag_of(e, n, &f, &t))
        return;
    text = prefixed(e, f, &t, text);
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
    text = prefixed(e, f, &t, text);
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
    struct parent *p = parent_of(e, n);
    if (!p->name) {
        p->text.arena = e->ctx->arena;
        p->own_indent = xmledit_indent(e, n);
        p->name = arena_copy(e->ctx->arena, f->s + t->at + 1, t->name_end - t->at - 1);
        add_edit(e, f, t->last, t->end - t->last, ">\n")->opened = p;
    }
    textbuf_add(&p->text, text);
}

void xmledit_child(struct xmledit *e, const struct node *n, const char *text)
{
    struct file *f;
    struct tag t;
    size_t start;
    if (!tag_of(e, n, &f, &t))
        return;
    text = prefixed(e, f, &t, text);
    if (t.closed) {
        open_element(e, n, f, &t, text);
        return;
    }
    struct parent *p = parent_of(e, n);
    if (!p->end)
        p->end = end_tag(f, &t);
    if (line_start(f, p->end, &start))
        add_edit(e, f, start, 0, text);
    else
        add_edit(e, f, p->end, 0, arena_printf(e->ctx->arena, "\n%s%s", text, xmledit_indent(e, n)));
}

static int by_place(const void *a, const void *b)
{
    const struct edit *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (!x->opened != !y->opened)               /* attributes stand before what closes the tag */
        return x->opened ? 1 : -1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The text that comes in, with the file's line ends. */
static void put(const struct file *f, const char *text, struct textbuf *out)
{
    for (const char *eol; f->crlf && (eol = strchr(text, '\n')); text = eol + 1) {
        textbuf_bytes(out, text, (size_t)(eol - text));
        textbuf_add(out, "\r\n");
    }
    textbuf_add(out, text);
}

static void apply(struct ctx *ctx, struct file *f, struct textbuf *out)
{
    size_t at = 0;
    out->arena = ctx->arena;
    if (f->n_edits)
        qsort(f->edits, f->n_edits, sizeof *f->edits, by_place);
    for (size_t i = 0; i < f->n_edits; i++) {
        textbuf_bytes(out, f->s + at, f->edits[i].at - at);
        put(f, f->edits[i].text, out);
        const struct parent *p = f->edits[i].opened;
        if (p) {
            put(f, p->text.s, out);
            textbuf_printf(out, "%s</%s>", p->own_indent, p->name);
        }
        at = f->edits[i].at + f->edits[i].del;
    }
    textbuf_bytes(out, f->s + at, f->n - at);
}

bool xmledit_save(struct xmledit *e)
{
    struct outputs *outs = outputs_new(e->ctx);
    for (size_t i = 0; i < sizeof e->files / sizeof *e->files && !e->failed; i++) {
        struct file *f = e->files[i];
        struct textbuf out = { .arena = NULL };
        if (!f || !f->n_edits)
            continue;
        apply(e->ctx, f, &out);
        /* Plain text is the same in any encoding that a declaration names. */
        if (!utf8_plain(out.s, out.n) && !source_takes_utf8(e->ctx, f->s, f->n)) {
            other_encoding(e, f);
            e->failed = true;
            break;
        }
        e->failed = !output_write(outs, f->path, out.s, out.n);
    }
    if (e->failed)
        outputs_abandon(outs);
    else
        e->failed = !outputs_commit(outs);
    return !e->failed;
}
