/* The store: values, histories, trend records, limits, pruning, and each way not to open. */
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "runtime/data/store_int.h"
#include "tests/unit/store_help.h"

static char dir[300];

struct seen {
    unsigned n;
    uint64_t sum;
};

static bool count(void *ctx, const struct store_key *key, int64_t time, struct span data)
{
    struct seen *seen = ctx;
    seen->n++;
    seen->sum += (uint64_t)key->property + key->sub + (uint64_t)time + data.n + (data.n ? data.p[0] : 0);
    return true;
}

static struct seen loaded(struct store *s)
{
    struct seen seen = {0};
    CHECK(store_load(s, count, &seen) == STORE_OK);
    return seen;
}

/* schemas/store.sql without comments and spaces is what the program carries. */
static void squeeze(char *text)
{
    char *to = text;
    for (char *p = text; *p; p++) {
        if (p[0] == '-' && p[1] == '-')
            p += strcspn(p, "\n");
        if (*p != ' ' && *p != '\n')
            *to++ = *p;
        if (!*p)
            break;
    }
    *to = 0;
}

static void schema(void)
{
    static char file[16384], own[16384];
    FILE *f = fopen("schemas/store.sql", "r");
    CHECK(f);
    file[fread(file, 1, sizeof file - 1, f)] = 0;
    fclose(f);
    snprintf(own, sizeof own, "%s", sq_schema());
    squeeze(file);
    squeeze(own);
    CHECK(!strcmp(file, own));
}

static void values(void)
{
    static uint8_t big[STORE_VALUE_MAX + 1];
    struct store *s = open_at(dir, NULL);
    struct store_key a = key_of(1, 85, 0), b = key_of(1, 87, UINT32_MAX), c = key_of(2, 85, 0);
    CHECK(loaded(s).n == 0);
    CHECK(store_put(s, &a, 1000, bytes(big, sizeof big)) == STORE_REFUSED);
    uint64_t t = store_put(s, &a, 1000, bytes("x", 1));
    CHECK(t == 1);
    CHECK(store_put(s, &a, 1001, bytes("y", 1)) == 2);
    CHECK(store_put(s, &b, 1002, bytes(big, STORE_VALUE_MAX)) == 3);
    CHECK(store_put(s, &c, 1003, bytes(NULL, 0)) == 4);
    t = store_erase(s, &c);
    settle(s, t);
    CHECK(!store_failed(s, t) && !store_failed_since(s, 1));
    struct seen seen = loaded(s);
    CHECK(seen.n == 2);
    CHECK(seen.sum == 85 + 1001 + 1 + 'y' + 87 + (uint64_t)UINT32_MAX + 1002 + STORE_VALUE_MAX);
    static uint64_t buf[20000];
    struct store_query q = {.of = STORE_OF_VALUES, .limit = 1, .buf = (uint8_t *)buf,
                            .cap = sizeof buf};
    ask(s, &q);
    const struct store_row *row = store_next(&q, NULL);
    CHECK(q.n == 1 && q.more && row->n == 1 && row->data[0] == 'y' && row->key.property == 85);
    q.key = row->key;
    q.position = 1;
    ask(s, &q);
    row = store_next(&q, NULL);
    CHECK(q.n == 1 && !q.more && row->n == STORE_VALUE_MAX && !store_next(&q, row));
    CHECK(store_close(s) == 0);
    s = open_at(dir, NULL);
    CHECK(loaded(s).n == 2);
    CHECK(store_close(s) == 0);
}

static void locked(void)
{
    struct store *s = open_at(dir, NULL), *other;
    char why[200], want[40];
    CHECK(store_open(&other, dir, NULL, why, sizeof why) == STORE_IN_USE);
    snprintf(want, sizeof want, "in use by process %ld", (long)getpid());
    CHECK(strstr(why, want));
    struct store_key k = key_of(9, 85, 0);
    CHECK(store_put(other, &k, 1, bytes("x", 1)) == 0);     /* off: at once, and nothing kept */
    struct store_status st;
    store_status(other, &st);
    CHECK(st.off && st.state == STORE_IN_USE && strstr(st.reason, want));
    store_close(other);
    CHECK(loaded(s).n == 2);
    store_close(s);
    CHECK(store_put(NULL, &k, 1, bytes("x", 1)) == 0 && store_fd(NULL) == -1);
    store_status(NULL, &st);
    CHECK(st.off);
}

static void note(struct store *s, enum store_table table, unsigned i)
{
    char old[20];
    snprintf(old, sizeof old, "%u", i);
    struct store_note n = {.time = 1000 + i, .kind = i % 3, .device = 1001, .object = 7 + i % 2,
                           .number = {85, UINT32_MAX, 8, i},
                           .text = {bytes("10.0.0.1", 8), bytes("bacnet", 6),
                                    bytes(old, strlen(old)), bytes("", 0)},
                           .data = bytes("\0\1\2", 3)};
    n.id[0] = (uint8_t)(1 + i % 2);
    CHECK(store_note(s, table, &n) != STORE_REFUSED);
}

static void histories(void)
{
    static uint64_t buf[8000];
    struct store_options o = {.audit_rows = 500, .event_rows = 100000, .event_ms = 1500};
    struct store *s = open_at(dir, &o);
    for (unsigned i = 0; i < 2000; i++) {
        note(s, STORE_AUDIT, i);
        note(s, STORE_EVENTS, i);
    }
    struct store_query q = {.of = STORE_OF_AUDIT, .backwards = true, .limit = 10,
                            .buf = (uint8_t *)buf, .cap = sizeof buf};
    ask(s, &q);
    CHECK(q.n == 10 && q.more && !q.fault);
    unsigned i = 1990;
    for (const struct store_row *row = NULL; (row = store_next(&q, row)); i++) {
        struct store_note n;
        CHECK(store_note_of(row, &n));
        CHECK(n.time == 1000 + i && n.number[3] == i && n.kind == i % 3 && n.object == 7 + i % 2);
        CHECK(n.text[0].n == 8 && !memcmp(n.text[1].p, "bacnet", 6) && n.id[0] == 1 + i % 2);
        CHECK((unsigned)atol((const char *)n.text[2].p) == i && n.text[3].n == 0);
        CHECK(n.data.n == 3 && n.data.p[2] == 2);
    }
    CHECK(i == 2000);
    q = (struct store_query){.of = STORE_OF_AUDIT, .limit = 5000, .buf = (uint8_t *)buf,
                             .cap = 30001};
    ask(s, &q);                 /* bounded by octets, and the table by rows */
    CHECK(q.n > 100 && q.more && store_next(&q, NULL)->position > 2000 - 500 - 256 - 1);
    q = (struct store_query){.of = STORE_OF_EVENTS, .from = STORE_FROM_TIME, .time = 2900,
                             .limit = 3, .key = {.id = {2}}, .buf = (uint8_t *)buf,
                             .cap = sizeof buf};
    q.key.id[0] = 2;
    ask(s, &q);                 /* odd ones are of object 2 */
    CHECK(q.n == 3 && store_next(&q, NULL)->time == 2901);
    q.backwards = true;
    ask(s, &q);
    const struct store_row *row = store_next(&q, NULL);
    CHECK(q.n == 3 && row->time == 2895 && store_next(&q, row)->time == 2897);
    memset(&q.key, 0, sizeof q.key);
    q = (struct store_query){.of = STORE_OF_EVENTS, .limit = 1, .buf = (uint8_t *)buf,
                             .cap = sizeof buf};
    ask(s, &q);                 /* old ones went by age */
    CHECK(q.n == 1 && store_next(&q, NULL)->time >= 1000 + 1999 - 1500 - 256);
    CHECK(store_close(s) == 0);
}

/* A clock that was ahead for a while and has been set back: nothing is too old for having been there. */
static void set_back(void)
{
    static uint64_t buf[1000];
    char at[200];
    scratch(at, sizeof at);
    struct store_options o = {.event_rows = 100000, .event_ms = 1500};
    struct store *s = open_at(at, &o);
    note(s, STORE_EVENTS, 1000000);
    settle(s, store_flush(s));
    for (unsigned i = 0; i < 1000; i++)
        note(s, STORE_EVENTS, i);
    struct store_query q = {.of = STORE_OF_EVENTS, .from = STORE_FROM_TIME, .limit = 2, .buf = (uint8_t *)buf, .cap = sizeof buf};
    ask(s, &q);
    CHECK(q.n == 2 && store_next(&q, store_next(&q, NULL))->time == 1000);
    for (unsigned i = 0; i < 1000; i++)
        note(s, STORE_EVENTS, i);               /* and once more */
    unsigned found = 0;
    q.time = 1499;
    q.limit = 15;
    do {                                        /* page by page, all from 1500 on, each once */
        ask(s, &q);
        q.from = STORE_FROM_POSITION;
        for (const struct store_row *row = NULL; (row = store_next(&q, row)); q.position = row->position + 1)
            found += row->time >= 1500;
    } while (q.more);
    CHECK(found == 1 + 500 + 500);
    CHECK(store_close(s) == 0);
    discard(at);
}

/* --- not opening --------------------------------------------------------------------------- */

static int refused(const char *at, const struct store_options *o, const char *word)
{
    struct store *s;
    struct store_status st;
    char why[300];
    int fault = store_open(&s, at, o, why, sizeof why);
    store_status(s, &st);
    CHECK(fault == STORE_OK || (st.off && strstr(why, word)));
    store_close(s);
    return fault;
}

static void in_sql(const char *at, const char *sql)
{
    char path[400];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/state.db", at);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK && sqlite3_exec(db, sql, 0, 0, 0) == SQLITE_OK);
    sqlite3_close(db);
}

static void spoil(const char *at, off_t offset, size_t n)
{
    char path[400];
    snprintf(path, sizeof path, "%s/state.db", at);
    FILE *f = fopen(path, "r+");
    CHECK(f && fseeko(f, offset, SEEK_SET) == 0);
    for (size_t i = 0; i < n; i++)
        fputc(0xa5, f);
    fclose(f);
}

static void bad_files(void)
{
    char at[400], path[440];
    struct stat st;
    snprintf(at, sizeof at, "%s/bad", dir);
    store_close(open_at(at, NULL));
    in_sql(at, "PRAGMA user_version = 3");
    CHECK(refused(at, NULL, "newer version") == STORE_NEWER);
    in_sql(at, "PRAGMA user_version = 2; PRAGMA application_id = 7");
    CHECK(refused(at, NULL, "not a state file") == STORE_DAMAGED);
    in_sql(at, "PRAGMA application_id = 0x42414373");
    struct store *s = open_at(at, NULL);
    for (unsigned i = 0; i < 2000; i++) {
        struct store_key k = key_of(i, 85, 0);
        CHECK(store_put(s, &k, 1, bytes("0123456789", 10)) != STORE_REFUSED);
    }
    CHECK(store_close(s) == 0);
    snprintf(path, sizeof path, "%s/state.db", at);
    CHECK(stat(path, &st) == 0 && st.st_size > 50000);
    spoil(at, st.st_size / 2 / 4096 * 4096, 2000);
    CHECK(refused(at, NULL, "state.db") == STORE_DAMAGED);
    CHECK(refused(at, NULL, "state.db") == STORE_DAMAGED);          /* still there, untouched */
    struct store_options aside = {.set_aside = true};
    s = open_at(at, &aside);
    CHECK(loaded(s).n == 0);
    CHECK(store_close(s) == 0);
    snprintf(path, sizeof path, "%s/state.db.damaged-1", at);
    CHECK(stat(path, &st) == 0 && st.st_size > 50000);
    spoil(at, 0, 100);
    CHECK(refused(at, NULL, "state.db") == STORE_DAMAGED);
    s = open_at(at, &aside);
    store_close(s);
    snprintf(path, sizeof path, "%s/state.db.damaged-2", at);
    CHECK(stat(path, &st) == 0);
    CHECK(refused("/proc/none/such", NULL, "such") != STORE_OK);
    CHECK(refused("/sys/kernel/none", NULL, "none") == STORE_READ_ONLY || getuid());
}

static off_t page_of(const char *at, const char *table)
{
    char path[440];
    sqlite3 *db;
    sqlite3_stmt *st;
    snprintf(path, sizeof path, "%s/state.db", at);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(db, "SELECT (rootpage - 1) * page_size FROM sqlite_schema, pragma_page_size WHERE name = ?1",
                             -1, &st, NULL) == SQLITE_OK);
    sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC);
    CHECK(sqlite3_step(st) == SQLITE_ROW);
    off_t at_octet = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return at_octet;
}

/* Values of a file that is damaged where the records of logs are, or what is known of logs, are there; nothing is
 * written into it any more. What is damaged itself gives nothing. */
static void damaged_elsewhere(void)
{
    static const struct { const char *table; unsigned values; } spoiled[] = {{"journal", 7}, {"log", 7}, {"value", 0}};
    char at[400], why[300];
    for (unsigned i = 0; i < 3; i++) {
        snprintf(at, sizeof at, "%s/elsewhere%u", dir, i);
        struct store *s = open_at(at, NULL);
        for (unsigned k = 0; k < 7; k++) {
            struct store_key key = key_of(k, 85, 0);
            CHECK(store_put(s, &key, 1, bytes("0123456789", 10)) != STORE_REFUSED);
        }
        for (unsigned k = 1; k < 4; k++)
            CHECK(store_trend(s, key_of(9, 0, 0).id, k, 1000 * k, bytes("r", 1)) != STORE_REFUSED);
        CHECK(store_close(s) == 0);
        spoil(at, page_of(at, spoiled[i].table), 4096);
        CHECK(store_open(&s, at, NULL, why, sizeof why) == STORE_DAMAGED);
        struct store_key key = key_of(8, 85, 0);
        CHECK(store_put(s, &key, 1, bytes("0", 1)) == 0);
        CHECK(loaded(s).n == spoiled[i].values);
        store_close(s);
    }
}

/* Files of version 1 numbered the runtime's own values where BACnet has properties of its own now. */
static void older_file(void)
{
    char at[400];
    snprintf(at, sizeof at, "%s/older", dir);
    struct store *s = open_at(at, NULL);
    static const uint32_t were[] = {85, 0x400001, 0x400011, 0x400003};
    static const uint32_t are[] = {85, STORE_OWN | 1, STORE_OWN | 0x11, 0x400003};
    for (unsigned i = 0; i < 4; i++) {
        struct store_key k = key_of(i, were[i], 0);
        CHECK(store_put(s, &k, 1, bytes("abcd", 4)) != STORE_REFUSED);
    }
    CHECK(store_close(s) == 0);
    in_sql(at, "PRAGMA user_version = 1");
    for (unsigned turn = 0; turn < 2; turn++) {         /* once; a second start changes nothing */
        s = open_at(at, NULL);
        static uint64_t buf[500];
        struct store_query q = {.of = STORE_OF_VALUES, .limit = 10, .buf = (uint8_t *)buf,
                                .cap = sizeof buf};
        ask(s, &q);
        unsigned i = 0;
        for (const struct store_row *r = NULL; (r = store_next(&q, r)); i++)
            CHECK(i < 4 && r->key.property == are[i] && r->n == 4);
        CHECK(i == 4 && store_close(s) == 0);
    }
    CHECK(refused(at, NULL, "") == STORE_OK);
}

/* What is put together is seen by nobody before the last of it, and then is there whole. */
static void together(void)
{
    char at[300];
    CHECK((size_t)snprintf(at, sizeof at, "%.200s/together", dir) < sizeof at);
    struct store *s = open_at(at, NULL);
    struct store_key a = key_of(1, 85, 0), b = key_of(2, 85, 0);
    store_begin(s);
    uint64_t first = store_put(s, &a, 1, bytes("a", 1));
    store_begin(s);                             /* nested: the outer one decides */
    uint64_t last = store_put(s, &b, 1, bytes("b", 1));
    store_end(s);
    CHECK(last == first + 1);
    store_flush(s);
    struct timespec t = {.tv_nsec = 100000000};
    nanosleep(&t, NULL);
    CHECK(store_done(s) < first);
    store_end(s);
    settle(s, last);
    CHECK(store_close(s) == 0);
    s = open_at(at, NULL);
    CHECK(loaded(s).n == 2);
    store_begin(s);
    store_end(s);                               /* nothing at all */
    CHECK(store_close(s) == 0);
}

int main(void)
{
    scratch(dir, sizeof dir);
    schema();
    values();
    locked();
    histories();
    set_back();
    together();
    bad_files();
    damaged_elsewhere();
    older_file();
    discard(dir);
    return 0;
}
