/* See attr.h. */
#include "runtime/source/attr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct attrs attrs_of_source(const struct image *img, uint32_t source)
{
    const struct img_source *s = &img->sources[source];
    return (struct attrs){img, le32_get(s->first_attribute), le32_get(s->n_attributes)};
}

struct attrs attrs_of_binding(const struct image *img, uint32_t binding)
{
    const struct img_binding *b = &img->bindings[binding];
    return (struct attrs){img, le32_get(b->first_attribute), le32_get(b->n_attributes)};
}

const char *attr_text(const struct attrs *a, const char *name, const char *none)
{
    for (uint32_t i = 0; i < a->n; i++) {
        const struct img_attribute *x = &a->img->attributes[a->first + i];
        if (!strcmp((const char *)img_text(a->img, x->name).p, name))
            return (const char *)img_text(a->img, x->value).p;
    }
    return none;
}

double attr_real(const struct attrs *a, const char *name, double none)
{
    const char *s = attr_text(a, name, NULL);
    char *end;
    double v = s ? strtod(s, &end) : none;
    return s && (end == s || *end || !isfinite(v)) ? none : v;
}

unsigned attr_number(const struct attrs *a, const char *name, unsigned none)
{
    double v = attr_real(a, name, none);
    return v >= 0 && v <= 4294967295.0 && v == floor(v) ? (unsigned)v : none;
}

uint64_t attr_ms(const struct attrs *a, const char *name, uint64_t none)
{
    static const struct { const char *unit; double ms; } units[] = {
        {"ms", 1}, {"s", 1e3}, {"min", 6e4}, {"h", 3.6e6}, {"d", 8.64e7},
    };
    const char *s = attr_text(a, name, NULL);
    char *end;
    double v = s ? strtod(s, &end) : 0;
    if (!s || end == s || !(v >= 0))
        return none;
    while (*end == ' ')
        end++;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (!strcmp(end, units[i].unit) && v * units[i].ms < 1e15)
            return (uint64_t)(v * units[i].ms);
    return none;
}

bool attr_bool(const struct attrs *a, const char *name, bool none)
{
    static const char *const words[] = {"false", "true", "0", "1", NULL};
    return attr_choice(a, name, words, none) & 1;
}

int attr_choice(const struct attrs *a, const char *name, const char *const *words, int none)
{
    const char *s = attr_text(a, name, NULL);
    for (int i = 0; s && words[i]; i++)
        if (!strcmp(s, words[i]))
            return i;
    return none;
}
