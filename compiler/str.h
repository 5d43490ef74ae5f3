#ifndef COMPILER_STR_H
#define COMPILER_STR_H
/* Interned strings: two of them are equal exactly when their pointers are. Bytes are UTF-8 and
 * NUL-terminated; n does not count the NUL. Maps take interned keys and keep insertion order. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;
struct strs;
struct map;

/* Packed: a project's model is mostly these. */
struct str {
    const char *s;      /* never NULL; "" for the empty string                               */
    uint32_t n;
} __attribute__((packed, aligned(4)));

struct strs *strs_new(struct arena *a);
struct str str_intern(struct strs *t, const char *s, size_t n);
/* The same for a string that is probably new, and not looked at before strs_settle(): the look-ups of
 * several overlap. Until then *to has the bytes, but need not equal an equal string. `to` stays. */
void str_later(struct strs *t, struct str *to, const char *s, size_t n);
void strs_settle(struct strs *t);
struct str str_of(struct strs *t, const char *s);                    /* terminated text        */
bool str_find(const struct strs *t, const char *s, size_t n, struct str *out); /* no insertion */

/* Room for n more: nothing has to move while they come. */
void strs_expect(struct strs *t, size_t n);

/* Every string stays, but the table forgets them: what is interned later equals only what was
 * interned later. For the end of a run, when no new name is looked up among the old ones. */
void strs_forget(struct strs *t);

static inline bool str_eq(struct str a, struct str b) { return a.s == b.s; }
/* Also where one is not interned, as those of a numbering file are not. */
static inline bool str_same(struct str a, struct str b) { return a.n == b.n && (a.s == b.s || !memcmp(a.s, b.s, a.n)); }

/* The same string by its bytes alone. */
struct str str_interned(const char *s);
/* The number of an interned string: from 1 in order of birth, 0 is the empty one. */
uint32_t str_number(struct str s);

/* A set of interned strings, one bit each; none that is interned after names_new() fits in. */
struct names;
struct names *names_new(struct arena *a, const struct strs *t);
bool names_add(struct names *set, struct str name);                  /* false: it is there     */
void names_clear(struct names *set);
void names_drop(struct names *set);

/* Interned string -> pointer, open addressing; 1,000,000 keys are fine. */
struct map *map_new(struct arena *a);
void map_expect(struct map *m, size_t n);                            /* room for n keys in all */
void *map_get(const struct map *m, struct str key);                  /* NULL: not there        */
void *map_add(struct map *m, struct str key, void *value);           /* the earlier value, which
                                                                        stays, or NULL: added  */
void map_set(struct map *m, struct str key, void *value);            /* adds or replaces       */
void map_drop(struct map *m);                                        /* empty again            */
size_t map_count(const struct map *m);
/* The i-th entry in order of insertion. */
void *map_at(const struct map *m, size_t i, struct str *key);

/* "Did you mean": optimal string alignment distance (an exchange of neighbours costs 1), letters'
 * case free; at most `limit`, else limit + 1. Linear memory, for texts of up to 64 bytes. */
unsigned str_distance(const char *a, size_t an, const char *b, size_t bn, unsigned limit);

/* Collects the best candidate: init, offer every name, take. Deterministic: first best wins. Where
 * no name is close, the one of nearest length that begins the other (desc, description). */
struct near {
    const char *want;
    size_t want_n;
    const char *best, *longer;
    size_t gap;                  /* of `longer`: how much longer or shorter                    */
    unsigned distance;
};
struct near near_of(const char *want, size_t n);
void near_offer(struct near *s, const char *candidate, size_t n);
const char *near_take(const struct near *s);                         /* NULL: nothing is close */
#endif
