/* Arena, interned strings, maps, near names. */
#include "compiler/arena.h"
#include "compiler/str.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MANY = 200000 };

static void test_arena(void)
{
    struct arena *a = arena_new();
    for (size_t n = 0; n < 5000; n++) {
        unsigned char *p = arena_alloc(a, n);
        assert((uintptr_t)p % _Alignof(max_align_t) == 0);
        for (size_t i = 0; i < n; i++)
            assert(!p[i]);
        memset(p, 0xff, n);
        char *c = arena_copy(a, "abc", n % 4);
        assert(strlen(c) == n % 4);
    }
    size_t cap = 0;
    uint32_t *v = NULL;
    for (uint32_t i = 0; i < MANY; i++) {
        v = arena_grow(a, v, &cap, i + 1, sizeof *v);
        v[i] = i;
    }
    for (uint32_t i = 0; i < MANY; i++)
        assert(v[i] == i);
    assert(!strcmp(arena_printf(a, "%d-%s", 7, "x"), "7-x"));
}

static void test_strings(void)
{
    struct arena *a = arena_new();
    struct strs *t = strs_new(a);
    struct map *m = map_new(a);
    struct str found;
    char name[32];
    for (uintptr_t i = 0; i < MANY; i++) {
        int n = snprintf(name, sizeof name, "name_%u", (unsigned)i);
        assert(!map_add(m, str_intern(t, name, (size_t)n), (void *)(i + 1)));
    }
    for (uintptr_t i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "name_%u", (unsigned)i);
        struct str s = str_of(t, name), key;
        assert(str_find(t, name, strlen(name), &found) && str_eq(found, s));
        assert(map_get(m, s) == (void *)(i + 1) && map_at(m, i, &key) == (void *)(i + 1));
        assert(str_eq(key, s));
        assert(map_add(m, s, m) == (void *)(i + 1));
    }
    assert(map_count(m) == MANY && !str_find(t, "nobody", 6, &found));
    map_set(m, str_of(t, "name_7"), m);
    assert(map_get(m, str_of(t, "name_7")) == m && map_count(m) == MANY);
    struct str empty = str_intern(t, "x", 0), other = { name + strlen(name), 0 };
    assert(!map_get(m, empty));
    map_set(m, empty, a);
    assert(map_get(m, other) == a);
    assert(str_intern(t, "a\0b", 3).n == 3 && !str_eq(str_intern(t, "a\0b", 3), str_of(t, "a")));
}

static unsigned distance(const char *a, const char *b, unsigned limit)
{
    return str_distance(a, strlen(a), b, strlen(b), limit);
}

/* Large arrays that are given back serve again, clean; what is looked up later is the same string. */
static void test_again(void)
{
    struct arena *a = arena_new(), *b = arena_new();
    enum { LARGE = 3 << 20 };
    unsigned char *p = arena_alloc(a, LARGE);
    memset(p, 0xa5, LARGE);
    arena_release(a, p, LARGE);
    for (unsigned k = 0; k < 3; k++) {
        unsigned char *q = arena_alloc(b, LARGE / 2 - 4096 * k);
        for (size_t i = 0; i < LARGE / 2 - 4096 * k; i++)
            assert(!q[i]);
        memset(q, 0x5a, LARGE / 2 - 4096 * k);
    }
    arena_drop(b);

    size_t cap = 0;                     /* also what an array gets as it grows                 */
    p = arena_alloc(a, LARGE);
    memset(p, 0xa5, LARGE);
    arena_release(a, p, LARGE);
    p = arena_grow(a, NULL, &cap, LARGE - (LARGE >> 2), 1);
    for (size_t n = cap; cap < 4 * (size_t)LARGE; n = cap) {
        memset(p, 0x5a, n);
        p = arena_grow(a, p, &cap, n + 1, 1);
        for (size_t i = 0; i < cap; i++)
            assert(p[i] == (i < n ? 0x5a : 0));
    }

    struct strs *t = strs_new(a);
    struct map *m = map_new(a);
    struct str *v = arena_array(a, MANY, sizeof *v);
    char name[32];
    map_expect(m, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        int n = snprintf(name, sizeof name, "name %u", i / 2);
        str_later(t, &v[i], name, (size_t)n);
        assert(v[i].n == (uint32_t)n && !memcmp(v[i].s, name, (size_t)n + 1));
    }
    strs_settle(t);
    for (uint32_t i = 0; i < MANY; i += 2) {
        assert(str_eq(v[i], v[i + 1]));
        assert(!map_add(m, v[i], &v[i]) && map_get(m, v[i + 1]) == &v[i]);
    }
    assert(map_count(m) == MANY / 2 && map_at(m, 7, v) == &v[14] && v->n == 6 && !strcmp(v->s, "name 7"));
    assert(!map_get(m, str_of(t, "name")) && !map_get(m, str_of(t, "")));
    map_drop(m);
    assert(!map_count(m) && !map_get(m, v[14]));
}

static void test_near(void)
{
    assert(distance("abc", "abc", 3) == 0 && distance("abc", "ABC", 3) == 0);
    assert(distance("abc", "acb", 3) == 1 && distance("abc", "ab", 3) == 1);
    assert(distance("kitten", "sitting", 3) == 3 && distance("kitten", "sitting", 2) == 3);
    assert(distance("", "abc", 2) == 3 && distance("", "", 0) == 0);
    struct near s = near_of("Varible", 7);
    near_offer(&s, "Device", 6);
    assert(!near_take(&s));
    near_offer(&s, "Variables", 9);
    near_offer(&s, "Variable", 8);
    assert(!strcmp(near_take(&s), "Variable"));
}

/* Bits of names: each once, all gone after clearing, whatever was set between. */
static void test_names(void)
{
    struct arena *a = arena_new();
    struct strs *t = strs_new(a);
    struct str v[1000];
    char name[32];
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "%u", i);
        v[i] = str_of(t, name);
        assert(str_number(v[i]) == i + 1 && str_eq(str_interned(v[i].s), v[i]) && str_interned(v[i].s).n == v[i].n);
    }
    assert(str_number(str_of(t, "")) == 0 && str_interned(str_of(t, "").s).n == 0);
    struct names *set = names_new(a, t);
    for (unsigned step = 1; step < 300; step += 7) {
        for (unsigned i = step; i < 1000; i += step)
            assert(names_add(set, v[i]));
        for (unsigned i = 0; i < 1000; i++)
            assert(names_add(set, v[i]) == (i == 0 || i % step != 0));
        names_clear(set);
    }
    assert(names_add(set, v[999]) && names_add(set, v[0]) && !names_add(set, v[999]));
    names_drop(set);
}

int main(void)
{
    test_arena();
    test_strings();
    test_names();
    test_again();
    test_near();
    return 0;
}
