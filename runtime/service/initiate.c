/* Services that we start: an intent becomes bytes when its turn has come. */
#include "runtime/object/program.h"
#include "runtime/service/services.h"

enum { I_AM = 0, I_HAVE = 1, WHO_IS = 8, WRITE_PROPERTY = 15 };

/* Clause 16.10.3. */
static bool i_am(const struct device *d, struct wr *body)
{
    uint32_t vendor = 0;
    (void)prop_unsigned(d->db, d->object, P_vendor_identifier, &vendor);
    wr_oid(body, APP, OID(OT_device, d->instance));
    wr_unsigned(body, APP, d->db->limits.max_apdu);
    wr_enumerated(body, APP, d->db->limits.segmentation);
    wr_unsigned(body, APP, vendor);
    return true;
}

/* Clause 16.9.3. */
static bool i_have(const struct device *d, uint32_t object, struct wr *body)
{
    if (object - d->first_object >= d->n_objects)
        return false;
    struct span name = db_name(d->db, object);
    wr_oid(body, APP, OID(OT_device, d->instance));
    wr_oid(body, APP, db_oid(d->db, object));
    wr_string(body, APP, (const char *)name.p, name.n);
    return true;
}

bool svc_initiate(struct device *d, const struct intent *what, struct initiation *how,
                  struct wr *body)
{
    *how = (struct initiation){.confirmed = false};
    switch (what->kind) {
    case INTENT_I_AM: how->choice = I_AM; return i_am(d, body);
    case INTENT_I_HAVE: how->choice = I_HAVE; return i_have(d, what->object, body);
    case INTENT_WHO_IS:
        how->choice = WHO_IS;
        wr_unsigned(body, 0, what->object);
        wr_unsigned(body, 1, what->object);
        return what->object <= BACNET_INSTANCE_MAX;
    case INTENT_WRITE:
        how->confirmed = true;
        how->choice = WRITE_PROPERTY;
        if (program_request(d->db, what->object, what->arg, what->instance, body))
            return true;
        program_ended(d->db, what->object, what->arg, OUTCOME_ACK);     /* the list is another one now */
        return false;
    case INTENT_COV: return svc_cov_notification(d, what, how, body);
    case INTENT_EVENT: return svc_event_notification(d, what, how, body);
    case INTENT_RESTART: return svc_restart_notification(d, how, body);
    default: return false;
    }
}
