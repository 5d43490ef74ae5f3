/* AcknowledgeAlarm, 135-2020 clause 13.5. The process identifier is never looked at; a device that
 * is read only, or whose access list does not name the peer, does not let itself be managed. */
#include "runtime/object/alarm.h"
#include "runtime/service/services.h"
#include "runtime/wire/types.h"
#include "schemas/utf8.h"

enum { SOURCE_MOST = 256 };     /* octets of who it was that the history keeps                    */

struct svc_result svc_acknowledge_alarm(struct device *d, const struct peer *from, struct rd *req,
                                        struct wr *ack)
{
    uint8_t charset;
    uint64_t ticket = 0;
    struct alarm_ack a = {.at = NULL};
    struct stamp at;
    (void)ack;
    (void)rd_unsigned(req, 0);
    uint32_t oid = rd_oid(req, 1);
    a.state = rd_enumerated(req, 2);
    rd_open(req, 3);
    struct time_stamp of = rd_time_stamp(req);
    rd_close(req, 3);
    a.source = rd_string(req, 4, &charset);
    rd_open(req, 5);
    (void)rd_time_stamp(req);
    rd_close(req, 5);
    if (!rd_end(req))
        return svc_reject_rd(req);
    uint32_t object = db_find(d, oid);
    if (object == DB_NONE)
        return svc_error(BAC_ERR(object, unknown_object));
    if (!alarm_detects(d->db, object))
        return svc_error(BAC_ERR(object, no_alarm_configured));
    if (d->flags & IMG_DEV_READ_ONLY || !svc_may_write(d, from))
        return svc_error(BAC_ERR(services, service_request_denied));
    at = (struct stamp){of.at.date, of.at.time};
    if (of.kind != TS_datetime)                 /* ours are all date and time */
        at.date = (struct bdate){0, 0, 0, 0};
    a.at = &at;
    a.source.n = charset ? 0 : utf8_cut(a.source.p, a.source.n, SOURCE_MOST);   /* the history is UTF-8 */
    bac_err e = alarm_acknowledge(d->db, object, &a, from, &ticket);
    struct svc_result ok = svc_ok();
    ok.ticket = ticket;
    return e ? svc_error(e) : ok;
}
