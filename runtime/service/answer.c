/* What several services need: Reject reasons, references, access lists. */
#include "runtime/service/services.h"

struct svc_result svc_reject_rd(const struct rd *r)
{
    if (r->err == rd_missing)
        return svc_reject(REJECT_missing_required_parameter);
    if (r->err == rd_bad_type)
        return svc_reject(REJECT_invalid_parameter_data_type);
    if (r->err == rd_range)
        return svc_reject(REJECT_parameter_out_of_range);
    if (r->err && !strcmp(r->err, "trailing bytes"))
        return svc_reject(REJECT_too_many_arguments);
    return svc_reject(REJECT_invalid_tag);
}

struct reference rd_reference(struct rd *r)
{
    struct reference q;
    q.oid = rd_oid(r, 0);
    q.property = rd_enumerated(r, 1);
    q.index = rd_opt_index(r, 2);
    return q;
}

static bool within(const uint8_t *address, const uint8_t *prefix, unsigned bits)
{
    for (unsigned i = 0; i < bits; i++) {
        uint8_t mask = (uint8_t)(0x80 >> i % 8);
        if ((address[i / 8] & mask) != (prefix[i / 8] & mask))
            return false;
    }
    return true;
}

/* A peer behind a router is judged by the router: its own address says nothing about IP. */
bool svc_may_write(const struct device *d, const struct peer *from)
{
    const struct img_access *a = d->db->img.accesses + le32_get(d->img->first_access);
    uint32_t n = le32_get(d->img->n_accesses);
    for (uint32_t i = 0; i < n; i++)
        if (a[i].family == 4 && a[i].prefix <= 32 && within(from->mac, a[i].address, a[i].prefix))
            return true;
    return n == 0;
}
