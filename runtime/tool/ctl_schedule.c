/* `bacrt schedule`: the time programs there are; the next seven days of one of them, drawn in the
 * terminal, with the value now, the next change, the week and the exceptions. */
#include <stdio.h>
#include <string.h>

#include "runtime/tool/ctl.h"
#include "runtime/tool/terminal.h"

enum { VALUES = 32, DAY_MINUTES = 1440 };

/* "On", "21.5", "true", or "-" where it gives its priority back. */
static void value_text(char *out, size_t n, const struct json *o)
{
    const struct json *v = json_get(o, "value");
    double d;
    bool b;
    if (*json_text(o, "text"))
        snprintf(out, n, "%s", json_text(o, "text"));
    else if (json_bool(v, &b))
        snprintf(out, n, "%s", b ? "true" : "false");
    else if (json_number(v, &d))
        snprintf(out, n, "%.7g", d);
    else
        snprintf(out, n, "-");
}

/* ---- list ---- */

static void print_row(const struct json *s)
{
    char now[80], then[80];
    const struct json *next = json_get(s, "next");
    value_text(now, sizeof now, s);
    printf("%-28s %4.0f:%-14s %-12s %-10s", json_text(s, "name"), json_value(s, "device"),
           json_text(s, "object"), now, json_text(s, "by"));
    if (next) {
        value_text(then, sizeof then, next);
        printf(" %s %s %s", json_text(next, "day"), json_text(next, "at"), then);
    }
    printf("\n");
}

/* ---- the picture ---- */

struct legend {                 /* the values of the picture, in order of their number            */
    struct { double number; char text[64]; } of[VALUES];
    size_t n;
    bool utf8, more;            /* more: some found no room                                       */
};

static double order_of(const struct json *o)
{
    const struct json *v = json_get(o, "value");
    double d = 0;
    bool b;
    if (json_bool(v, &b))
        return b;
    return json_number(v, &d) ? d : -1e300;     /* nothing said: before all numbers */
}

static void learn(struct legend *l, const struct json *o)
{
    double number = order_of(o);
    size_t at = 0;
    while (at < l->n && l->of[at].number < number)
        at++;
    if (at < l->n && !(l->of[at].number > number))
        return;
    if (l->n == VALUES) {
        l->more = true;
        return;
    }
    memmove(&l->of[at + 1], &l->of[at], (l->n - at) * sizeof l->of[0]);
    l->of[at].number = number;
    value_text(l->of[at].text, sizeof l->of[at].text, o);
    l->n++;
}

/* One sign per value: shades for two, digits and letters for more. */
static const char *sign_of(const struct legend *l, double number)
{
    static const char *const shades[2][2] = {{".", "#"}, {"\xc2\xb7", "\xe2\x96\x88"}};
    static const char letters[VALUES][2] = {
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f",
        "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v"};
    size_t i = 0;
    while (i < l->n && l->of[i].number < number)
        i++;
    if (i >= l->n || l->of[i].number > number)
        return "?";
    return l->n <= 2 ? shades[l->utf8][i] : letters[i];
}

static unsigned minutes_of(const char *at)
{
    unsigned h = 0, m = 0;
    return sscanf(at, "%2u:%2u", &h, &m) == 2 ? h * 60 + m : 0;
}

/* The entry that holds the longest in a part of the day. */
static const struct json *longest(const struct json *says, unsigned from, unsigned to)
{
    const struct json *best = json_first(says);
    unsigned most = 0;
    for (const struct json *e = json_first(says); e; e = json_next(e)) {
        unsigned begin = minutes_of(json_text(e, "at"));
        unsigned end = json_next(e) ? minutes_of(json_text(json_next(e), "at")) : DAY_MINUTES;
        begin = begin < from ? from : begin;
        end = end > to ? to : end;
        if (end > begin && end - begin > most) {
            most = end - begin;
            best = e;
        }
    }
    return best;
}

static void draw_axis(unsigned columns)
{
    char line[200];
    memset(line, ' ', sizeof line);
    for (unsigned h = 0; h < 24; h += 3) {
        char label[4];
        int n = snprintf(label, sizeof label, "%02u", h);
        memcpy(line + h * columns / 24, label, (size_t)n);
    }
    line[columns] = 0;
    printf("                %s\n", line);
}

static void draw_day(const struct legend *l, const struct json *day, unsigned columns)
{
    printf("%-3s %-11s ", json_text(day, "day"), json_text(day, "date"));
    for (unsigned i = 0; i < columns; i++) {
        const struct json *e = longest(json_get(day, "says"), i * DAY_MINUTES / columns,
                                       (i + 1) * DAY_MINUTES / columns);
        printf("%s", e ? sign_of(l, order_of(e)) : " ");
    }
    printf("\n");
}

static void draw_legend(const struct legend *l)
{
    printf("                ");
    for (size_t i = 0; i < l->n; i++)
        printf("%s%s %s", i ? "   " : "", sign_of(l, l->of[i].number), l->of[i].text);
    printf("%s\n", l->more ? "   ? others" : "");
}

/* Quarters of an hour where there is room, else half hours. */
static unsigned columns_that_fit(void)
{
    int width, height;
    terminal_size(&width, &height);
    return width >= 16 + 96 ? 96 : 48;
}

/* ---- the words ---- */

static void print_times(const struct json *times)
{
    char value[80];
    if (!json_first(times))
        printf("nothing");
    for (const struct json *e = json_first(times); e; e = json_next(e)) {
        value_text(value, sizeof value, e);
        printf("%s%s %s", e == json_first(times) ? "" : ", ", json_text(e, "at"), value);
    }
    printf("\n");
}

static void print_when(const struct json *e)
{
    const struct json *w = json_get(e, "weekNDay");
    if (json_get(e, "calendar")) {
        printf("calendar %s", json_text(e, "calendar"));
    } else if (w) {
        printf("month ");
        if (json_string(json_get(w, "month")))
            printf("%s", json_text(w, "month"));
        else
            printf("%.0f", json_value(w, "month"));
        printf(", week %s, day %s", json_text(w, "week"), json_text(w, "day"));
    } else if (json_get(e, "date")) {
        printf("%s", json_text(e, "date"));
    } else {
        printf("%s to %s", json_text(e, "from"), json_text(e, "to"));
    }
}

static void print_now(const struct json *s)
{
    char value[80];
    bool oos = false;
    const struct json *next = json_get(s, "next");
    value_text(value, sizeof value, s);
    (void)json_bool(json_get(s, "outOfService"), &oos);
    printf("%s  (device %.0f, %s)", json_text(s, "name"), json_value(s, "device"), json_text(s, "object"));
    if (*json_text(s, "of"))
        printf("  of %s", json_text(s, "of"));
    printf("\nnow     %s %.5s  %s, by %s%s\n", json_text(s, "today"), json_text(s, "at"), value,
           oos ? "a client" : json_text(s, "by"), oos ? " (out of service)" : "");
    if (next) {
        value_text(value, sizeof value, next);
        printf("next    %s %s  %s, by %s\n", json_text(next, "day"), json_text(next, "at"), value,
               json_text(next, "by"));
    } else {
        printf("next    nothing else within 60 days\n");
    }
    if (strcmp(json_text(s, "reliability"), "good") != 0)
        printf("fault   %s\n", json_text(s, "reliability"));
    if (strcmp(json_text(s, "effectiveFrom"), "any") != 0 || strcmp(json_text(s, "effectiveTo"), "any") != 0)
        printf("valid   from %s to %s\n", json_text(s, "effectiveFrom"), json_text(s, "effectiveTo"));
}

static void print_writes(const struct json *s)
{
    for (const struct json *r = json_first(json_get(s, "writes")); r; r = json_next(r)) {
        const char *property = json_text(r, "property");
        bool waits = false;
        printf("writes  %.0f:%s", json_value(r, "device"), json_text(r, "object"));
        if (strcmp(property, "present-value") != 0)
            printf(" %s", *property ? property : "proprietary property");
        (void)json_bool(json_get(r, "waits"), &waits);
        printf(" at priority %.0f%s\n", json_value(s, "priority"), waits ? ", not yet" : "");
    }
}

static void print_schedule(const struct json *s)
{
    struct legend l = {.utf8 = terminal_is_utf8()};
    const struct json *course = json_get(s, "course"), *of_default = json_get(s, "default");
    unsigned columns = columns_that_fit();
    char value[80];
    bool cut = false;
    print_now(s);
    print_writes(s);
    for (const struct json *d = json_first(course); d; d = json_next(d))
        for (const struct json *e = json_first(json_get(d, "says")); e; e = json_next(e))
            learn(&l, e);
    printf("\n");
    draw_axis(columns);
    for (const struct json *d = json_first(course); d; d = json_next(d))
        draw_day(&l, d, columns);
    draw_legend(&l);
    printf("\n");
    for (const struct json *d = json_first(json_get(s, "week")); d; d = json_next(d)) {
        printf("%-7s ", json_text(d, "day"));
        print_times(json_get(d, "times"));
    }
    value_text(value, sizeof value, of_default);
    printf("default %s\n", value);
    for (const struct json *e = json_first(json_get(s, "exceptions")); e; e = json_next(e)) {
        printf("except  ");
        print_when(e);
        printf(" (priority %.0f): ", json_value(e, "priority"));
        print_times(json_get(e, "times"));
    }
    (void)json_bool(json_get(s, "cut"), &cut);
    if (cut)
        printf("... more entries than are shown\n");
}

static int show(struct ctl *c, const char *name)
{
    uint8_t b[1024];
    struct wr w = wr_of(b, sizeof b);
    char *raw = NULL;
    jw_open(&w, '{');
    jw_member_count(&w, "id", 1);
    jw_member(&w, "op", "schedule");
    jw_member(&w, "name", name);
    jw_close(&w, '}');
    struct json *j = ctl_ask(c, &w, &raw);
    if (j && c->json)
        printf("%s\n", raw);
    else if (j)
        print_schedule(json_get(j, "result"));
    json_free(j);
    return !j;
}

int cmd_schedule(const struct verb *verb, int argc, char **argv)
{
    const char *path = NULL;
    bool json = false, helped;
    struct ctl c;
    int n;
    const struct option_row rows[] = {{"control", &path, NULL}, {"json", NULL, &json}};
    if (!options_take(verb, rows, 2, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    bool lists = n && !strcmp(argv[0], "list"), shows = n == 2 && !strcmp(argv[0], "show");
    if ((!lists && !shows) || n > 2) {
        fprintf(stderr, "bacrt schedule: list [PATTERN] or show NAME; see bacrt schedule --help\n");
        return 1;
    }
    if (n > 1 && strlen(argv[1]) > 500) {
        fprintf(stderr, "bacrt schedule: no name is that long\n");
        return 1;
    }
    if (!ctl_open(&c, path))
        return 1;
    c.json = json;
    int status = lists ? ctl_list(&c, "schedules", "schedules", n > 1 ? argv[1] : NULL, print_row) : show(&c, argv[1]);
    ctl_close(&c);
    return status;
}
