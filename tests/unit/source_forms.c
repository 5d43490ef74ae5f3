/* NOLINTBEGIN(bugprone-not-null-terminated-result,bugprone-too-small-loop-variable): octets, not text; ends by its own test */
/* runtime/source: payloads, registers, blocks, mailboxes, replays; hostile ones included. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/source/blocks.h"
#include "runtime/source/feed.h"
#include "runtime/source/payload.h"
#include "runtime/source/raw.h"
#include "runtime/source/replay.h"
#include "schemas/bacnet.h"
#include "tests/unit/unit.h"

static double read_at(const char *path, const char *text)
{
    struct payload_form f = {.path = path, .scale = 1};
    const char *why = NULL;
    double v = 0;
    char *exact = malloc(strlen(text) + 1);     /* a reader past its end is seen */
    memcpy(exact, text, strlen(text));
    bool good = payload_read(&f, exact, strlen(text), &v, &why);
    free(exact);
    return good ? v : NAN;
}

static void payloads(struct unit *u)
{
    static const char *const none[] = {
        "", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{\"a\":\"", "{\"a\":\"\\", "[1,2",
        "{\"a\":nan}", "{\"a\":1e999}", "{\"a\":null}", "{\"a\":{}}", "{\"b\":1}", "{\"a\":1}x",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":0x10}", "{\"a\":1 2}", "\xff\xfe", "{a:1}",
    };
    CHECK(u, read_at(NULL, " 21.5\n") == 21.5);
    CHECK(u, read_at("", "true") == 1 && read_at(NULL, "OFF") == 0);
    CHECK(u, isnan(read_at(NULL, "21,5")) && isnan(read_at(NULL, "NaN")) && isnan(read_at(NULL, "inf")));
    CHECK(u, read_at("$", "7") == 7);
    CHECK(u, read_at("$.a", "{\"b\":{\"a\":2},\"a\":-1.5e1}") == -15);
    CHECK(u, read_at("$.a.b[1]", "{\"a\":{\"b\":[1, {\"b\":9} ,3]}}") != 3);
    CHECK(u, read_at("$.a.b[2]", "{\"a\":{\"b\":[1, {\"b\":9} ,3]}}") == 3);
    CHECK(u, read_at("$[\"x.y\"][0]", "{\"x.y\":[\"4\"]}") == 4);
    CHECK(u, read_at("$.a", "{\"x\":\"}\\\"\",\"a\":true}") == 1);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (!CHECK(u, isnan(read_at("$.a", none[i]))))
            printf("  %s\n", none[i]);
    CHECK(u, payload_path_good("$.a[0].b") && payload_path_good("$"));
    CHECK(u, !payload_path_good("a") && !payload_path_good("$.") && !payload_path_good("$[") &&
             !payload_path_good("$[x]") && !payload_path_good("$.a[\"b]"));
}

static void states(struct unit *u)
{
    static const struct payload_word words[] = {{"Off", 3}, {"Vypnuto č", 4}, {"a\"b\\c", 5},
        {"a name that is longer than any number is, and longer than the eighty octets that were looked at", 6},
        {"\xf0\x9f\x94\xa5", 7}};
    struct payload_form f = {.scale = 1, .words = words, .n_words = 5};
    static const struct { const char *text; double want; } rows[] = {
        {"off", 3}, {"Vypnuto č", 4}, {"\"Vypnuto \\u010d\"", 4}, {"\"a\\\"b\\\\c\"", 5}, {"\"\\u004fFF\"", 3},
        {"a name that is longer than any number is, and longer than the eighty octets that were looked at", 6},
        {"on", 1}, {"2", 2}, {"\"\\u010\"", NAN}, {"\\", NAN}, {"\"\\uzzzz\"", NAN},
        {"\"\\ud83d\\udd25\"", 7}, {"\"\\ud83d\"", NAN}, {"\"\\ud83d\\u0020\"", NAN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why;
        double v = NAN;
        bool good = payload_read(&f, rows[i].text, strlen(rows[i].text), &v, &why);
        if (!CHECK(u, good ? v == rows[i].want : isnan(rows[i].want)))
            printf("  %s\n", rows[i].text);
    }
    f.n_words = 0;
    double v;
    const char *why;
    CHECK(u, !payload_read(&f, "12\0x", 4, &v, &why) && payload_read(&f, "12\0", 3, &v, &why) && v == 12);
}

static void written(struct unit *u)
{
    static const struct { const char *path; bool boolean, single; double scale, value; const char *want; } rows[] = {
        {NULL, false, true, 1, 21.3f, "21.3"}, {"$.v", false, true, 1, 22.5, "{\"v\":22.5}"},
        {"$.a.b", true, false, 1, 1, "{\"a\":{\"b\":true}}"}, {"", false, false, 0.1, 21.5, "215"},
        {NULL, false, false, 1, 0.1, "0.1"}, {NULL, false, true, 1, -3, "-3"},
    };
    uint8_t bytes[64];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct payload_form f = {.path = rows[i].path, .boolean = rows[i].boolean,
                                 .single = rows[i].single, .scale = rows[i].scale};
        struct wr w = wr_of(bytes, sizeof bytes);
        CHECK(u, payload_write(&f, rows[i].value, &w));
        if (!CHECK(u, w.len == strlen(rows[i].want) && !memcmp(bytes, rows[i].want, w.len)))
            printf("  %.*s\n", (int)w.len, (char *)bytes);
    }
    struct payload_form f = {.boolean = true, .scale = -1, .offset = 1};
    const char *why;
    double v;
    struct wr w = wr_of(bytes, sizeof bytes);
    CHECK(u, payload_write(&f, 1, &w) && w.len == 5 && !memcmp(bytes, "false", 5));
    CHECK(u, payload_read(&f, bytes, 5, &v, &why) && v == 1);
    f = (struct payload_form){.path = "$.a[0]", .scale = 1};
    w = wr_of(bytes, sizeof bytes);
    CHECK(u, !payload_write(&f, 1, &w));
}

static void registers(struct unit *u)
{
    static const char *const orders[3][4] = {
        {"AB", "BA", NULL, NULL}, {"ABCD", "CDAB", "BADC", "DCBA"},
        {"ABCDEFGH", "GHEFCDAB", "BADCFEHG", "HGFEDCBA"},
    };
    static const double values[] = {0, 1, -1, 42, -128, 255, 32767, 1e6, -1e9, 3.5};
    for (uint8_t as = RAW_BOOL; as <= RAW_FLOAT64; as++)
        for (size_t o = 0; o < 4; o++)
            for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
                struct raw_form f = {.as = as, .bit = -1, .scale = 0.5, .offset = 1};
                uint16_t regs[4] = {0};
                unsigned n = raw_registers(&f);
                const char *order = orders[n == 4 ? 2 : n - 1][o];
                if ((!order && o) || !CHECK(u, raw_order(&f, order)) || as == RAW_BOOL)
                    continue;
                double v = round(values[i]) * 0.5 + 1;
                if (raw_write(&f, v, regs))
                    CHECK(u, raw_read(&f, regs) == v);
                else
                    CHECK(u, as < RAW_FLOAT32);
            }
    struct raw_form f = {.as = RAW_FLOAT32, .bit = -1, .scale = 1};
    const uint16_t swapped[] = {0, 0x4228}, nan[] = {0x7fc0, 0}, all[] = {0xffff, 0xffff};
    CHECK(u, raw_order(&f, "CDAB") && raw_read(&f, swapped) == 42);
    CHECK(u, raw_order(&f, NULL) && isnan(raw_read(&f, nan)) && isnan(raw_read(&f, all)));
    CHECK(u, !raw_order(&f, "ABCE") && !raw_order(&f, "AB") && !raw_order(&f, "AACD") &&
             !raw_order(&f, "ABCDE") && !raw_order(&f, ""));
    struct raw_form bit = {.as = RAW_UINT16, .bit = 3, .scale = 1};
    uint16_t r = 0x8000;
    CHECK(u, raw_order(&bit, NULL) && raw_write(&bit, 1, &r) && r == 0x8008 && raw_read(&bit, &r) == 1);
    struct raw_form inverted = {.as = RAW_UINT16, .bit = 3, .scale = -1, .offset = 1};
    CHECK(u, raw_order(&inverted, NULL) && raw_write(&inverted, 1, &r) && r == 0x8000 && raw_read(&inverted, &r) == 1);
    CHECK(u, raw_write(&inverted, 0, &r) && r == 0x8008 && raw_read(&inverted, &r) == 0);
    inverted = (struct raw_form){.as = RAW_BOOL, .bit = -1, .scale = -1, .offset = 1};
    CHECK(u, raw_order(&inverted, NULL) && raw_write(&inverted, 1, &r) && r == 0 && raw_read(&inverted, &r) == 1);
    struct raw_form small = {.as = RAW_UINT16, .bit = -1, .scale = 1};
    CHECK(u, raw_order(&small, NULL) && !raw_write(&small, 65536, &r) && !raw_write(&small, -1, &r) &&
             !raw_write(&small, NAN, &r) && !raw_write(&small, INFINITY, &r));
}

static void blocks(struct unit *u)
{
    struct place p[300];
    struct block b[600];
    for (uint32_t i = 0; i < 300; i++)
        p[i] = (struct place){i, 1000, (uint16_t)((i * 7) % 300), 1, 1, TABLE_HOLDING};
    size_t n = blocks_plan(p, 300, 8, b);
    CHECK(u, n == 3);
    for (size_t k = 0; k < n; k++) {
        CHECK(u, b[k].count <= BLOCK_REGISTERS);
        for (uint32_t i = 0; i < b[k].n; i++)
            CHECK(u, p[b[k].first + i].address >= b[k].address &&
                     p[b[k].first + i].address < b[k].address + b[k].count);
    }
    struct place q[] = {{0, 1000, 0, 2, 1, TABLE_HOLDING}, {1, 1000, 10, 1, 1, TABLE_HOLDING},
                        {2, 1000, 20, 1, 1, TABLE_HOLDING}, {3, 500, 21, 1, 1, TABLE_HOLDING},
                        {4, 1000, 21, 1, 2, TABLE_HOLDING}, {5, 1000, 65535, 1, 2, TABLE_COIL}};
    CHECK(u, blocks_plan(q, 6, 8, b) == 5);
    CHECK(u, blocks_plan(q, 6, 0, b) == 6);
}

static void mails(struct unit *u)
{
    unsigned r = 0;
    CHECK(u, mail_double(mail_value(21.5)) == 21.5 && !mail_is_bad(mail_value(-0.0), &r));
    CHECK(u, mail_is_bad(mail_value(NAN), &r) && r == REL_unreliable_other);
    CHECK(u, mail_is_bad(mail_value(-INFINITY), &r));
    CHECK(u, mail_is_bad(mail_bad(REL_communication_failure), &r) && r == REL_communication_failure);
}

/* As spreadsheets and `bacrt trend --csv` write them. */
static void replay_forms(struct unit *u)
{
    char path[] = "/tmp/bac-replay-XXXXXX", why[REPLAY_WHY];
    struct replay r;
    int fd = mkstemp(path);
    const char text[] = "time,\"flow, \"\"raw\"\"\",ON,M\r\n2026-03-29T02:59:59+01:00,\"1.5\",On,Auto\r\n"
                        "yesterday,9,9,9\r\n2026-03-29 02:00:00.5,2e1,false,Hand\r\n2026-03-29T04:00:02+02:00,3,TRUE\r\n";
    CHECK(u, fd >= 0 && write(fd, text, sizeof text - 1) > 0);
    if (CHECK(u, replay_open(&r, path, why))) {
        int flow = replay_column(&r, "flow, \"raw\""), on = replay_column(&r, "ON"), m = replay_column(&r, "M");
        CHECK(u, flow == 1 && on == 2 && m == 3 && r.n_rows == 3);
        CHECK(u, replay_has_numbers(&r, flow) && !replay_has_numbers(&r, m));
        CHECK(u, replay_at(&r, flow, 1000, 1) == 1.5 && replay_at(&r, on, 1000, 1) == 1);
        CHECK(u, replay_at(&r, flow, 1600, 1) == 20 && replay_at(&r, on, 1600, 1) == 0);
        CHECK(u, replay_at(&r, flow, 3100, 1) == 3 && replay_at(&r, on, 3100, 1) == 1);
        CHECK(u, replay_at(&r, flow, 4600, 1) == 1.5);
        replay_close(&r);
    }
    const char tabs[] = "a\tb\n1,5\t\n\t-2,25\n";
    CHECK(u, !ftruncate(fd, 0) && pwrite(fd, tabs, sizeof tabs - 1, 0) > 0);
    if (CHECK(u, replay_open(&r, path, why))) {
        CHECK(u, r.n_rows == 2 && replay_at(&r, 0, 1, 1) == 1.5 && replay_at(&r, 1, 1, 1) == -2.25);
        replay_close(&r);
    }
    close(fd);
    unlink(path);
}

static void replays(struct unit *u)
{
    char path[] = "/tmp/bac-replay-XXXXXX", why[REPLAY_WHY];
    struct replay r;
    int fd = mkstemp(path);
    const char text[] = "\xef\xbb\xbftime;a;\"b\"\r\n0;1;x\r\n10;2;5\n5;9;9\n20;;6,5;8\n\n";
    CHECK(u, fd >= 0 && write(fd, text, sizeof text - 1) > 0);
    if (CHECK(u, replay_open(&r, path, why))) {
        CHECK(u, r.n_rows == 3 && replay_column(&r, "b") == 2 && replay_column(&r, "c") == -1);
        CHECK(u, replay_at(&r, 1, 0, 1000) == 1 && replay_at(&r, 1, 10500, 1000) == 2);
        CHECK(u, replay_at(&r, 1, 25000, 1000) == 2 && replay_at(&r, 2, 25000, 1000) == 6.5);
        CHECK(u, replay_at(&r, 1, 30500, 1000) == 1 && isnan(replay_at(&r, 2, 0, 1000)));
        replay_close(&r);
    }
    CHECK(u, !ftruncate(fd, 3) && !replay_open(&r, path, why));
    CHECK(u, !replay_open(&r, "/nonexistent/x", why));
    close(fd);
    unlink(path);
}

int main(void)
{
    struct unit u = {0, 0};
    payloads(&u);
    states(&u);
    written(&u);
    registers(&u);
    blocks(&u);
    mails(&u);
    replays(&u);
    replay_forms(&u);
    return unit_end(&u);
}
/* NOLINTEND(bugprone-not-null-terminated-result,bugprone-too-small-loop-variable) */
