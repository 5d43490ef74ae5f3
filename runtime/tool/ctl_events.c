/* `bacrt events`, `audit`: the history of alarms, and that of writes. The server gives them in pages of
 * records, of which the filters let some pass; here pages are asked for until there are as many lines as
 * were wanted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/tool/ctl.h"

enum { PAGE = 200, LINES_MOST = 100000, EVENT_TEXT = 65536 };

struct page { struct json *answer; const struct json *result; };
struct asked {                  /* what the user wants                                            */
    const char *op, *list;      /* of the protocol: the operation, and the array in its answer    */
    ctl_print *print;
    const char *name, *words[7];
    uint64_t limit, from, low, high, class;
    bool by_class, open, filtered;
};
struct found {
    struct page *page;
    size_t n_pages, n;          /* n: events in them                                              */
    double next;                /* 0: there is no more                                            */
};
static const char *const keys[7] = {"since", "until", "kind", "device", "state", "type", NULL};

static void print_event(const struct json *e)
{
    printf("%s %-10s %4.0f:%-24s %s", json_text(e, "time"), json_text(e, "kind"),
           json_value(e, "device"), json_text(e, "object"), json_text(e, "name"));
    if (!strcmp(json_text(e, "kind"), "transition"))
        printf("  %s -> %s", json_text(e, "from"), json_text(e, "to"));
    if (*json_text(e, "source") || *json_text(e, "who"))
        printf("  by %s%s%s", json_text(e, "source"),
               *json_text(e, "source") && *json_text(e, "who") ? " " : "", json_text(e, "who"));
    printf("%s%s\n", *json_text(e, "text") ? "  " : "", json_text(e, "text"));
}

static void print_audit(const struct json *e)
{
    printf("%s  %-6s %-22s %s", json_text(e, "time"), json_text(e, "kind"), json_text(e, "who"),
           json_text(e, "name"));
    if (*json_text(e, "object"))
        printf(" %.0f:%s", json_value(e, "device"), json_text(e, "object"));
    if (*json_text(e, "property"))
        printf(" %s", json_text(e, "property"));
    if (json_value(e, "priority") > 0)
        printf(" @%.0f", json_value(e, "priority"));
    printf("  %s -> %s  %s\n", json_text(e, "old"), json_text(e, "new"), json_text(e, "result"));
}

static void request(const struct asked *a, double from, uint64_t lines, struct wr *w)
{
    jw_open(w, '{');
    jw_member_count(w, "id", 1);
    jw_member(w, "op", a->op);
    if (a->name)
        jw_member(w, "name", a->name);
    for (unsigned i = 0; keys[i]; i++)
        if (a->words[i])
            jw_member(w, keys[i], a->words[i]);
    if (from > 0)
        jw_member_count(w, "from", (uint64_t)from);
    jw_member_count(w, "limit", lines);
    if (strcmp(a->op, "events")) {
        jw_close(w, '}');
        return;
    }
    jw_member_count(w, "priorityLow", a->low);
    jw_member_count(w, "priorityHigh", a->high);
    if (a->by_class)
        jw_member_count(w, "class", a->class);
    jw_member_bool(w, "unacknowledged", a->open);
    jw_close(w, '}');
}

static bool add_page(const struct asked *a, struct found *f, struct json *answer)
{
    struct page *more = realloc(f->page, (f->n_pages + 1) * sizeof *more);
    if (!more)
        return false;
    f->page = more;
    struct page *p = &more[f->n_pages++];
    *p = (struct page){answer, json_get(answer, "result")};
    f->next = json_value(p->result, "next");
    for (const struct json *e = json_first(json_get(p->result, a->list)); e; e = json_next(e))
        f->n++;
    return true;
}

static bool ask_all(struct ctl *c, const struct asked *a, struct found *f)
{
    double from = (double)a->from;
    do {
        uint8_t b[8192];
        struct wr w = wr_of(b, sizeof b);
        uint64_t want = a->limit - f->n;
        request(a, from, a->filtered || want > PAGE ? PAGE : want, &w);
        struct json *answer = ctl_ask(c, &w, NULL);
        if (!answer)
            return false;
        if (!add_page(a, f, answer)) {
            json_free(answer);
            return false;
        }
        from = f->next;
    } while (f->n < a->limit && f->next > 0);
    return true;
}

/* Oldest first. Without --since the pages came newest first, and what is too much is at the front. */
static const struct json **in_order(const struct asked *a, const struct found *f, bool forwards)
{
    const struct json **all = calloc(f->n + 1, sizeof(const struct json *));
    size_t n = 0;
    for (size_t i = 0; all && i < f->n_pages; i++) {
        const struct page *p = &f->page[forwards ? i : f->n_pages - 1 - i];
        for (const struct json *e = json_first(json_get(p->result, a->list)); e; e = json_next(e))
            all[n++] = e;
    }
    return all;
}

static void put(const struct asked *a, struct found *f, bool json)
{
    static uint8_t b[EVENT_TEXT];
    bool forwards = a->words[0] != NULL;
    const struct json **all = in_order(a, f, forwards);
    size_t begin = 0, end = f->n;
    if (!all)
        return;
    if (end > a->limit) {
        begin = forwards ? 0 : end - (size_t)a->limit;
        end = begin + (size_t)a->limit;
        f->next = json_value(all[forwards ? end - 1 : begin], "n") + (forwards ? 1 : -1);
    }
    if (json)
        printf("{\"%s\":[", a->list);
    for (size_t i = begin; i < end; i++) {
        struct wr w = wr_of(b, sizeof b);
        if (json) {
            ctl_copy(all[i], &w);
            printf("%s%.*s", i > begin ? "," : "", (int)w.len, (const char *)b);
        } else {
            a->print(all[i]);
        }
    }
    if (json && f->next > 0)
        printf("],\"next\":%.0f}\n", f->next);
    else if (json)
        printf("]}\n");
    else if (f->next > 0 && !strcmp(a->op, "audit"))
        printf("(more: --from %.0f)\n", f->next);
    free(all);
}

/* "10", "0-63". */
static bool range_of(const char *text, uint64_t *low, uint64_t *high)
{
    char first[8];
    size_t n = strcspn(text, "-");
    if (!n || n >= sizeof first)
        return false;
    memcpy(first, text, n);
    first[n] = 0;
    return options_number(first, 0, 255, low) &&
           options_number(text[n] ? text + n + 1 : first, *low, 255, high);
}

struct given {                  /* options that the request does not have as they are             */
    const char *path, *limit, *from, *priority, *class;
    bool json;
};

static bool numbers(const char *verb, struct asked *a, const struct given *g)
{
    const char *why = NULL;
    if (g->limit && !options_number(g->limit, 1, LINES_MOST, &a->limit))
        why = "--limit: 1 to 100000";
    else if (g->from && !options_number(g->from, 1, (uint64_t)1 << 50, &a->from))
        why = "--from: a number";
    else if (g->priority && !range_of(g->priority, &a->low, &a->high))
        why = "--priority: 0 to 255, or two of them as in 0-63";
    else if (g->class && !options_number(g->class, 0, 4194302, &a->class))
        why = "--class: an instance";
    if (why)
        fprintf(stderr, "bacrt %s: %s\n", verb, why);
    a->by_class = g->class != NULL;
    a->filtered = a->name || g->class || g->priority || a->open;
    for (unsigned i = 1; keys[i]; i++)
        a->filtered |= a->words[i] != NULL;
    return !why;
}

static int tell(const struct asked *a, const char *path, bool json)
{
    struct found f = {0};
    struct ctl c;
    if (!ctl_open(&c, path))
        return 1;
    c.json = json;
    bool good = ask_all(&c, a, &f);
    if (good)
        put(a, &f, json);
    for (size_t i = 0; i < f.n_pages; i++)
        json_free(f.page[i].answer);
    free(f.page);
    ctl_close(&c);
    return !good;
}

static int history(const struct verb *verb, const struct option_row *rows, size_t n_rows, int argc, char **argv,
                   struct asked *a, const struct given *g)
{
    bool helped;
    int n;
    if (!options_take(verb, rows, n_rows, argc, argv, &n, &helped))
        return 1;
    if (helped)
        return 0;
    if (!ctl_words(verb, n, 1))
        return 1;
    a->name = n ? argv[0] : NULL;
    return numbers(a->op, a, g) ? tell(a, g->path, g->json) : 1;
}

int cmd_events(const struct verb *verb, int argc, char **argv)
{
    struct asked a = {.op = "events", .list = "events", .print = print_event, .limit = 100, .high = 255};
    struct given g = {.path = NULL};
    const struct option_row rows[] = {
        {"control", &g.path, NULL}, {"json", NULL, &g.json}, {"limit", &g.limit, NULL},
        {"from", &g.from, NULL}, {"since", &a.words[0], NULL}, {"until", &a.words[1], NULL},
        {"kind", &a.words[2], NULL}, {"device", &a.words[3], NULL}, {"state", &a.words[4], NULL},
        {"type", &a.words[5], NULL}, {"priority", &g.priority, NULL}, {"class", &g.class, NULL},
        {"unacknowledged", NULL, &a.open},
    };
    return history(verb, rows, sizeof rows / sizeof *rows, argc, argv, &a, &g);
}

int cmd_audit(const struct verb *verb, int argc, char **argv)
{
    struct asked a = {.op = "audit", .list = "entries", .print = print_audit, .limit = 100};
    struct given g = {.path = NULL};
    const struct option_row rows[] = {
        {"control", &g.path, NULL}, {"json", NULL, &g.json}, {"limit", &g.limit, NULL},
        {"from", &g.from, NULL}, {"since", &a.words[0], NULL}, {"until", &a.words[1], NULL},
        {"kind", &a.words[2], NULL}, {"device", &a.words[3], NULL},
    };
    return history(verb, rows, sizeof rows / sizeof *rows, argc, argv, &a, &g);
}
