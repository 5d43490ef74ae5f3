/* XML to syntax tree with libxml2's SAX2 interface; its only user. No DTD, no entities beyond the
 * five predefined, no network. libxml2's own lines and columns mean the end of a tag, so places
 * come from a scan of the source that keeps step with its events (scan.h). */
#include "compiler/xml.h"
#include "compiler/offers.h"
#include "compiler/progress.h"
#include "compiler/xml_load.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The argument of error callbacks became const in 2.12. */
#if LIBXML_VERSION >= 21200
#define ERROR_ARG const xmlError *
#else
#define ERROR_ARG xmlErrorPtr
#endif

enum { OCTETS_PER_NAME = 128 };     /* where a project has many: most variables have two       */

struct xml_run {
    struct xml_load *ld;
    xmlParserCtxtPtr parser;
    unsigned mistakes;
    uint32_t last_line;             /* of the last mistake: one per line                       */
    bool doctype;
    bool whole;                     /* an attribute stood twice, of which the first counts, or an entity is
                                       not known: that makes the file ill-formed, but not its tree */
    unsigned in_tag;                /* duplicates since the last start tag                     */
    bool lost;                      /* a tag could not be read: what closes what is a guess    */
};

/* Offset of the parser's cursor in the source. */
static size_t cursor(const struct xml_run *run)
{
    const struct xml_load *ld = run->ld;
    const xmlParserInput *in = run->parser->input;
    const char *at = in ? (const char *)in->cur : NULL;
    if (at >= ld->src.bytes && at <= ld->src.bytes + ld->src.n)
        return (size_t)(at - ld->src.bytes);
    long n = xmlByteConsumed(run->parser);
    return n < 0 ? ld->src.n : (size_t)n;
}

/* The last place of `what` at or before offset; offset itself if there is none. */
static size_t back_to(const struct xml_load *ld, size_t offset, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = offset + 1; i-- > 0;)
        if (ld->src.n - i >= n && !memcmp(ld->src.bytes + i, what, n))
            return i;
    return offset;
}

_Static_assert(sizeof(struct xml_attr_in) == 5 * sizeof(const xmlChar *), "as libxml2 hands them over");

static void on_start(void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
                     int n_ns, const xmlChar **ns, int n_attrs, int n_default,
                     const xmlChar **attrs)
{
    struct xml_run *run = data;
    size_t n = n_attrs > 0 ? (size_t)n_attrs : 0;
    (void)n_ns;
    (void)ns;
    (void)n_default;
    if (run->ld->broken)
        run->ld->begin = back_to(run->ld, cursor(run), "<");
    xml_tree_start(run->ld, (const char *)local, (const char *)prefix, (const char *)uri,
                   (const struct xml_attr_in *)(const void *)attrs, n);
    run->ld->tag_lost = false;
    run->in_tag = 0;
    const xmlParserInput *in = run->parser->input;
    progress_part(run->ld->ctx, (size_t)(in->cur - in->base), run->ld->src.n);
}

static void on_end(void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    struct xml_run *run = data;
    const struct xml_load *ld = run->ld;
    (void)prefix;
    (void)uri;
    if (!ld->broken || !ld->depth || ld->too_deep || !strcmp(ld->levels[ld->depth].tag, (const char *)local))
        xml_tree_end(run->ld);          /* else xml_tree_close() has closed it                 */
}

static void on_text(void *data, const xmlChar *s, int n)
{
    struct xml_run *run = data;
    const char *p = (const char *)s;
    const struct source *src = &run->ld->src;
    bool inside = p >= src->bytes && p <= src->bytes + src->n;
    xml_tree_text(run->ld, p, (size_t)n, inside ? (size_t)(p - src->bytes) : cursor(run));
}

static void on_doctype(void *data, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    struct xml_run *run = data;
    (void)name;
    (void)external;
    (void)system;
    struct srcpos pos = xml_place(run->ld, back_to(run->ld, cursor(run), "<!DOCTYPE"));
    run->doctype = true;
    diag(run->ld->ctx, pos, D_DOCTYPE, "document types (DTD) are not allowed");
    xml_tree_broken(run->ld, pos);
    xmlStopParser(run->parser);
}

/* An element that was not closed took in what stands behind it: that this cannot stand there is no mistake
 * of its own. */
static void withdraw_misplaced(struct xml_load *ld)
{
    const struct xml_level *open = &ld->levels[ld->depth];
    if (ld->depth)
        diag_withdraw(ld->ctx, D_MISPLACED_ELEMENT, (struct srcpos){ ld->file, open->line, open->col });
}

/* This and the next two: where it was told. */
static struct srcpos tell_end_of_file(struct xml_run *run)
{
    struct xml_load *ld = run->ld;
    struct srcpos pos = xml_place(ld, ld->src.n);
    withdraw_misplaced(ld);
    diag(ld->ctx, pos, D_TRUNCATED_XML, "the file ends too early");
    const struct xml_level *open = &ld->levels[ld->depth];
    if (ld->depth)
        diag_note(ld->ctx, (struct srcpos){ ld->file, open->line, open->col },
                  "element '%s' is not closed", open->tag);
    return pos;
}

static struct srcpos tell_mismatch(struct xml_run *run, const xmlError *e, size_t at)
{
    struct xml_load *ld = run->ld;
    const struct xml_level *open = &ld->levels[ld->depth];
    withdraw_misplaced(ld);
    at = back_to(ld, at ? at - 1 : 0, "</");
    size_t n = strcspn(ld->src.bytes + at + 2, " >\r\n\t");
    struct srcpos pos = xml_place(ld, at);
    diag(ld->ctx, pos, D_TAG_MISMATCH, "end tag '%.*s' does not close '%s'",
         (int)(n < 80 ? n : 80), ld->src.bytes + at + 2, e->str1 ? e->str1 : "");
    if (ld->depth && !ld->too_deep)
        diag_note(ld->ctx, (struct srcpos){ ld->file, open->line, open->col },
                  "'%s' begins here", open->tag);
    return pos;
}

static void tell_duplicate(struct xml_run *run, const xmlError *e, size_t at)
{
    struct xml_load *ld = run->ld;
    struct scan s = scan_of(ld->src.bytes, ld->src.n);
    size_t tag = back_to(ld, at ? at - 1 : 0, "<");
    struct srcpos first = { 0 };
    struct scan_attr a;
    scan_to(&s, ld->src.bytes + tag);
    while (scan_attr(&s, &a)) {
        if (!e->str1 || strlen(e->str1) != a.name_n || memcmp(e->str1, a.name, a.name_n) != 0)
            continue;
        struct srcpos pos = { ld->file, a.line, a.col };
        if (first.line) {
            diag(ld->ctx, pos, D_DUPLICATE_ATTRIBUTE, "attribute '%s' stands twice", e->str1);
            diag_note(ld->ctx, first, "first here");
            return;
        }
        first = pos;
    }
    diag(ld->ctx, xml_place(ld, tag), D_DUPLICATE_ATTRIBUTE, "attribute '%s' stands twice",
         e->str1 ? e->str1 : "");
}

/* libxml2's reasons in plain words; from: where to look back for the place, "" the cursor. */
static const struct reason {
    int code;
    enum diag_code as;
    const char *from, *text;
} reasons[] = {
    { XML_ERR_UNDECLARED_ENTITY, D_UNKNOWN_ENTITY, "&", "entity '&%s;' is not known" },
    { XML_WAR_UNDECLARED_ENTITY, D_UNKNOWN_ENTITY, "&", "entity '&%s;' is not known" },
    { XML_ERR_NAME_REQUIRED, D_MALFORMED_XML, "", "a name is missing here" },
    { XML_ERR_ENTITYREF_SEMICOL_MISSING, D_MALFORMED_XML, "&", "'&' without its ';'" },
    { XML_ERR_INVALID_CHAR, D_BAD_CHARACTER, "", "a character that XML does not allow" },
    { XML_ERR_INVALID_CHARREF, D_BAD_CHARACTER, "&", "not a character's number" },
    { XML_ERR_INVALID_HEX_CHARREF, D_BAD_CHARACTER, "&", "not a character's number" },
    { XML_ERR_INVALID_DEC_CHARREF, D_BAD_CHARACTER, "&", "not a character's number" },
    { XML_ERR_LT_IN_ATTRIBUTE, D_MALFORMED_XML, "", "'<' in an attribute's value" },
    { XML_ERR_ATTRIBUTE_NOT_STARTED, D_MALFORMED_XML, "", "the value has no quotes" },
    { XML_ERR_ATTRIBUTE_NOT_FINISHED, D_MALFORMED_XML, "", "the value's closing quote is missing" },
    { XML_ERR_ATTRIBUTE_WITHOUT_VALUE, D_MALFORMED_XML, "", "an attribute without a value" },
    { XML_ERR_GT_REQUIRED, D_MALFORMED_XML, "", "'>' is missing here" },
    { XML_ERR_SPACE_REQUIRED, D_MALFORMED_XML, "", "a space is missing here" },
    { XML_ERR_DOCUMENT_END, D_MALFORMED_XML, "", "something follows the root element" },
    { XML_ERR_COMMENT_NOT_FINISHED, D_MALFORMED_XML, "<!--", "the comment is not closed" },
    { XML_ERR_HYPHEN_IN_COMMENT, D_MALFORMED_XML, "", "'--' in a comment" },
    { XML_ERR_CDATA_NOT_FINISHED, D_MALFORMED_XML, "<![CDATA[", "the CDATA section is not closed" },
    { XML_ERR_PI_NOT_FINISHED, D_MALFORMED_XML, "<?", "the processing instruction is not closed" },
    { XML_ERR_MISPLACED_CDATA_END, D_MALFORMED_XML, "", "']]>' in text" },
    { XML_ERR_RESERVED_XML_NAME, D_MALFORMED_XML, "<?",
      "an XML declaration that is not the file's first bytes" },
    { XML_ERR_DOCUMENT_EMPTY, D_MALFORMED_XML, "", "no XML begins here" },
    { XML_NS_ERR_UNDEFINED_NAMESPACE, D_MALFORMED_XML, "<", "a prefix that no xmlns declares" },
};

/* The quotes of word processors are not XML's. */
static void hint_quotes(struct xml_load *ld, size_t at)
{
    static const char *const curly[] = {"\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x9e", "\xe2\x80\x98", "\xc2\xab"};
    for (size_t i = 0; i < sizeof curly / sizeof *curly; i++) {
        size_t n = strlen(curly[i]);
        if (at + n <= ld->src.n && !memcmp(ld->src.bytes + at, curly[i], n)) {
            diag_hint(ld->ctx, "%s is a printer's quote; write \"", curly[i]);
            return;
        }
    }
    diag_hint(ld->ctx, "write the value in quotes: name=\"value\"");
}

static struct srcpos tell_reason(struct xml_run *run, const xmlError *e, size_t at)
{
    struct xml_load *ld = run->ld;
    struct srcpos pos;
    if (e->code == XML_ERR_ATTRIBUTE_NOT_FINISHED && e->message && strstr(e->message, "too long")) {
        pos = xml_place(ld, at);
        diag(ld->ctx, pos, D_MALFORMED_XML, "a value of more than 10,000,000 octets");
        return pos;
    }
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const struct reason *r = &reasons[i];
        if (r->code != e->code)
            continue;
        if (r->as == D_BAD_CHARACTER && at && ld->src.bytes[at - 1] == ';')
            at = back_to(ld, at - 1, "&");      /* a character written by its number          */
        else if (*r->from)
            at = back_to(ld, at ? at - 1 : 0, r->from);
        pos = xml_place(ld, at);
        if (r->as == D_UNKNOWN_ENTITY)
            diag(ld->ctx, pos, r->as, "entity '&%s;' is not known",
                 e->str1 ? e->str1 : "");
        else
            diag(ld->ctx, pos, r->as, "%s", r->text);
        if (r->code == XML_ERR_ATTRIBUTE_NOT_STARTED)
            hint_quotes(ld, at);
        return pos;
    }
    size_t n = e->message ? strcspn(e->message, "\n") : 0;
    pos = xml_place(ld, at);
    diag(ld->ctx, pos, D_MALFORMED_XML, "%.*s", (int)(n < 200 ? n : 200), e->message ? e->message : "");
    return pos;
}

static void on_error(void *data, const xmlError *e)
{
    struct xml_run *run = data;
    struct xml_load *ld = run->ld;
    if (e->level == XML_ERR_WARNING || run->doctype || e->code == XML_WAR_NS_URI ||
        e->code == XML_WAR_NS_URI_RELATIVE)
        return;
    bool twice = e->code == XML_ERR_ATTRIBUTE_REDEFINED;
    bool entity = e->code == XML_ERR_UNDECLARED_ENTITY || e->code == XML_WAR_UNDECLARED_ENTITY;
    if (twice || entity) {
        run->whole = true;
        lose_named(ld->ctx, UINT64_C(1) << EL_NONE);
    }
    bool mismatch = e->code == XML_ERR_TAG_NAME_MISMATCH;
    bool lost = e->code != XML_ERR_INVALID_CHAR && !twice && !entity;
    ld->tag_lost |= lost && !mismatch;
    size_t at = cursor(run);
    struct srcpos told = {0};
    if (twice) {
        if (!ld->too_deep && run->in_tag++ < XML_MISTAKES)
            tell_duplicate(run, e, at);
        return;
    }
    uint32_t line = xml_place(ld, at).line;
    bool cut = e->code == XML_ERR_TAG_NOT_FINISHED || (at >= ld->src.n && !mismatch);
    bool guess = run->lost && (mismatch || cut || e->code == XML_ERR_DOCUMENT_END);
    run->lost |= lost;                  /* also if the line has been told: of a character in a tag the tag is */
    if (!ld->too_deep && run->mistakes < XML_MISTAKES && line != run->last_line && !guess) {
        run->mistakes++;
        run->last_line = line;
        told = cut ? tell_end_of_file(run) : mismatch ? tell_mismatch(run, e, at) : tell_reason(run, e, at);
    }
    if (!entity)
        xml_tree_broken(ld, told);
    if (mismatch) {
        const char *tag = ld->src.bytes + back_to(ld, at ? at - 1 : 0, "</") + 2;
        xml_tree_close(ld, tag, strcspn(tag, " >\r\n\t"));
    }
}

static void on_serror(void *data, ERROR_ARG e)
{
    on_error(data, e);
}

/* The source is parsed in place, as a string: a parser buffer around it would move its bytes, which
 * the scan still needs. It holds no NUL (source_decode). */
static void parse(struct xml_load *ld)
{
    struct xml_run run = { .ld = ld };
    xmlParserCtxtPtr p = xmlNewParserCtxt();
    xmlParserInputPtr in = p ? xmlNewInputStream(p) : NULL;
    if (!in) {
        diag_machine(ld->ctx, "out of memory");
        return;
    }
    in->base = in->cur = (const xmlChar *)ld->src.bytes;
    in->end = in->base + ld->src.n;
    in->length = (int)ld->src.n;
    run.parser = p;
    memset(p->sax, 0, sizeof *p->sax);
    p->sax->initialized = XML_SAX2_MAGIC;
    p->sax->startElementNs = on_start;
    p->sax->endElementNs = on_end;
    p->sax->characters = on_text;
    p->sax->ignorableWhitespace = on_text;
    p->sax->cdataBlock = on_text;
    p->sax->internalSubset = on_doctype;
    p->sax->serror = on_serror;
    p->userData = &run;
    /* NOENT: else libxml2 hands over `&amp;` in attributes as "&#38;". No entity can be declared. */
    xmlCtxtUseOptions(p, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_RECOVER |
                             XML_PARSE_IGNORE_ENC);
    inputPush(p, in);
    xmlParseDocument(p);
    if (!p->wellFormed && !run.whole)
        xml_tree_broken(ld, (struct srcpos){0});
    xmlFreeParserCtxt(p);
}

/* Nothing comes of a file without a reason that somebody reads. */
static void tell_unsaid(struct xml_load *ld)
{
    if (!diag_errors(ld->ctx) && !diag_machine_failed(ld->ctx))
        diag(ld->ctx, (struct srcpos){ ld->file, 0, 0 }, D_MALFORMED_XML, "not well-formed XML");
}

/* From bytes to nodes under ld->levels[0]; ld->src is freed, or kept for excerpts. */
static void load_source(struct xml_load *ld)
{
    size_t given = ld->src.n;
    diag_file_stamp(ld->ctx, ld->file, &ld->src.stamp);
    if (ld->src.once)
        diag_file_bytes(ld->ctx, ld->file, arena_copy(ld->ctx->arena, ld->src.bytes, ld->src.n), ld->src.n);
    if (!ld->src.n) {
        diag(ld->ctx, (struct srcpos){ ld->file, 0, 0 }, D_EMPTY_FILE, "the file is empty");
        xml_tree_broken(ld, (struct srcpos){0});
    } else if (!source_decode(ld->ctx, ld->file, &ld->src, source_declared(ld->ctx, ld->src.bytes, ld->src.n))) {
        xml_tree_broken(ld, (struct srcpos){0});
    } else {
        ld->scan = scan_of(ld->src.bytes, ld->src.n);
        ld->scan.lines = ld->src.lines;
        ld->again = ld->scan;
        if (!ld->from)                      /* nobody else is at the strings yet               */
            strs_expect(ld->ctx->strs, ld->src.n / OCTETS_PER_NAME);
        if (ld->src.recoded || (ld->src.once && ld->src.n != given))
            diag_file_bytes(ld->ctx, ld->file,
                            arena_copy(ld->ctx->arena, ld->src.bytes, ld->src.n), ld->src.n);
        parse(ld);
    }
    if (ld->broken)
        tell_unsaid(ld);
    if (ld->ctx->offers)
        offers_wait(ld->ctx->offers);       /* tags were offered as they lie there             */
    source_free(&ld->src);
}

/* A file that has been read leaves its place, and the values seen lately, to the next. */
static struct xml_load *load_new(struct ctx *ctx, const char *path, struct xml_total *total)
{
    struct xml_load *ld = total ? total->spare : NULL;
    if (ld) {
        total->spare = NULL;
        memset(ld, 0, offsetof(struct xml_load, values));
        for (size_t i = 0; ld->shapes && i < XML_SHAPES; i++)
            ld->shapes[i].n = 0;        /* they are of names of its parser, which is gone      */
    } else {
        ld = arena_alloc(ctx->arena, sizeof *ld);
    }
    ld->ctx = ctx;
    ld->total = total;
    ld->path = path;
    ld->file = diag_file(ctx, path);
    ld->levels[0].name = EL_NONE;
    return ld;
}

/* Directory of the including file + href, with %XX decoded. NULL: not a plain file name. */
static const char *include_path(struct xml_load *ld, const char *href, size_t n)
{
    size_t scheme = 0;
    while (scheme < n && href[scheme] != ':' && href[scheme] != '/')
        scheme++;
    if ((scheme < n && href[scheme] == ':') || (n >= 2 && !memcmp(href, "//", 2)) ||
        memchr(href, '#', n))
        return NULL;
    const char *slash = strrchr(ld->path, '/');
    size_t dir = *href == '/' || !slash ? 0 : (size_t)(slash - ld->path) + 1;
    char *path = arena_alloc(ld->ctx->arena, dir + n + 1), *out = path + dir;
    memcpy(path, ld->path, dir);
    for (size_t i = 0; i < n; i++) {
        char hex[3] = { 0 };
        char *end = hex;
        if (href[i] == '%' && n - i > 2) {
            memcpy(hex, href + i + 1, 2);
            *out = (char)strtoul(hex, &end, 16);
        }
        if (end == hex + 2 && *out)
            i += 2;
        else
            *out = href[i];
        out++;
    }
    return path;
}

static bool include_loops(struct xml_load *ld, const char *real, struct srcpos pos)
{
    for (const struct xml_load *l = ld; l; l = l->from) {
        if (!real || !l->real || strcmp(real, l->real) != 0)
            continue;
        diag(ld->ctx, pos, D_INCLUDE_LOOP, "'%s' includes itself", l->path);
        for (const struct xml_load *k = ld; k != l; k = k->from)
            diag_note(ld->ctx, k->from_pos, "'%s' is included here", k->path);
        return true;
    }
    return false;
}

/* Not when the project has grown beyond all measure, as files that include each other make it. */
static bool may_include(struct xml_load *ld, struct srcpos pos)
{
    struct xml_total *t = ld->total;
    if (t->files < XML_FILES && t->bytes <= SOURCE_MAX) {
        t->files++;
        return true;
    }
    if (!t->told)
        diag(ld->ctx, pos, D_TOO_DEEP, t->files < XML_FILES ? "more than 1 GiB of included files"
                                                            : "more than %d files included",
             XML_FILES);
    t->told = true;
    return false;
}

/* Opening it would wait until somebody writes there. */
static bool is_pipe(const char *path)
{
    struct stat st;
    return !stat(path, &st) && S_ISFIFO(st.st_mode);
}

bool xml_include(struct xml_load *ld, const char *href, size_t n, struct srcpos pos)
{
    struct ctx *ctx = ld->ctx;
    const char *path = include_path(ld, href, n);
    if (!path) {
        diag(ctx, pos, D_INCLUDE_FORM, "'%.*s' is no file name relative to this file",
             (int)(n < 200 ? n : 200), href);
        return false;
    }
    if (ld->nesting + 1 > XML_INCLUDES) {
        diag(ctx, pos, D_TOO_DEEP, "files included deeper than %d", XML_INCLUDES);
        return false;
    }
    if (!may_include(ld, pos))
        return false;
    char *real = realpath(path, NULL);
    if (include_loops(ld, real, pos)) {
        free(real);
        return false;
    }
    if (ctx->offers)
        offers_wait(ctx->offers);       /* a new file has a new name                           */
    struct xml_load *sub = load_new(ctx, path, ld->total);
    const char *why = is_pipe(path) ? "is a pipe, which may never have anything" : source_read(path, &sub->src);
    if (why) {
        ld->include_error = arena_printf(ctx->arena, "cannot include '%s': %s", path, why);
        free(real);
        ld->total->spare = sub;
        return false;
    }
    struct xml_level *here = &ld->levels[ld->depth];
    sub->grammar = ld->grammar;
    sub->total->bytes += sub->src.n;
    sub->from = ld;
    sub->from_pos = pos;
    sub->nesting = ld->nesting + 1;
    sub->real = real;
    sub->levels[0] = *here;
    sub->levels[0].skip = false;
    load_source(sub);
    here->tail = sub->levels[0].tail;
    here->seen = sub->levels[0].seen;
    ld->total->spare = sub;
    free(real);
    return true;
}

static struct node *load_root(struct xml_load *ld)
{
    struct node *root = NULL;
    ld->grammar = grammar_new(ld->ctx);
    ld->total = arena_alloc(ld->ctx->arena, sizeof *ld->total);
    ld->levels[0].tail = &root;
    load_source(ld);
    if (!root)
        tell_unsaid(ld);
    return root;
}

void xml_load(struct ctx *ctx)
{
    struct xml_load *ld = load_new(ctx, ctx->project_path, NULL);
    const char *why = source_read(ld->path, &ld->src);
    if (why) {
        diag_machine(ctx, "cannot read '%s': %s", ld->path, why);
        return;
    }
    ld->real = realpath(ld->path, NULL);
    ctx->tree = load_root(ld);
    free(ld->real);
}

struct node *xml_load_buffer(struct ctx *ctx, const char *name, const void *bytes, size_t n)
{
    struct xml_load *ld = load_new(ctx, name, NULL);
    char *copy = malloc(n + 1);
    if (!copy || n > SOURCE_MAX) {
        free(copy);
        diag_machine(ctx, "cannot read '%s': not enough memory", name);
        return NULL;
    }
    if (n)
        memcpy(copy, bytes, n);
    copy[n] = 0;
    ld->src = (struct source){ .bytes = copy, .n = n };
    diag_file_bytes(ctx, ld->file, arena_copy(ctx->arena, bytes, n), n);
    return ctx->tree = load_root(ld);
}
