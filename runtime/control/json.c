/* See json.h. */
#include "runtime/control/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "schemas/utf8.h"

/* cJSON recurses, and ends strings at NUL: both are looked at before it sees a byte. */
static const char *unfit(const char *text, size_t n)
{
    bool quoted = false;
    unsigned depth = 0;
    if (!utf8_valid(text, n))
        return "not UTF-8";
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (!c)
            return "contains NUL";
        if (quoted && c == '\\') {
            if (n - i >= 6 && !memcmp(text + i, "\\u0000", 6))
                return "contains NUL";
            i++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '{' || c == '[')) {
            if (++depth > JSON_DEPTH)
                return "nested deeper than 16";
        } else if (!quoted && (c == '}' || c == ']') && depth) {
            depth--;
        }
    }
    return NULL;
}

static cJSON *thing(const struct json *j)
{
    union { const struct json *in; cJSON *out; } u = {j};
    return u.out;
}

static struct json *of(cJSON *c)
{
    union { cJSON *in; struct json *out; } u = {c};
    return u.out;
}

struct json *json_parse(const char *text, size_t n, const char **why)
{
    const char *end = NULL;
    *why = unfit(text, n);
    if (*why)
        return NULL;
    cJSON *c = cJSON_ParseWithLengthOpts(text, n, &end, 0);
    if (!c) {
        *why = "not JSON";
        return NULL;
    }
    while (end < text + n && (*end == ' ' || *end == '\t' || *end == '\r' || *end == '\n'))
        end++;
    if (end == text + n)
        return of(c);
    *why = "something follows the JSON value";
    cJSON_Delete(c);
    return NULL;
}

void json_free(struct json *j) { cJSON_Delete(thing(j)); }

const struct json *json_get(const struct json *object, const char *key)
{
    return of(cJSON_GetObjectItemCaseSensitive(thing(object), key));
}

const char *json_string(const struct json *j)
{
    return cJSON_IsString(thing(j)) ? thing(j)->valuestring : NULL;
}

bool json_number(const struct json *j, double *out)
{
    if (!cJSON_IsNumber(thing(j)) || !isfinite(thing(j)->valuedouble))
        return false;
    *out = thing(j)->valuedouble;
    return true;
}

static size_t blanks(struct span text, size_t i)
{
    while (i < text.n && strchr(" \t\r\n", text.p[i]))
        i++;
    return i;
}

struct span json_number_text(struct span text, const char *key)
{
    const size_t longest = strlen(key);
    const uint8_t *p = text.p;
    int depth = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (p[i] != '"') {
            depth += (p[i] == '{' || p[i] == '[') - (p[i] == '}' || p[i] == ']');
            continue;
        }
        const size_t from = i + 1;
        for (i = from; i < text.n && p[i] != '"'; i++)
            i += p[i] == '\\';
        size_t k = blanks(text, i + 1);
        if (depth != 1 || i - from != longest || memcmp(p + from, key, longest) != 0 || k >= text.n || p[k] != ':')
            continue;
        k = blanks(text, k + 1);
        size_t end = k;
        while (end < text.n && strchr("+-.0123456789eE", p[end]))
            end++;
        return (struct span){p + k, end - k};
    }
    return (struct span){NULL, 0};
}

bool json_bool(const struct json *j, bool *out)
{
    if (!cJSON_IsBool(thing(j)))
        return false;
    *out = cJSON_IsTrue(thing(j));
    return true;
}

bool json_null(const struct json *j) { return cJSON_IsNull(thing(j)); }
bool json_array(const struct json *j) { return cJSON_IsArray(thing(j)); }
bool json_object(const struct json *j) { return cJSON_IsObject(thing(j)); }
const struct json *json_first(const struct json *j) { return j ? of(thing(j)->child) : NULL; }
const struct json *json_next(const struct json *j) { return of(thing(j)->next); }
const char *json_key(const struct json *j) { return thing(j)->string; }

const char *json_text(const struct json *o, const char *key)
{
    const char *s = json_string(json_get(o, key));
    return s ? s : "";
}

double json_value(const struct json *o, const char *key)
{
    double d = 0;
    (void)json_number(json_get(o, key), &d);
    return d;
}

bool json_whole(const struct json *object, const char *key, double from, double to, double *out)
{
    const struct json *j = json_get(object, key);
    double v;
    if (!j)
        return true;
    if (!json_number(j, &v) || v != floor(v) || v < from || v > to)
        return false;
    *out = v;
    return true;
}

/* ---- writing ---- */

static void comma(struct wr *w)
{
    if (!w->len || w->len > w->cap)
        return;
    char last = (char)w->buf[w->len - 1];
    if (last != '{' && last != '[' && last != ':' && last != '\n')
        wr_u8(w, ',');
}

void jw_open(struct wr *w, char bracket)
{
    comma(w);
    wr_u8(w, (uint8_t)bracket);
}

void jw_close(struct wr *w, char bracket) { wr_u8(w, (uint8_t)bracket); }

/* Whatever octets these are, what comes out is JSON: U+FFFD stands for malformed ones and for NUL.
 * Control characters, the second set of them too, never come out as themselves. */
static void escaped(struct wr *w, const uint8_t *s, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    unsigned code = 0;
    wr_u8(w, '"');
    for (size_t i = 0, k; i < n; i += k) {
        k = utf8_next(s + i, n - i, &code);
        if (!k || !code) {
            wr_bytes(w, "\xef\xbf\xbd", 3);
            k = 1;
        } else if (code == '"' || code == '\\') {
            wr_u8(w, '\\');
            wr_u8(w, s[i]);
        } else if (code < ' ' || (code >= 127 && code < 160)) {
            char u[6] = {'\\', 'u', '0', '0', hex[code >> 4], hex[code & 15]};
            wr_bytes(w, u, sizeof u);
        } else {
            wr_bytes(w, s + i, k);
        }
    }
    wr_u8(w, '"');
}

void jw_key(struct wr *w, const char *key)
{
    comma(w);
    escaped(w, (const uint8_t *)key, strlen(key));
    wr_u8(w, ':');
}

void jw_bytes(struct wr *w, const void *utf8, size_t n)
{
    comma(w);
    escaped(w, utf8, n);
}

void jw_text(struct wr *w, const char *s) { jw_bytes(w, s, strlen(s)); }

/* The fewest digits that read back the same; a float's worth where the value is one. */
void jw_number(struct wr *w, double v)
{
    char text[40];
    if (!isfinite(v)) {
        jw_null(w);
        return;
    }
    if (v == floor(v) && fabs(v) < 0x1p53) {       /* whoever wants an integer takes no 1e+06 */
        snprintf(text, sizeof text, "%.0f", v);
        jw_raw(w, text);
        return;
    }
    bool is_float = (double)(float)v == v;
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (is_float ? strtof(text, NULL) == (float)v : strtod(text, NULL) == v)
            break;
    }
    jw_raw(w, text);
}

void jw_count(struct wr *w, uint64_t v)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)v);
    jw_raw(w, text);
}

void jw_bool(struct wr *w, bool v) { jw_raw(w, v ? "true" : "false"); }
void jw_null(struct wr *w) { jw_raw(w, "null"); }

void jw_raw(struct wr *w, const char *json)
{
    comma(w);
    wr_bytes(w, json, strlen(json));
}

void jw_format(struct wr *w, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    jw_bytes(w, text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

void jw_member(struct wr *w, const char *key, const char *s)
{
    jw_key(w, key);
    jw_text(w, s);
}

void jw_member_count(struct wr *w, const char *key, uint64_t v)
{
    jw_key(w, key);
    jw_count(w, v);
}

void jw_member_bool(struct wr *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}

void jw_time(struct wr *w, int64_t ms)
{
    struct tm tm;
    int64_t whole = ms >= 0 ? ms / 1000 : -((999 - ms) / 1000);
    time_t t = (time_t)whole;
    if (!gmtime_r(&t, &tm)) {
        jw_null(w);
        return;
    }
    jw_format(w, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
              tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(ms - whole * 1000));
}
