#include "schemas/units.h"

#include <stdbool.h>
#include <string.h>

const struct unit *unit_by_code(uint32_t code)
{
    size_t lo = 0, hi = n_units;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (units[mid].code < code)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n_units && units[lo].code == code ? &units[lo] : NULL;
}

static bool listed(const char *list, const char *name, size_t n)
{
    for (const char *p = list; *p;) {
        size_t len = strcspn(p, "|");
        if (len == n && !memcmp(p, name, n))
            return true;
        p += len + (p[len] == '|');
    }
    return false;
}

const struct unit *unit_by_name(const char *name, size_t n)
{
    for (size_t i = 0; i < n_units; i++)
        if ((strlen(units[i].name) == n && !memcmp(units[i].name, name, n)) ||
            listed(units[i].aliases, name, n))
            return &units[i];
    return NULL;
}

/* strcmp() order between a terminated text and n bytes. */
static int order(const char *a, const char *b, size_t n)
{
    int c = strncmp(a, b, n);
    return c ? c : a[n] != 0;
}

const struct unit_symbol *unit_by_symbol(const char *text, size_t n)
{
    size_t lo = 0, hi = n_unit_symbols;
    if (memchr(text, 0, n))
        return NULL;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (order(unit_symbols[mid].text, text, n) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n_unit_symbols && !order(unit_symbols[lo].text, text, n) ? &unit_symbols[lo] : NULL;
}
