/* Services: request bytes -> answer bytes (135-2020 clauses 15.5, 15.7, 15.9, 15.10, 16.9, 16.10). */
#include "tests/unit/world.h"

enum { ROOM = 1476 };
struct answer { struct svc_result r; uint8_t b[ROOM]; size_t n; };

static struct answer call(struct world *w, svc_fn *fn, const struct wr *request)
{
    struct answer a;
    struct peer from = {.max_apdu = 1476, .mac = {127, 0, 0, 1, 0xba, 0xc0}};
    uint8_t *exact = malloc(request->len + 1);          /* so that a sanitizer sees the last octet */
    if (request->len)
        memcpy(exact, request->buf, request->len);
    struct rd req = rd_of(exact, request->len);
    struct wr ack = wr_of(a.b, sizeof a.b);
    a.r = fn(w->d, &from, &req, &ack);
    a.n = ack.len;
    free(exact);
    return a;
}

static bool is_reject(const struct answer *a, unsigned reason)
{
    return a->r.kind == SVC_REJECT && a->r.code == reason;
}

static bool is_error(const struct answer *a, bac_err e)
{
    return a->r.kind == SVC_ERROR && a->r.cls == bac_err_class(e) && a->r.code == bac_err_code(e);
}

static bool is_ack(const struct answer *a, const void *bytes, size_t n)
{
    if (a->r.kind == SVC_COMPLEX_ACK && a->n == n && !memcmp(a->b, bytes, n))
        return true;
    for (size_t i = 0; i < a->n && i < sizeof a->b; i++)
        fprintf(stderr, "%02x ", a->b[i]);
    fprintf(stderr, "(kind %d)\n", a->r.kind);
    return false;
}
#define IS_ACK(u, a, ...) CHECK(u, is_ack(&(a), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})))
#define REQUEST(...) (&(struct wr){(uint8_t[]){__VA_ARGS__}, 0, sizeof((const uint8_t[]){__VA_ARGS__})})

static void test_rp(struct unit *u, struct world *w)
{
    struct answer a = call(w, svc_read_property, REQUEST(0x0c, 0, 0, 0, 1, 0x19, 85));
    IS_ACK(u, a, 0x0c, 0, 0, 0, 1, 0x19, 85, 0x3e, 0x44, 0x41, 0xa4, 0, 0, 0x3f);
    a = call(w, svc_read_property, REQUEST(0x0c, 2, 0x3f, 0xff, 0xff, 0x19, 77));    /* (device, 4194303) */
    IS_ACK(u, a, 0x0c, 2, 0, 3, 0xe9, 0x19, 77, 0x3e, 0x75, 5, 0, 'M', 'a', 'i', 'n', 0x3f);
    a = call(w, svc_read_property, REQUEST(0x0c, 0x0e, 0x3f, 0xff, 0xff, 0x19, 77)); /* (port, 4194303) */
    IS_ACK(u, a, 0x0c, 0x0e, 0, 0, 1, 0x19, 77, 0x3e, 0x75, 5, 0, 'p', 'o', 'r', 't', 0x3f);
    a = call(w, svc_read_property, REQUEST(0x0c, 2, 0, 3, 0xe9, 0x19, 76, 0x29, 0));
    IS_ACK(u, a, 0x0c, 2, 0, 3, 0xe9, 0x19, 76, 0x29, 0, 0x3e, 0x21, 13, 0x3f);
    a = call(w, svc_read_property, REQUEST(0x0c, 2, 0, 3, 0xe9, 0x19, 97));          /* 49 bits */
    CHECK(u, a.r.kind == SVC_COMPLEX_ACK && a.b[8] == 0x85 && a.b[9] == 8 && a.b[10] == 7);
    a = call(w, svc_read_property, REQUEST(0x0c, 2, 0, 3, 0xe9, 0x19, 96));          /* 65 bits */
    CHECK(u, a.r.kind == SVC_COMPLEX_ACK && a.b[8] == 0x85 && a.b[9] == 10 && a.b[10] == 7);
    CHECK(u, a.b[11] == 0xfe && a.b[18] == 0x80);
    a = call(w, svc_read_property, REQUEST(0x0c, 0, 0, 0, 9, 0x19, 85));
    CHECK(u, is_error(&a, BAC_ERR(object, unknown_object)));
    a = call(w, svc_read_property, REQUEST(0x0c, 2, 0, 3, 0xe8, 0x19, 85));
    CHECK(u, is_error(&a, BAC_ERR(object, unknown_object)));
    a = call(w, svc_read_property, REQUEST(0x0c, 0, 0, 0, 1, 0x19, 8));
    CHECK(u, is_error(&a, BAC_ERR(property, unknown_property)));
    a = call(w, svc_read_property, REQUEST(0x0c, 0, 0, 0, 1));
    CHECK(u, is_reject(&a, 5));
    a = call(w, svc_read_property, REQUEST(0x19, 85, 0x0c, 0, 0, 0, 1));
    CHECK(u, is_reject(&a, 5) || is_reject(&a, 4));
    a = call(w, svc_read_property, REQUEST(0x9c, 0, 0, 0, 1, 0x19, 85));
    CHECK(u, a.r.kind == SVC_REJECT);
    a = call(w, svc_read_property, REQUEST(0x0c, 0, 0, 0, 1, 0x19, 85, 0x49, 1));
    CHECK(u, is_reject(&a, 7));
    a = call(w, svc_read_property, REQUEST(0x0b, 0, 0, 1, 0x19, 85));
    CHECK(u, is_reject(&a, 3));
}

static void test_rpm(struct unit *u, struct world *w)
{
    struct answer a = call(w, svc_read_property_multiple,
                           REQUEST(0x0c, 0, 0, 0, 1, 0x1e, 0x09, 85, 0x09, 1, 0x1f, 0x0c, 0, 0, 0, 9, 0x1e,
                                   0x09, 8, 0x1f));
    IS_ACK(u, a, 0x0c, 0, 0, 0, 1, 0x1e, 0x29, 85, 0x4e, 0x44, 0x41, 0xa4, 0, 0, 0x4f, 0x29, 1, 0x5e, 0x91, 2,
           0x91, 32, 0x5f, 0x1f, 0x0c, 0, 0, 0, 9, 0x1e, 0x29, 8, 0x5e, 0x91, 1, 0x91, 31, 0x5f, 0x1f);
    size_t n[3];
    static const uint8_t groups[] = {P_all, P_required, P_optional};
    for (int i = 0; i < 3; i++) {
        a = call(w, svc_read_property_multiple, REQUEST(0x0c, 0, 0, 0, 1, 0x1e, 0x09, groups[i], 0x1f));
        CHECK(u, a.r.kind == SVC_COMPLEX_ACK);
        n[i] = a.n;
    }
    CHECK(u, n[0] - 7 == n[1] - 7 + n[2] - 7);              /* 7: the object around them */
    a = call(w, svc_read_property_multiple, REQUEST(0x0c, 0x0e, 0, 0, 1, 0x1e, 0x09, P_all, 0x19, 1, 0x1f));
    CHECK(u, a.r.kind == SVC_COMPLEX_ACK && a.b[10] == 0x5e && a.b[14] == 50);
    a = call(w, svc_read_property_multiple, REQUEST(0x0c, 0, 0, 0, 1, 0x1e, 0x1f));
    CHECK(u, a.r.kind == SVC_REJECT);
    a = call(w, svc_read_property_multiple, &(struct wr){NULL, 0, 0});
    CHECK(u, is_reject(&a, 5));
    a = call(w, svc_read_property_multiple, REQUEST(0x0c, 0, 0, 0, 1, 0x1e, 0x09, 85));
    CHECK(u, a.r.kind == SVC_REJECT);
}

static void test_wp(struct unit *u, struct world *w)
{
    const uint8_t v = 0x3e;
    struct answer a;
    a = call(w, svc_write_property, REQUEST(0x0c, 0, 0x80, 0, 1, 0x19, 85, v, 0x44, 0x41, 0xb0, 0, 0, 0x3f));
    CHECK(u, a.r.kind == SVC_SIMPLE_ACK && world_real(w, w->av) == 22);
    a = call(w, svc_write_property,
             REQUEST(0x0c, 0, 0x40, 0, 1, 0x19, 85, v, 0x44, 0x42, 0x48, 0, 0, 0x3f, 0x49, 8));
    CHECK(u, a.r.kind == SVC_SIMPLE_ACK && world_real(w, w->ao) == 50);
    for (unsigned p = 0; p <= 17; p += 17) {
        a = call(w, svc_write_property,
                 REQUEST(0x0c, 0, 0x40, 0, 1, 0x19, 85, v, 0x44, 0x42, 0x48, 0, 0, 0x3f, 0x49, (uint8_t)p));
        CHECK(u, is_error(&a, BAC_ERR(services, parameter_out_of_range)));
    }
    a = call(w, svc_write_property, REQUEST(0x0c, 0, 0x40, 0, 1, 0x19, 85, v, 0, 0x3f, 0x49, 8));
    CHECK(u, a.r.kind == SVC_SIMPLE_ACK && world_real(w, w->ao) == 0);
    a = call(w, svc_write_property, REQUEST(0x0c, 0, 0, 0, 1, 0x19, 85, v, 0x44, 0, 0, 0, 0, 0x3f));
    CHECK(u, is_error(&a, BAC_ERR(property, write_access_denied)));
    a = call(w, svc_write_property, REQUEST(0x0c, 2, 0x3f, 0xff, 0xff, 0x19, 28, v, 0x72, 0, 'x', 0x3f));
    CHECK(u, is_error(&a, BAC_ERR(object, unknown_object)));
    a = call(w, svc_write_property, REQUEST(0x0c, 0, 0x80, 0, 1, 0x19, 85));
    CHECK(u, is_reject(&a, 5));
    a = call(w, svc_write_property, REQUEST(0x0c, 0, 0x80, 0, 1, 0x19, 85, v, 0x44, 0x41, 0xb0, 0, 0));
    CHECK(u, is_reject(&a, 4));
    a = call(w, svc_write_property, REQUEST(0x0c, 0, 0x80, 0, 1, 0x19, 85, v, 0x44, 0, 0, 0, 0, 0x3f, 0x59, 1));
    CHECK(u, is_reject(&a, 7));
}

static void test_wpm(struct unit *u, struct world *w)
{
    struct answer a = call(
        w, svc_write_property_multiple,
        REQUEST(0x0c, 0, 0x80, 0, 1, 0x1e, 0x09, 85, 0x2e, 0x44, 0x41, 0xc0, 0, 0, 0x2f, 0x09, 1, 0x2e, 0, 0x2f,
                0x09, 28, 0x2e, 0x72, 0, 'x', 0x2f, 0x1f));
    static const uint8_t body[] = {0x0e, 0x91, 2, 0x91, 32, 0x0f, 0x1e, 0x0c, 0, 0x80, 0, 1, 0x19, 1, 0x1f};
    CHECK(u, a.r.kind == SVC_ERROR_BODY && a.n == sizeof body && !memcmp(a.b, body, sizeof body));
    CHECK(u, world_real(w, w->av) == 24);                    /* what came before stays */
    a = call(w, svc_write_property_multiple,
             REQUEST(0x0c, 0, 0x80, 0, 1, 0x1e, 0x09, 85, 0x2e, 0x44, 0x41, 0xd0, 0, 0, 0x2f, 0x1f, 0x0c));
    CHECK(u, a.r.kind == SVC_REJECT && world_real(w, w->av) == 24);
    a = call(w, svc_write_property_multiple,
             REQUEST(0x0c, 0, 0x80, 0, 1, 0x1e, 0x09, 85, 0x2e, 0x44, 0x41, 0xd0, 0, 0, 0x2f, 0x39, 17, 0x1f));
    CHECK(u, a.r.kind == SVC_ERROR_BODY && a.b[2] == 5 && a.b[4] == 80 && world_real(w, w->av) == 24);
    a = call(w, svc_write_property_multiple, &(struct wr){NULL, 0, 0});
    CHECK(u, is_reject(&a, 5));
}

static void test_list(struct unit *u, struct world *w)
{
    static const uint8_t unknown[] = {0x0e, 0x91, 1, 0x91, 31, 0x0f, 0x19, 0};
    static const uint8_t second[] = {0x0e, 0x91, 2, 0x91, 9, 0x0f, 0x19, 2};
    const uint8_t o = 0x04, p = 0xc0;                        /* multi-state-value,1 */
    struct answer a = call(w, svc_add_list_element, REQUEST(0x0c, o, p, 0, 1, 0x19, 7, 0x3e, 0x21, 3, 0x3f));
    CHECK(u, a.r.kind == SVC_SIMPLE_ACK);
    a = call(w, svc_add_list_element, REQUEST(0x0c, o, p, 0, 9, 0x19, 7, 0x3e, 0x21, 3, 0x3f));
    CHECK(u, a.r.kind == SVC_ERROR_BODY && a.n == sizeof unknown && !memcmp(a.b, unknown, a.n));
    a = call(w, svc_add_list_element, REQUEST(0x0c, o, p, 0, 1, 0x19, 7, 0x3e, 0x21, 2, 0x91, 2, 0x3f));
    CHECK(u, a.r.kind == SVC_ERROR_BODY && a.n == sizeof second && !memcmp(a.b, second, a.n));
    a = call(w, svc_remove_list_element, REQUEST(0x0c, o, p, 0, 1, 0x19, 7, 0x3e, 0x21, 3, 0x3f));
    CHECK(u, a.r.kind == SVC_SIMPLE_ACK);
    a = call(w, svc_remove_list_element, REQUEST(0x0c, o, p, 0, 1, 0x19, 7, 0x3e, 0x21, 3, 0x3f));
    CHECK(u, a.r.kind == SVC_ERROR_BODY && a.b[2] == 5 && a.b[4] == 81);
    a = call(w, svc_remove_list_element, REQUEST(0x0c, o, p, 0, 1, 0x19, 7));
    CHECK(u, is_reject(&a, 5));
}

static size_t said(struct world *w, uint8_t *b, struct initiation *how)
{
    const struct intent *i = outbox_first(&w->outbox);
    struct wr body = wr_of(b, ROOM);
    if (!i || !services.initiate(w->d, i, how, &body))
        return 0;
    outbox_drop(&w->outbox);
    return body.len;
}

static void test_who(struct unit *u, struct world *w)
{
    uint8_t b[ROOM];
    struct initiation how;
    static const uint8_t i_am[] = {0xc4, 2, 0, 3, 0xe9, 0x22, 5, 0xc4, 0x91, 3, 0x21, 1};
    static const uint8_t i_have[] = {0xc4, 2, 0, 3, 0xe9, 0xc4, 0, 0x80, 0, 1, 0x75, 5, 0, 's', 'e', 't', 'p'};
    (void)call(w, svc_who_is, &(struct wr){NULL, 0, 0});
    CHECK(u, said(w, b, &how) == sizeof i_am && !memcmp(b, i_am, sizeof i_am) && how.choice == 0);
    (void)call(w, svc_who_is, REQUEST(0x0a, 3, 0xe9, 0x1a, 3, 0xe9));
    CHECK(u, said(w, b, &how));
    (void)call(w, svc_who_is, REQUEST(0x09, 0, 0x1a, 3, 0xe8));
    (void)call(w, svc_who_is, REQUEST(0x0a, 3, 0xe9));
    (void)call(w, svc_who_is, REQUEST(0x0a, 3, 0xea, 0x1a, 3, 0xe9));
    (void)call(w, svc_who_is, REQUEST(0x0b, 0x3f, 0xff, 0xff, 0x1b, 0x3f, 0xff, 0xff));
    (void)call(w, svc_who_is, REQUEST(0x09, 0, 0x1b, 0x40, 0, 0));
    CHECK(u, !outbox_first(&w->outbox));
    (void)call(w, svc_who_has, REQUEST(0x3d, 5, 0, 's', 'e', 't', 'p'));
    CHECK(u, said(w, b, &how) == sizeof i_have && !memcmp(b, i_have, sizeof i_have) && how.choice == 1);
    (void)call(w, svc_who_has, REQUEST(0x2c, 0, 0x80, 0, 1));
    CHECK(u, said(w, b, &how) == sizeof i_have);
    (void)call(w, svc_who_has, REQUEST(0x09, 0, 0x19, 5, 0x2c, 0, 0x80, 0, 1));
    (void)call(w, svc_who_has, REQUEST(0x3d, 5, 0, 's', 'e', 't', 'q'));
    (void)call(w, svc_who_has, REQUEST(0x2c, 0, 0x80, 0, 7));
    CHECK(u, !outbox_first(&w->outbox));
}

/* Whatever is cut off: no crash, no acknowledgement of half a request. */
static void test_truncated(struct unit *u, struct world *w)
{
    static uint8_t rp[] = {0x0c, 0, 0, 0, 1, 0x19, 87, 0x29, 1};
    static uint8_t rpm[] = {0x0c, 0, 0, 0, 1, 0x1e, 0x09, 85, 0x09, 87, 0x19, 3, 0x1f};
    static uint8_t wp[] = {0x0c, 0, 0x40, 0, 1, 0x19, 85, 0x3e, 0x44, 0x42, 0x48, 0, 0, 0x3f, 0x49, 8};
    static uint8_t wpm[] = {0x0c, 0, 0x40, 0, 1, 0x1e, 0x09, 85, 0x2e, 0x44, 0x42, 0x48, 0, 0, 0x2f, 0x39, 8, 0x1f};
    static uint8_t who_has[] = {0x09, 0, 0x1b, 0x3f, 0xff, 0xff, 0x3d, 5, 0, 's', 'e', 't', 'p'};
    const struct { svc_fn *fn; struct wr r; size_t also; } cases[] = {
        {svc_read_property, {rp, 0, sizeof rp}, 7},
        {svc_read_property_multiple, {rpm, 0, sizeof rpm}, 0},
        {svc_write_property, {wp, 0, sizeof wp}, 14},
        {svc_write_property_multiple, {wpm, 0, sizeof wpm}, 0},
        {svc_who_has, {who_has, 0, sizeof who_has}, 0},
        {svc_who_is, {who_has, 0, 6}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t n = 0; n < cases[i].r.len; n++) {
            struct wr cut = {cases[i].r.buf, 0, n};
            struct answer a = call(w, cases[i].fn, &cut);
            bool whole = cases[i].also && n == cases[i].also;   /* an optional parameter is gone */
            CHECK(u, whole || a.r.kind == SVC_REJECT || a.r.kind == SVC_DROP);
        }
    }
}

/* Bytes at random: nothing may happen but answers. */
static void test_random(struct unit *u, struct world *w)
{
    static svc_fn *const fns[] = {svc_read_property, svc_read_property_multiple, svc_write_property,
                                  svc_write_property_multiple, svc_add_list_element, svc_who_is, svc_who_has};
    static uint8_t seed[] = {0x0c, 0, 0x40, 0, 1, 0x1e, 0x09, 85, 0x2e, 0x44, 0x42, 0x48, 0, 0, 0x2f, 0x39,
                             8,    0x09, 102, 0x2e, 0x82, 1, 0xfe, 0xb4, 0, 0, 0, 0, 0x2f, 0x1f};
    uint32_t x = 12345;
    for (int round = 0; round < 40000; round++) {
        uint8_t b[sizeof seed];
        memcpy(b, seed, sizeof b);
        for (int k = 0; k < 3; k++) {
            x = x * 1664525u + 1013904223u;
            b[(x >> 8) % sizeof b] = (uint8_t)(x >> 24);
        }
        struct wr r = {b, 0, 1 + (x >> 4) % sizeof b};
        (void)call(w, fns[(size_t)round % (sizeof fns / sizeof *fns)], &r);
        while (outbox_first(&w->outbox))
            outbox_drop(&w->outbox);
    }
    CHECK(u, world_number(w, w->dev, P_object_list, 0) == 13);
}

int main(void)
{
    struct unit u = {0, 0};
    struct world w;
    world_make(&w, 0);
    values_input(&w.db, w.temp, 20.5, &by_source);
    test_rp(&u, &w);
    test_rpm(&u, &w);
    test_wp(&u, &w);
    test_wpm(&u, &w);
    test_list(&u, &w);
    test_who(&u, &w);
    test_truncated(&u, &w);
    test_random(&u, &w);
    world_end(&w);
    return unit_end(&u);
}
