#ifndef CONTROL_JSON_H
#define CONTROL_JSON_H
/* JSON in (through cJSON, which no other file of the runtime sees) and out (into a writer). What is
 * read was checked before: UTF-8, no NUL, nested at most JSON_DEPTH deep. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "schemas/wire.h"

enum { JSON_DEPTH = 16 };

struct json;
/* One value and nothing after it; NULL: `why` (a constant) says why not. Allocates; json_free(). */
struct json *json_parse(const char *text, size_t n, const char **why);
void json_free(struct json *j);
/* All of these take NULL and answer NULL or false. Borrowed. */
const struct json *json_get(const struct json *object, const char *key);
const char *json_string(const struct json *j);
bool json_number(const struct json *j, double *out);
/* A number as it stands in the text that was parsed: member `key` of the outermost object. n == 0: there is none. */
struct span json_number_text(struct span text, const char *key);
bool json_bool(const struct json *j, bool *out);
bool json_null(const struct json *j);           /* is there, and is null                         */
bool json_array(const struct json *j);
bool json_object(const struct json *j);
const struct json *json_first(const struct json *j);    /* of an array or object                 */
const struct json *json_next(const struct json *j);
const char *json_key(const struct json *j);     /* of a member                                   */
const char *json_text(const struct json *object, const char *key);      /* "" where there is none */
double json_value(const struct json *object, const char *key);          /* 0 where there is none  */
/* A whole number from..to under that key; false: there is one, and it is something else. Absent:
 * *out stays. */
bool json_whole(const struct json *object, const char *key, double from, double to, double *out);

/* Writing. Commas come by themselves. Counts on past the end like every writer. */
void jw_open(struct wr *w, char bracket);       /* '{' or '['                                    */
void jw_close(struct wr *w, char bracket);      /* '}' or ']'                                    */
void jw_key(struct wr *w, const char *key);
void jw_bytes(struct wr *w, const void *utf8, size_t n);
void jw_text(struct wr *w, const char *s);
void jw_number(struct wr *w, double v);         /* not finite: null                              */
void jw_count(struct wr *w, uint64_t v);
void jw_bool(struct wr *w, bool v);
void jw_null(struct wr *w);
void jw_raw(struct wr *w, const char *json);
void jw_format(struct wr *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Key and value at once. */
void jw_member(struct wr *w, const char *key, const char *s);
void jw_member_count(struct wr *w, const char *key, uint64_t v);
void jw_member_bool(struct wr *w, const char *key, bool v);
/* 2026-11-21T00:00:00.000Z */
void jw_time(struct wr *w, int64_t ms);
#endif
