#ifndef COMPILER_NUMBER_TEXT_H
#define COMPILER_NUMBER_TEXT_H
/* Numbers, durations, dates and addresses as a project writes them; no locale, no guessing. All
 * take n bytes with a NUL behind them and are true only if the whole text is of that form. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEEKDAYS "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
#define MONTHS "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"

/* [-+]digits[.digits][e[-+]digits], finite. */
bool parse_real(const char *s, size_t n, double *out);
bool parse_int(const char *s, size_t n, int64_t *out);
/* The shortest text that reads back to the same double; "nan" where not a number. */
void print_real(char out[32], double v);

/* 10ms 30s 5min 1h 7d, a plain 0; milliseconds, at most 49 days. */
bool parse_duration(const char *s, size_t n, uint64_t *ms);
void print_duration(char out[32], uint64_t ms);
/* HH:MM[:SS[.cc]]; hundredths of a second since midnight; 24:00 only where `day_end`. */
bool parse_time(const char *s, size_t n, bool day_end, uint32_t *hundredths);
/* YYYY-MM-DD; with `any`, '*' for each part. 255 is any; year from 1900. The day may be one that
 * the month does not have: date_exists() knows. */
bool parse_date(const char *s, size_t n, bool any, uint8_t ymd[3]);
bool date_exists(const uint8_t ymd[3]);
uint8_t date_weekday(const uint8_t ymd[3]);         /* 1 Monday; 255 where a part is any       */

bool parse_guid(const char *s, size_t n);           /* 8-4-4-4-12 hex digits, braces allowed   */
bool parse_ipv4(const char *s, size_t n, uint8_t ip[4]);
/* The address of a BACnet/IP node: 165.3.7.86:47808; the port may be left out. */
bool parse_ipv4_port(const char *s, size_t n, uint8_t mac[6]);
/* IPv4 (family 4) or IPv6 (6), optionally /prefix; without one it is the whole address. */
bool parse_network(const char *s, size_t n, uint8_t address[16], uint8_t *prefix, uint8_t *family);
bool parse_host_port(const char *s, size_t n);      /* host or host:port                       */
bool parse_url_host(const char *s, size_t n);       /* the same, or [IPv6 address] for the host */
int parse_hex(const char *s, size_t n, uint8_t *out, size_t cap);   /* octets, or -1           */
/* Index of the text in "a|b|c", or -1. */
int parse_word(const char *s, size_t n, const char *words);
/* The i-th of "a|b|c": its length in *n. */
const char *word_at(const char *words, int i, size_t *n);
#endif
