/* What a service costs by itself: no sockets, no headers.
 *     services IMAGE [ROUNDS]
 * Prints ns per ReadProperty of a Present_Value, and per ReadPropertyMultiple of 20 objects with
 * Present_Value, Status_Flags and Object_Name each. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "runtime/object/values.h"
#include "runtime/service/services.h"

enum { OBJECTS = 20 };

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double measure(struct device *d, svc_fn *fn, const struct wr *req, long rounds, size_t *answer)
{
    static uint8_t out[1476];
    struct peer from = {.max_apdu = 1476};
    double begin = now_ns();
    for (long i = 0; i < rounds; i++) {
        struct rd r = rd_of(req->buf, req->len);
        struct wr w = wr_of(out, sizeof out);
        struct svc_result s = fn(d, &from, &r, &w);
        if (s.kind != SVC_COMPLEX_ACK)
            exit(1);
        *answer = w.len;
    }
    return (now_ns() - begin) / (double)rounds;
}

int main(int argc, char **argv)
{
    struct clock clock;
    struct outbox outbox;
    struct db db;
    char why[200];
    uint8_t one[64], many[1476];
    struct wr rp = wr_of(one, sizeof one), rpm = wr_of(many, sizeof many);
    long rounds = argc > 2 ? atol(argv[2]) : 200000;
    size_t size = 0, n = 0;
    clock_init(&clock);
    if (argc < 2 || outbox_init(&outbox, 16) ||
        !image_load(&db, argv[1], &clock, &outbox, why, sizeof why))
        return 1;
    values_start(&db);
    struct device *d = &db.devices[0];
    for (uint32_t i = 0, step = d->n_objects > 64 ? d->n_objects / 32 : 1; i < d->n_objects && n < OBJECTS;
         i += step) {
        if (!db_slot(&db, d->first_object + i, P_present_value))
            continue;
        uint32_t oid = db_oid(&db, d->first_object + i);
        if (!n++) {
            wr_oid(&rp, 0, oid);
            wr_enumerated(&rp, 1, P_present_value);
        }
        wr_oid(&rpm, 0, oid);
        wr_open(&rpm, 1);
        wr_enumerated(&rpm, 0, P_present_value);
        wr_enumerated(&rpm, 0, P_status_flags);
        wr_enumerated(&rpm, 0, P_object_name);
        wr_close(&rpm, 1);
    }
    double t = measure(d, svc_read_property, &rp, rounds * 10, &size);
    printf("ReadProperty                    %8.0f ns  %4zu octets\n", t, size);
    t = measure(d, svc_read_property_multiple, &rpm, rounds, &size);
    printf("ReadPropertyMultiple, %2zu x 3     %8.0f ns  %4zu octets\n", n, t, size);
    db_close(&db);
    outbox_fini(&outbox);
    return 0;
}
