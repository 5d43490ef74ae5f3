/* TimeSynchronization and UTCTimeSynchronization, 135-2020 clauses 16.7, 16.8. What they may do is
 * the project's choice per device: nothing, an offset over the machine's clock, or that clock. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/object/persist.h"
#include "runtime/service/services.h"
#include "runtime/wire/types.h"

enum { WORTH_MS = 1000 };       /* less is the drift of a clock, nothing that somebody changed    */

/* Every field a number, and one that exists; the day of the week and hundredths are not looked at. */
static bool specific(struct bdate d, struct btime t)
{
    d.wday = 255;
    if (!date_is_specific(d))
        return false;
    return t.hour < 24 && t.minute < 60 && t.second < 60;
}

static void note(const struct device *d, const struct peer *from, bool set)
{
    struct svc_result done = svc_ok();
    int64_t step = d->db->time_step_ms;
    char what[80];
    if (llabs(step) < WORTH_MS)
        return;
    (void)snprintf(what, sizeof what, "time-synchronization, %s by %c%" PRId64 ".%03d s",
                   set ? "the machine's clock" : "the objects' time", step < 0 ? '-' : '+',
                   (int64_t)llabs(step / 1000), abs((int)(step % 1000)));
    svc_note_management(d, from, &done, what);
}

static struct svc_result synchronize(struct device *d, const struct peer *from, struct rd *req,
                                     bool utc)
{
    struct db *db = d->db;
    struct bdate date = rd_date(req, APP);
    struct btime time = rd_time(req, APP);
    if (!rd_end(req) || !specific(date, time) || !svc_may_write(d, from) ||
        !(d->flags & (IMG_DEV_TIME_OFFSET | IMG_DEV_TIME_SET)))
        return svc_drop();
    if (time.hundredth > 99)
        time.hundredth = 0;
    int64_t was = db_now(db);
    int64_t then = utc ? zone_plain(date, time) : zone_utc_near(&db->zone, date, time, was);
    bool set = d->flags & IMG_DEV_TIME_SET && clock_set(db->clock, then);
    db->time_offset_ms = set ? 0 : then - db->clock->wall_ms;   /* also where the system does not let us */
    db->time_step_ms = db_now(db) - was;
    db->time_steps += db->time_step_ms != 0;
    note(d, from, set);
    (void)persist_clock(db);
    return svc_drop();
}

struct svc_result svc_time_synchronization(struct device *d, const struct peer *from,
                                           struct rd *req, struct wr *ack)
{
    (void)ack;
    return synchronize(d, from, req, false);
}

struct svc_result svc_utc_time_synchronization(struct device *d, const struct peer *from,
                                               struct rd *req, struct wr *ack)
{
    (void)ack;
    return synchronize(d, from, req, true);
}
