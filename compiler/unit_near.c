/* Units that a text may have meant: at most three, only what is close. The dictionary itself never guesses.
 * A project may have unknown units by the thousand, so that most candidates are passed over by their length
 * and by the set of their letters. */
#include "compiler/unit_near.h"

#include "compiler/model.h"
#include "schemas/units.h"

#include <string.h>

enum { SUGGESTIONS = 3, FAR = 99 };
struct candidate {
    const char *text;
    uint32_t code;
    uint32_t order;              /* earlier ones are suggested first                           */
};
struct unit_near {
    struct ctx *ctx;
    struct candidate *all;       /* ascending by length                                        */
    uint64_t *letters;           /* of all[]                                                   */
    uint32_t *begin;             /* all[] of n bytes: begin[n] .. begin[n + 1] - 1             */
    size_t longest;
};
/* The nearest ones, all equally far. */
struct search {
    struct str text;
    unsigned distance, n;
    struct { uint32_t code, order; } best[SUGGESTIONS];
};

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Which letters there are, whatever their case. Texts that differ in k places differ in 2 k bits at most. */
static uint64_t letters_of(const char *s, size_t n)
{
    uint64_t set = 0;
    for (size_t i = 0; i < n; i++)
        set |= UINT64_C(1) << ((unsigned char)lower(s[i]) & 63u);
    return set;
}

static bool at_most(uint64_t bits, unsigned n)
{
    for (; n && bits; n--)
        bits &= bits - 1;
    return !bits;
}

/* ---- the candidates ---- */

static struct candidate candidate_at(const struct map *aliases, size_t i)
{
    const size_t own = map_count(aliases);
    struct str key;
    if (i < own) {
        const struct unit_alias *a = map_at(aliases, i, &key);
        return (struct candidate){key.s, a->code, (uint32_t)i};
    }
    if (i < own + n_unit_symbols)
        return (struct candidate){unit_symbols[i - own].text, unit_symbols[i - own].code, (uint32_t)i};
    const struct unit *u = &units[i - own - n_unit_symbols];
    return (struct candidate){u->name, u->code, (uint32_t)i};
}

struct unit_near *unit_near_new(struct ctx *ctx, const struct map *aliases)
{
    const size_t n = map_count(aliases) + n_unit_symbols + n_units;
    struct unit_near *u = arena_alloc(ctx->arena, sizeof *u);
    struct candidate *given = arena_array(ctx->arena, n, sizeof *given);
    size_t *sizes = arena_array(ctx->arena, n, sizeof *sizes);
    *u = (struct unit_near){.ctx = ctx};
    for (size_t i = 0; i < n; i++) {
        given[i] = candidate_at(aliases, i);
        sizes[i] = strlen(given[i].text);
        u->longest = sizes[i] > u->longest ? sizes[i] : u->longest;
    }
    u->all = arena_array(ctx->arena, n, sizeof *u->all);
    u->letters = arena_array(ctx->arena, n, sizeof *u->letters);
    u->begin = arena_array(ctx->arena, u->longest + 3, sizeof *u->begin);
    for (size_t i = 0; i < n; i++)              /* one place late: filling moves it to its own */
        u->begin[sizes[i] + 2]++;
    for (size_t k = 1; k < u->longest + 3; k++)
        u->begin[k] += u->begin[k - 1];
    for (size_t i = 0; i < n; i++) {
        uint32_t at = u->begin[sizes[i] + 1]++;
        u->all[at] = given[i];
        u->letters[at] = letters_of(given[i].text, sizes[i]);
    }
    return u;
}

/* ---- how far one is from the text ---- */

static bool same_start(const char *a, size_t n, const char *b)
{
    for (size_t i = 0; i < n; i++)
        if (!b[i] || lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

/* Letters that may be wrong. */
static unsigned limit_of(struct str text) { return text.n < 3 ? 0 : text.n < 9 ? 1 : 2; }

/* How much longer a unit may be that the text is the beginning of. */
static size_t rest_of(struct str text) { return text.n > 4 ? 2 : 0; }

/* 0: other capitals; 1: the text is its beginning; else the letters that differ, FAR where too many do. */
static unsigned distance(struct str text, const char *candidate, size_t n)
{
    if (n == text.n && same_start(text.s, n, candidate))
        return 0;
    if (n > text.n && n <= text.n + rest_of(text) && same_start(text.s, text.n, candidate))
        return 1;
    unsigned limit = limit_of(text), d = limit ? str_distance(text.s, text.n, candidate, n, limit) : FAR;
    return d > limit ? FAR : d + 1;
}

static void offer(struct search *s, unsigned d, const struct candidate *c)
{
    unsigned k = 0;
    if (d > s->distance || d == FAR)
        return;
    if (d < s->distance)
        s->n = 0;
    s->distance = d;
    while (k < s->n && s->best[k].code != c->code)
        k++;
    if (k < s->n && s->best[k].order <= c->order)
        return;
    if (k == SUGGESTIONS && s->best[--k].order < c->order)
        return;
    if (k == s->n)
        s->n++;
    for (; k > 0 && s->best[k - 1].order > c->order; k--)
        s->best[k] = s->best[k - 1];
    s->best[k].code = c->code;
    s->best[k].order = c->order;
}

/* ---- the search ---- */

static void whole(const struct unit_near *u, struct search *s)
{
    const size_t n = s->text.n, limit = limit_of(s->text), rest = rest_of(s->text);
    const size_t last = n + (rest > limit ? rest : limit);
    const uint64_t letters = letters_of(s->text.s, n);
    for (size_t size = n > limit ? n - limit : 1; size <= last && size <= u->longest; size++)
        for (uint32_t i = u->begin[size]; i < u->begin[size + 1]; i++)
            if (at_most(u->letters[i] ^ letters, 2 * (unsigned)limit))
                offer(s, distance(s->text, u->all[i].text, size), &u->all[i]);
}

/* A unit that is one of the text's words: as good as one that it is the beginning of. */
static void words(const struct unit_near *u, struct search *s)
{
    for (size_t at = 0, n; at < s->text.n; at += n + 1) {
        const char *word = s->text.s + at;
        n = strcspn(word, " ");
        if (n < 2 || n >= s->text.n || n > u->longest)
            continue;
        const uint64_t letters = letters_of(word, n);
        for (uint32_t i = u->begin[n]; i < u->begin[n + 1]; i++)
            if (u->letters[i] == letters && same_start(word, n, u->all[i].text))
                offer(s, 1, &u->all[i]);
    }
}

const char *unit_near_to(const struct unit_near *u, struct str text)
{
    struct search s = {text, FAR, 0, {{0, 0}}};
    const char *said = "";
    whole(u, &s);
    words(u, &s);
    for (unsigned i = 0; i < s.n; i++) {
        const struct unit *unit = unit_by_code(s.best[i].code);
        if (unit)
            said = arena_printf(u->ctx->arena, "%s%s'%s' (%s)", said, *said ? " or " : "",
                                *unit->symbol ? unit->symbol : unit->name, unit->name);
    }
    return *said ? said : NULL;
}
