/* From SAX events to nodes: places, the grammar's rules, xi:include. Reports every mistake of form
 * and leaves out what is wrong. */
#include "compiler/offers.h"
#include "compiler/xml_load.h"

#include <string.h>

#define NS_PROJECT "urn:bacc:project:1"
#define NS_INCLUDE "http://www.w3.org/2001/XInclude"
#define NS_SCHEMA  "http://www.w3.org/2001/XMLSchema-instance"
#define NS_XML     "http://www.w3.org/XML/1998/namespace"

static struct xml_level *level(struct xml_load *ld)
{
    return &ld->levels[ld->depth];
}

struct srcpos xml_place(struct xml_load *ld, size_t offset)
{
    const char *p = ld->src.bytes + (offset < ld->src.n ? offset : ld->src.n);
    if (ld->again.p > p)
        ld->again = scan_start(&ld->scan);
    if (ld->scan.p <= p && ld->scan.p > ld->again.p)
        ld->again = ld->scan;
    scan_to(&ld->again, p);
    return (struct srcpos){ ld->file, ld->again.line, ld->again.col };
}

/* Most values repeat ("REAL", "true", "°C"): keep one copy of those seen lately. */
static const char *value_copy(struct xml_load *ld, const char *s, size_t n)
{
    if (n > 16)
        return arena_copy(ld->ctx->arena, s, n);
    uint32_t h = (uint32_t)n;           /* a guess is enough: who collides takes the place     */
    if (n)
        h = ((h * 31 + (unsigned char)s[0]) * 31 + (unsigned char)s[n / 2]) * 31 +
            (unsigned char)s[n - 1];
    h = (h ^ h >> 10) % (sizeof ld->values / sizeof *ld->values);
    if (!ld->values[h].s || ld->values[h].n != n || memcmp(ld->values[h].s, s, n) != 0) {
        ld->values[h].s = arena_copy(ld->ctx->arena, s, n);
        ld->values[h].n = (uint32_t)n;
    }
    return ld->values[h].s;
}

static void hint_near(struct ctx *ctx, const char *best)
{
    if (best)
        diag_hint(ctx, "did you mean '%s'?", best);
}

/* Whatever can stand in `parent` may be missing, and what a Use would have made. */
static void lose_below(struct xml_load *ld, enum el parent)
{
    uint64_t below = grammar_below(ld->grammar, parent);
    lose_kinds(ld->ctx, below);
    if (el_in(below, EL_Use))
        lose_kinds(ld->ctx, grammar_below(ld->grammar, EL_Template));
}

static void lose_values(struct xml_load *ld, const struct xml_attr_in *in, size_t n)
{
    for (size_t i = 0; i < n; i++)
        lose_name(ld->ctx, in[i].value, xml_value_n(&in[i]));
}

/* The element is left out, and with it whatever it holds; EL_NONE: it may be anything that can stand in
 * `parent`. What a Use would have made of a template may be called anything. */
static void lose(struct xml_load *ld, enum el parent, enum el el, const struct xml_attr_in *in, size_t n)
{
    uint64_t below = grammar_below(ld->grammar, el == EL_NONE ? parent : el);
    lose_named(ld->ctx, below | (el == EL_NONE ? 0 : UINT64_C(1) << el));
    lose_values(ld, in, n);
    if (el == EL_Use)
        lose_kinds(ld->ctx, grammar_below(ld->grammar, EL_Template));
}

/* Is this one of the project's elements? Tells about namespaces once per file, then forgives. */
static bool namespace_ok(struct xml_load *ld, const char *local, const char *uri,
                         struct srcpos pos)
{
    if (uri && uri == ld->ns)
        return true;
    if (uri && !strcmp(uri, NS_PROJECT)) {
        ld->ns = uri;
        return true;
    }
    bool alien = uri && strncmp(uri, "urn:bacc:", 9) != 0 && ld->depth > 1;
    if (alien) {
        diag(ld->ctx, pos, D_FOREIGN_NAMESPACE, "element '%s' belongs to namespace '%s'",
                 local, uri);
        return false;
    }
    if (!ld->no_namespace) {
        ld->no_namespace = true;
        if (uri)
            diag(ld->ctx, pos, D_WRONG_NAMESPACE, "element '%s' belongs to namespace '%s'", local,
                 uri);
        else
            diag(ld->ctx, pos, D_WRONG_NAMESPACE, "element '%s' has no namespace", local);
        if (el_by_name(local, strlen(local)) != EL_NONE)        /* also what an included file begins with */
            diag_hint(ld->ctx, "write <%s xmlns=\"" NS_PROJECT "\" ...>", local);
    }
    return true;
}

/* An attribute that is no plain project attribute: allowed and ignored, or told. */
static void attr_special(struct xml_load *ld, const struct xml_attr_in *in, struct srcpos pos)
{
    if (in->uri && (!strcmp(in->uri, NS_XML) || !strcmp(in->uri, NS_SCHEMA)))
        return;
    diag(ld->ctx, pos, D_FOREIGN_NAMESPACE, "attribute '%s:%s' belongs to namespace '%s'",
         in->prefix ? in->prefix : "", in->local, in->uri ? in->uri : "");
}

static bool given(struct xml_load *ld, const struct xml_attr_in *in, size_t n, enum at at)
{
    for (size_t i = 0; i < n; i++)
        if (!in[i].uri && !in[i].prefix && xml_at_of(ld, in[i].local)->id == at)
            return true;
    return false;
}

/* The same attribute stands further ahead in the tag, which has been told. */
static bool given_before(const struct xml_attr_in *in, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (in[k].local == in[i].local && in[k].prefix == in[i].prefix)
            return true;
    return false;
}

/* What in[i] was meant to be; AT_NONE: nothing is near. Taken for that, its value is checked, and nothing follows
 * from its being away. in: all attributes; seen: those before it. */
static enum at attr_unknown(struct xml_load *ld, enum el el, size_t i, struct srcpos pos,
                            const struct xml_attr_in *in, size_t n, const struct at_set *seen)
{
    const char *local = in[i].local;
    size_t len = strlen(local);
    const char *near = grammar_near_attr(ld->grammar, el, local, len);
    enum at at = grammar_meant_attr(ld->grammar, el, local, len, in[i].value, xml_value_n(&in[i]));
    if (at != AT_NONE && (at_in(seen, at) || given(ld, in, n, at)))
        at = AT_NONE;
    diag(ld->ctx, pos, D_UNKNOWN_ATTRIBUTE, "element '%s' has no attribute '%s'", el_names[el],
         local);
    hint_near(ld->ctx, near || at == AT_NONE ? near : at_names[at]);
    if (at == AT_NONE)
        lose_named(ld->ctx, UINT64_C(1) << EL_NONE);
    else if (!near)
        lose_named(ld->ctx, UINT64_C(1) << el);         /* the name is a guess                     */
    lose_values(ld, &in[i], 1);
    return at;
}

/* The attribute as it stands in the raw tag, behind those found before. */
static bool scan_named(struct scan *s, const struct xml_attr_in *in, struct scan_attr *raw)
{
    size_t pn = in->prefix ? strlen(in->prefix) + 1 : 0, n = strlen(in->local);
    struct scan before = *s;
    while (scan_attr(s, raw))
        if (raw->name_n == pn + n && !memcmp(raw->name + pn, in->local, n))
            return true;
    *s = before;
    return false;
}

struct attr_at { uint32_t line, col, to_value; };

/* Where an attribute stands. Mostly libxml2 hands out the value as it lies in the source, which
 * tells the place; a value with entities or line ends is a copy and has to be looked for. tag: the
 * tag's '<' if the tag is one line of ASCII, else NULL. */
static struct attr_at place_attr(struct xml_load *ld, const struct node *node, const char *tag,
                                 const struct xml_attr_in *in, size_t name_n)
{
    const char *v = in->value, *low = ld->src.bytes, *name = v - name_n - 2;
    struct scan_attr raw;
    struct attr_at at = {node->line, node->col, 0};
    if (v > low && v <= low + ld->src.n && (size_t)(v - low) > name_n + 2 && v[-2] == '=' &&
        !in->prefix && *name == *in->local && v[-3] == in->local[name_n - 1]) {
        if (tag) {
            at.col += (uint32_t)(name - tag);
        } else {
            scan_to(&ld->scan, name);
            at.line = ld->scan.line;
            at.col = ld->scan.col;
        }
        at.to_value = (uint32_t)(name_n + 2);
    } else if (scan_named(&ld->scan, in, &raw)) {
        at = (struct attr_at){raw.line, raw.col, raw.to_value};
    }
    return at;
}

static void tell_missing(struct xml_load *ld, const struct node *node, const struct at_set *seen)
{
    const struct at_set *required = &ld->grammar->required[node->name];
    for (unsigned at = 1; at < AT_COUNT; at++)
        if (at_in(required, (enum at)at) && !at_in(seen, (enum at)at))
            diag(ld->ctx, node_pos(node), D_MISSING_ATTRIBUTE, "element '%s' needs '%s'",
                 el_names[node->name], at_names[at]);
}

/* Variables are many, and their nodes are not needed to the end. */
static struct arena *nodes_of(const struct xml_load *ld, enum el el)
{
    return el == EL_Variable || el == EL_On || el == EL_Bind ? ld->ctx->nodes : ld->ctx->arena;
}

/* room: for the values of a node that is offered, which has room for its attributes; else NULL. */
static void read_attrs(struct xml_load *ld, struct node *node, const struct xml_attr_in *in,
                       size_t n, char *room)
{
    struct attr local[AT_COUNT], *got = room ? node->attrs : local;
    struct at_set seen = { { 0 } };
    size_t n_got = 0;
    enum el el = (enum el)node->name;
    const char *tag = ld->scan.p;
    const char *last = n ? in[n - 1].end : tag;
    if (last < tag || last > ld->src.bytes + ld->src.n || !scan_plain(tag, last))
        tag = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct xml_known *name = xml_at_of(ld, in[i].local);
        struct attr *a = &got[n_got];
        struct attr_at stands = place_attr(ld, node, tag, &in[i], name->n);
        struct srcpos pos = { ld->file, stands.line, stands.col };
        enum at at = (enum at)name->id;
        if (in[i].uri || in[i].prefix) {
            attr_special(ld, &in[i], pos);
            continue;
        }
        if (at == AT_NONE || !at_in(&ld->grammar->allowed[el], at)) {
            if (given_before(in, i))
                continue;
            at = attr_unknown(ld, el, i, pos, in, n, &seen);
            if (at == AT_NONE)
                continue;
        }
        if (!at_in(&seen, at)) {
            at_put(&seen, at);
            size_t len = xml_value_n(&in[i]) < ATTR_MAX ? xml_value_n(&in[i]) : ATTR_MAX;
            if (room) {
                a->value = memcpy(room, in[i].value, len);
                room[len] = 0;
                room += len + 1;
            } else {
                a->value = value_copy(ld, in[i].value, len);
            }
            a->n = len & ATTR_MAX;
            a->name = (unsigned)at & 255;
            attr_place(a, stands.line, stands.col, stands.to_value);
            n_got++;
        } else {                        /* told; which of the two is meant is a guess          */
            lose_named(ld->ctx, UINT64_C(1) << el);
            lose_values(ld, &in[i], 1);
        }
    }
    bool missing = false;
    for (unsigned w = 0; w < AT_WORDS; w++)
        missing |= (ld->grammar->required[el].w[w] & ~seen.w[w]) != 0;
    if (missing && !ld->tag_lost && !level(ld)->splice)
        tell_missing(ld, node, &seen);
    node->n_attrs = (uint16_t)n_got;
    if (n_got && !room) {
        node->attrs = arena_array(nodes_of(ld, el), n_got, sizeof *node->attrs);
        memcpy(node->attrs, got, n_got * sizeof *got);
    }
}

static void tell_misplaced(struct xml_load *ld, enum el parent, enum el el, const char *local,
                           struct srcpos pos)
{
    struct ctx *ctx = ld->ctx;
    const char *inside = parent == EL_NONE ? "the root" : el_names[parent];
    if (el == EL_NONE) {
        diag(ctx, pos, D_UNKNOWN_ELEMENT, "no element '%s' is known in '%s'", local, inside);
        hint_near(ctx, grammar_near_child(ld->grammar, parent, local, strlen(local)));
    } else if (parent == EL_NONE) {
        diag(ctx, pos, D_WRONG_ROOT, "the root element is '%s', not 'Project'", local);
    } else {
        diag(ctx, pos, D_MISPLACED_ELEMENT, "element '%s' cannot stand in '%s'", local, inside);
        const char *where = grammar_parents(ld->grammar, ctx, el);
        uint64_t inner = ld->grammar->children[el] & ~(UINT64_C(1) << EL_Use);
        if (inner && !(inner & ~ld->grammar->children[parent]))
            diag_hint(ctx, "in '%s' write what it holds without it", inside);
        else if (*where)
            diag_hint(ctx, "it belongs in: %s", where);
    }
}

/* The element that a misspelt one is: it has what that one must have, so that it is no box for several. */
static enum el meant_child(struct xml_load *ld, const struct xml_level *up, const char *local,
                           const struct xml_attr_in *in, size_t n)
{
    enum el el = grammar_meant_child(ld->grammar, up->name, local, strlen(local));
    if (el == EL_NONE || (up->seen >> el & el_in(ld->grammar->once, el)))
        return EL_NONE;
    for (unsigned at = 1; at < AT_COUNT; at++)
        if (at_in(&ld->grammar->required[el], (enum at)at) && !given(ld, in, n, (enum at)at))
            return EL_NONE;
    return el;
}

/* May the element stand here? EL_NONE: no. The root of an included file is judged by where it is included;
 * one that is named as the place itself only wraps what is meant. A misspelt one is the one that is meant,
 * so that what it holds is looked at. */
static enum el place_ok(struct xml_load *ld, struct xml_level *up, enum el el, const char *local,
                        struct srcpos pos, const struct xml_attr_in *in, size_t n, bool *splice)
{
    *splice = el != EL_NONE && ld->from && ld->depth == 1 && el == up->name;
    if (*splice)
        return el;
    if (!el_in(ld->grammar->children[up->name], el) || el == EL_NONE) {
        if (!ld->broken)
            tell_misplaced(ld, up->name, el, local, pos);
        enum el meant = el == EL_NONE ? meant_child(ld, up, local, in, n) : EL_NONE;
        if (meant == EL_NONE) {
            lose(ld, up->name, el, in, n);
            if (up->node)
                up->node->lacks = true;
            return EL_NONE;
        }
        el = meant;
    }
    if (up->seen >> el & el_in(ld->grammar->once, el)) {
        diag(ld->ctx, pos, D_REPEATED_ELEMENT, "a second '%s' in '%s'", local,
             up->name == EL_NONE ? "the file" : el_names[up->name]);
        lose(ld, up->name, el, in, n);
        return EL_NONE;
    }
    up->seen |= UINT64_C(1) << el;
    return el;
}

/* xi:include and xi:fallback open levels of their own that let children through. */
static void start_include(struct xml_load *ld, const char *local, const struct xml_attr_in *in,
                          size_t n, struct xml_level *now, struct srcpos pos)
{
    struct ctx *ctx = ld->ctx;
    const struct xml_level *up = now - 1;
    bool fallback = !strcmp(local, "fallback");
    now->skip = now->lost = true;
    if (fallback != up->including || (!fallback && strcmp(local, "include") != 0)) {
        diag(ctx, pos, D_INCLUDE_FORM, "xi:%s cannot stand here", local);
        return;
    }
    if (fallback) {
        now->skip = !ld->include_error;
        now->lost = false;
        (now - 1)->lost &= now->skip;
        now->splice = true;
        now->seen = (now - 2)->seen;
        now->name = (now - 2)->name;
        now->tail = (now - 2)->tail;
        now->node = (now - 2)->node;
        ld->include_error = NULL;
        return;
    }
    const struct xml_attr_in *href = NULL;
    now->including = true;
    ld->include_error = NULL;
    ld->include_pos = pos;
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(in[i].local, "href")) {
            href = &in[i];
        } else if (!strcmp(in[i].local, "xpointer")) {
            diag(ctx, pos, D_INCLUDE_FORM, "xi:include with 'xpointer' is not supported");
            return;
        } else if (!strcmp(in[i].local, "parse") &&
                   (xml_value_n(&in[i]) != 3 || memcmp(in[i].value, "xml", 3) != 0)) {
            diag(ctx, pos, D_INCLUDE_FORM, "xi:include can only parse=\"xml\"");
            return;
        }
    }
    if (!href || !xml_value_n(href)) {
        diag(ctx, pos, D_INCLUDE_FORM, "xi:include without 'href'");
        return;
    }
    ld->depth--;                        /* what is included belongs to the element around it   */
    now->lost = !xml_include(ld, href->value, xml_value_n(href), pos);
    ld->depth++;
}

static void open_element(struct xml_load *ld, enum el el, struct xml_level *now,
                         const struct xml_attr_in *attrs, size_t n)
{
    char *room = NULL;
    uint32_t offset = (uint32_t)(ld->scan.p - ld->scan.base);
    now->offered = ld->ctx->offers && el == EL_Variable && (now - 1)->name == EL_Variables && !ld->broken;
    struct node *node = now->offered ? xml_offer_room(ld, attrs, n, &room)
                                     : arena_alloc(nodes_of(ld, el), sizeof *node);
    node->text = "";
    node->line = now->line;
    node->col = now->col;
    node->file = (uint16_t)ld->file;
    node->name = (uint16_t)el;
    now->name = el;
    read_attrs(ld, node, attrs, n, room);
    if (now->splice) {
        now->node = (now - 1)->node;
        now->tail = (now - 1)->tail;
        now->seen = (now - 1)->seen;
        return;
    }
    now->node = node;
    now->tail = &node->child;
    ld->text_n = 0;
    if (now->offered) {
        node->line = offset;
        node->col = POS_OFFSET;
        return;
    }
    if (ld->tag_lost)                   /* what it says is a guess: only its form is looked at */
        return;
    *(now - 1)->tail = node;
    (now - 1)->tail = &node->next;
}

void xml_tree_broken(struct xml_load *ld, struct srcpos told)
{
    for (unsigned i = 0; i <= ld->depth; i++)
        if (ld->levels[i].node)
            ld->levels[i].node->lacks = true;
    if (ld->broken)
        return;
    ld->broken = true;
    lose_below(ld, ld->levels[0].name);
    if (told.line)
        lose_unread(ld->ctx, told);
}

/* Where the parser guesses, the scan would find other tags than it: they lie where it has come to. Forwards only
 * from the first one on. */
static void scan_broken(struct xml_load *ld)
{
    const char *tag = ld->src.bytes + ld->begin;
    if (ld->scan.p > tag)
        ld->scan = scan_start(&ld->scan);
    scan_to(&ld->scan, tag);
}

void xml_tree_start(struct xml_load *ld, const char *local, const char *prefix, const char *uri,
                    const struct xml_attr_in *attrs, size_t n)
{
    if (!ld->broken && xml_offer(ld, local, uri, attrs, n))
        return;
    struct xml_level *up = level(ld);
    xml_offer_whole(ld);
    if (ld->behind > ld->scan.p) {
        scan_to(&ld->scan, ld->behind);
        ld->behind = NULL;
    }
    bool found = ld->broken || scan_tag(&ld->scan, prefix, local);
    if (ld->broken)
        scan_broken(ld);
    struct srcpos pos = { ld->file, ld->scan.line, ld->scan.col };
    if (!found && ld->depth)
        pos = (struct srcpos){ ld->file, up->line, up->col };
    if (ld->depth == XML_DEPTH) {
        if (!ld->too_deep++)
            diag(ld->ctx, pos, D_TOO_DEEP, "elements nested deeper than %d", XML_DEPTH);
        lose_kinds(ld->ctx, UINT64_MAX);
        return;
    }
    struct xml_level *now = &ld->levels[++ld->depth];
    *now = (struct xml_level){ .line = pos.line, .col = pos.col, .skip = up->skip,
                               .tag = local, .name = EL_NONE };
    if (uri && !strcmp(uri, NS_INCLUDE) && (!up->skip || up->including)) {
        if (ld->depth == 1)
            diag(ld->ctx, pos, D_WRONG_ROOT, "the root element is an xi:include, not 'Project'");
        else
            start_include(ld, local, attrs, n, now, pos);
        now->skip |= ld->depth == 1;
        return;
    }
    if (up->skip) {
        lose_values(ld, attrs, n);
        return;
    }
    enum el el = xml_el_of(ld, local);
    if (!namespace_ok(ld, local, uri, pos)) {
        lose(ld, up->name, EL_NONE, attrs, n);
        el = EL_NONE;
    } else {
        el = place_ok(ld, up, el, local, pos, attrs, n, &now->splice);
    }
    now->skip = el == EL_NONE;
    if (!now->skip)
        open_element(ld, el, now, attrs, n);
}

static void close_text(struct xml_load *ld, struct node *node)
{
    const char *s = ld->text, *end = s + ld->text_n;
    while (s < end && strchr(" \t\r\n", *s))
        s++;
    while (end > s && strchr(" \t\r\n", end[-1]))
        end--;
    node->text_n = (uint32_t)(end - s);
    node->text = value_copy(ld, s, node->text_n);
    ld->text_n = 0;
}

void xml_tree_end(struct xml_load *ld)
{
    if (ld->too_deep) {
        ld->too_deep--;
        return;
    }
    if (!ld->depth)
        return;
    struct xml_level *now = level(ld), *up = now - 1;
    if (now->including && ld->include_error) {
        diag(ld->ctx, ld->include_pos, D_INCLUDE_FAILED, "%s", ld->include_error);
        ld->include_error = NULL;
    }
    if (now->lost) {
        lose_below(ld, up->name);
        lose_include(ld->ctx, ld->include_pos);
    }
    if (now->splice && !now->skip) {
        struct xml_level *to = up->including ? up - 1 : up;
        to->tail = now->tail;
        to->seen |= now->seen;
    } else if (!now->skip && now->node && el_in(ld->grammar->text, now->name) && ld->text_n) {
        close_text(ld, now->node);
    } else if (now->offered) {
        offers_send(ld->ctx->offers);
    }
    ld->depth--;
}

void xml_tree_close(struct xml_load *ld, const char *local, size_t n)
{
    unsigned at = ld->too_deep ? 0 : ld->depth;
    while (at && (strlen(ld->levels[at].tag) != n || memcmp(ld->levels[at].tag, local, n) != 0))
        at--;
    while (at && ld->depth >= at)
        xml_tree_end(ld);
}

void xml_tree_text(struct xml_load *ld, const char *s, size_t n, size_t offset)
{
    struct xml_level *now = level(ld);
    if (ld->too_deep || now->skip || !ld->depth)
        return;
    if (el_in(ld->grammar->text, now->name)) {
        ld->text = arena_grow(ld->ctx->arena, ld->text, &ld->text_cap, ld->text_n + n, 1);
        memcpy(ld->text + ld->text_n, s, n);
        ld->text_n += n;
        return;
    }
    size_t i = 0;
    while (i < n && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r'))
        i++;
    if (i == n || now->text_told || ld->broken)
        return;
    now->text_told = true;
    diag(ld->ctx, xml_place(ld, offset + i), D_UNEXPECTED_TEXT, "text in element '%s'",
         el_names[now->name]);
}
