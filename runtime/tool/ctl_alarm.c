/* `bacrt alarms`, `ack`, `reset`, `recipients`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/tool/ctl.h"

enum { REQUEST = 65536 };

static void print_words(const struct json *list)
{
    for (const struct json *j = json_first(list); j; j = json_next(j))
        printf("%s%s", json_string(j) ? json_string(j) : "?", json_next(j) ? "," : "");
}

static void print_alarms(const struct json *result)
{
    for (const struct json *a = json_first(json_get(result, "alarms")); a; a = json_next(a)) {
        printf("%-24.24s %-13s %-10s %4.0f:%-24s %3.0f  %s", json_text(a, "since"),
               json_text(a, "state"), json_text(a, "eventState"), json_value(a, "device"),
               json_text(a, "object"), json_value(a, "priority"), json_text(a, "name"));
        if (json_first(json_get(a, "unacknowledged"))) {
            printf("  [");
            print_words(json_get(a, "unacknowledged"));
            printf("]");
        }
        printf("%s%s\n", *json_text(a, "text") ? "  " : "", json_text(a, "text"));
    }
}

/* A page of the answer's array; the members behind it come with the last one. */
static void put_alarms(const struct json *result, bool first, bool last)
{
    static uint8_t b[REQUEST];
    printf("%s", first ? "{\"alarms\":[" : "");
    for (const struct json *a = json_first(json_get(result, "alarms")); a; a = json_next(a)) {
        struct wr w = wr_of(b, sizeof b);
        ctl_copy(a, &w);
        printf("%s%.*s", first ? "" : ",", (int)w.len, (const char *)b);
        first = false;
    }
    printf("%s", last ? "]" : "");
    for (const struct json *m = last ? json_first(result) : NULL; m; m = json_next(m)) {
        struct wr w = wr_of(b, sizeof b);
        if (json_array(m))
            continue;
        ctl_copy(m, &w);
        printf(",\"%s\":%.*s", json_key(m), (int)w.len, (const char *)b);
    }
    printf("%s", last ? "}\n" : "");
}

static void print_recipient(const struct json *r)
{
    bool confirmed = false, compiled = false;
    (void)json_bool(json_get(r, "confirmed"), &confirmed);
    (void)json_bool(json_get(r, "compiled"), &compiled);
    printf("  ");
    if (json_get(r, "device"))
        printf("device %.0f", json_value(r, "device"));
    else if (json_get(r, "mac"))
        printf("address %.0f:%s", json_value(r, "network"), json_text(r, "mac"));
    else
        printf("broadcast %s", json_text(r, "broadcast"));
    if (json_get(r, "network") && !json_get(r, "mac"))
        printf(" %.0f", json_value(r, "network"));
    printf("  process %.0f  %s  ", json_value(r, "processId"),
           confirmed ? "confirmed" : "unconfirmed");
    print_words(json_get(r, "transitions"));
    printf("  ");
    print_words(json_get(r, "days"));
    printf("  %s-%s%s\n", json_text(r, "from"), json_text(r, "to"), compiled ? "" : "  (added)");
}

static void print_recipients(const struct json *result)
{
    if (*json_text(result, "text"))
        printf("%s\n", json_text(result, "text"));
    for (const struct json *c = json_first(json_get(result, "classes")); c; c = json_next(c)) {
        printf("%s (device %.0f, notification-class,%.0f)\n", json_text(c, "class"),
               json_value(c, "device"), json_value(c, "instance"));
        for (const struct json *r = json_first(json_get(c, "recipients")); r; r = json_next(r))
            print_recipient(r);
    }
}

static void print_text(const struct json *result) { printf("%s\n", json_text(result, "text")); }

static void begin(struct wr *w, const char *op)
{
    jw_open(w, '{');
    jw_member_count(w, "id", 1);
    jw_member(w, "op", op);
}

int cmd_alarms(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL, *device = NULL;
    bool json = false, all = false, helped;
    int n;
    uint8_t b[2048];
    struct wr w = wr_of(b, sizeof b);
    const struct option_row rows[] = {{"control", &path, NULL}, {"json", NULL, &json},
                                      {"device", &device, NULL}, {"all", NULL, &all}};
    if (!options_take(verb, rows, 4, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    struct ctl c;
    double offset = 0;
    if (!ctl_words(verb, n, 0) || !ctl_open(&c, path))
        return 1;
    c.json = json;
    bool good = true, first = true;
    for (bool more = true; more && good; first = false) {       /* page by page */
        w.len = 0;
        begin(&w, "alarms");
        jw_member_bool(&w, "all", all);
        jw_member_count(&w, "offset", (uint64_t)offset);
        if (device)
            jw_member(&w, "device", device);
        jw_close(&w, '}');
        struct json *j = ctl_ask(&c, &w, NULL);
        const struct json *result = json_get(j, "result");
        good = j != NULL;
        more = json_number(json_get(result, "next"), &offset);
        if (good && json)
            put_alarms(result, first, !more);
        else if (good)
            print_alarms(result);
        json_free(j);
    }
    ctl_close(&c);
    return !good;
}

/* ack, reset */
int cmd_on_alarm(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL;
    bool json = false, all = false, helped;
    int n;
    static uint8_t b[REQUEST];
    struct wr w = wr_of(b, sizeof b);
    const struct option_row rows[] = {{"control", &path, NULL}, {"json", NULL, &json},
                                      {"all", NULL, &all}};
    if (!options_take(verb, rows, 3, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    if (!n == !all) {
        fprintf(stderr, "bacrt %s: names, or --all\n", verb->name);
        return 1;
    }
    begin(&w, verb->name);
    jw_member_bool(&w, "all", all);
    jw_key(&w, "names");
    jw_open(&w, '[');
    for (int i = 0; i < n; i++)
        jw_text(&w, argv[i]);
    jw_close(&w, ']');
    jw_close(&w, '}');
    return ctl_once(path, &w, json, print_text);
}

/* Words between commas as a JSON list. */
static void put_list(struct wr *w, const char *key, const char *words)
{
    jw_key(w, key);
    jw_open(w, '[');
    while (words && *words) {
        size_t n = strcspn(words, ", ");
        if (n)
            jw_bytes(w, words, n);
        words += n + (words[n] != 0);
    }
    jw_close(w, ']');
}

static bool put_number(struct wr *w, const char *key, const char *option, const char *word, uint32_t most)
{
    uint64_t v;
    if (!word)
        return true;
    if (!options_number(word, 0, most, &v)) {
        fprintf(stderr, "bacrt recipients: --%s: 0 to %" PRIu32 "\n", option, most);
        return false;
    }
    jw_member_count(w, key, v);
    return true;
}

int cmd_recipients(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL, *class = NULL, *of = NULL, *to = NULL, *device = NULL, *mac = NULL,
               *network = NULL, *broadcast = NULL, *process = NULL, *transitions = NULL,
               *days = NULL, *from = NULL, *until = NULL;
    bool json = false, confirmed = false, helped;
    int n;
    uint8_t b[4096];
    struct wr w = wr_of(b, sizeof b);
    const struct option_row rows[] = {
        {"control", &path, NULL}, {"json", NULL, &json}, {"class", &class, NULL},
        {"of", &of, NULL}, {"to-device", &to, NULL}, {"device", &device, NULL}, {"mac", &mac, NULL},
        {"network", &network, NULL}, {"broadcast", &broadcast, NULL}, {"process", &process, NULL},
        {"transitions", &transitions, NULL}, {"days", &days, NULL}, {"from", &from, NULL},
        {"to", &until, NULL}, {"confirmed", NULL, &confirmed},
    };
    if (!options_take(verb, rows, sizeof rows / sizeof *rows, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    if (n > 1) {
        fprintf(stderr, "bacrt recipients: list, add, remove or copy; see --help\n");
        return 1;
    }
    begin(&w, "recipients");
    jw_member(&w, "action", n ? argv[0] : "list");
    if (class)
        jw_member(&w, "class", class);
    if (of)
        jw_member(&w, "of", of);
    if (to)
        jw_member(&w, "to", to);
    jw_key(&w, "recipient");
    jw_open(&w, '{');
    if (mac)
        jw_member(&w, "mac", mac);
    if (broadcast)
        jw_member(&w, "broadcast", broadcast);
    if (!put_number(&w, "device", "device", device, 4194302) ||
        !put_number(&w, "network", "network", network, 65534) ||
        !put_number(&w, "processId", "process", process, UINT32_MAX))
        return 1;
    if (transitions)
        put_list(&w, "transitions", transitions);
    if (days)
        put_list(&w, "days", days);
    if (from)
        jw_member(&w, "from", from);
    if (until)
        jw_member(&w, "to", until);
    jw_member_bool(&w, "confirmed", confirmed);
    jw_close(&w, '}');
    jw_close(&w, '}');
    return ctl_once(path, &w, json, print_recipients);
}
