/* AtomicReadFile and AtomicWriteFile, 135-2020 clauses 14.1, 14.2. The one File object of a device is
 * its configuration: there during a backup, written during a restore. */
#include "runtime/object/backup.h"
#include "runtime/service/services.h"

enum { STREAM, RECORD };

struct request { uint32_t oid; bool record; int64_t start; uint32_t count; struct span data; };

/* Records are taken off as well: the request must be whole before it is judged. */
static void rd_records(struct rd *r, uint32_t count)
{
    for (uint32_t i = 0; i < count && rd_ok(r); i++)
        (void)rd_octets(r, APP);
}

static bool take(struct rd *req, bool write, struct request *q)
{
    q->oid = rd_oid(req, APP);
    q->record = rd_is_open(req, RECORD);
    rd_open(req, q->record ? RECORD : STREAM);
    q->start = rd_integer(req, APP);
    if (!write || q->record)
        q->count = rd_unsigned(req, APP);
    if (write && q->record)
        rd_records(req, q->count);
    else if (write)
        q->data = rd_octets(req, APP);
    rd_close(req, q->record ? RECORD : STREAM);
    return rd_end(req);
}

/* In this order: the object, its type, the access method. */
static bac_err find(const struct device *d, const struct request *q)
{
    uint32_t object = object_find(d, q->oid, d->port);
    if (object == DB_NONE)
        return BAC_ERR(object, unknown_object);
    if (oid_type(db_oid(d->db, object)) != OT_file)
        return BAC_ERR(services, inconsistent_object_type);
    return q->record ? BAC_ERR(services, invalid_file_access_method) : BAC_OK;
}

struct svc_result svc_atomic_read_file(struct device *d, const struct peer *from, struct rd *req,
                                       struct wr *ack)
{
    struct request q = {0};
    struct span part = {NULL, 0};
    bool end = false;
    (void)from;
    if (!take(req, false, &q))
        return svc_reject_rd(req);
    bac_err e = find(d, &q);
    e = e ? e : backup_read(d, q.start, q.count, &part, &end);
    if (e)
        return svc_error(e);
    backup_alive(d);
    wr_boolean(ack, APP, end);
    wr_open(ack, STREAM);
    wr_integer(ack, APP, (int32_t)q.start);
    wr_octets(ack, APP, part.p, part.n);
    wr_close(ack, STREAM);
    return svc_ack();
}

struct svc_result svc_atomic_write_file(struct device *d, const struct peer *from, struct rd *req,
                                        struct wr *ack)
{
    struct request q = {0};
    uint32_t where = 0;
    if (!take(req, true, &q))
        return svc_reject_rd(req);
    bac_err e = find(d, &q);
    if (!e && !svc_may_write(d, from))
        e = BAC_ERR(services, file_access_denied);
    e = e ? e : backup_write(d, from, q.start, q.data, &where);
    if (e)
        return svc_error(e);
    backup_alive(d);
    wr_integer(ack, STREAM, (int32_t)where);
    return svc_ack();
}
