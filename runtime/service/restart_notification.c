/* What a device that has restarted says: UnconfirmedCOVNotification, 135-2020 clause 19.3. */
#include "runtime/service/services.h"

enum { UNCONFIRMED_COV = 2 };

bool svc_restart_notification(struct device *d, struct initiation *how, struct wr *body)
{
    static const uint32_t values[] = {P_system_status, P_time_of_device_restart,
                                      P_last_restart_reason};
    *how = (struct initiation){.choice = UNCONFIRMED_COV};
    wr_unsigned(body, 0, 0);            /* process and time remaining: nobody has subscribed */
    wr_oid(body, 1, OID(OT_device, d->instance));
    wr_oid(body, 2, OID(OT_device, d->instance));
    wr_unsigned(body, 3, 0);
    wr_open(body, 4);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        wr_enumerated(body, 0, values[i]);
        wr_open(body, 2);
        if (prop_read(d, d->object, values[i], BACNET_INDEX_ALL, body))
            return false;               /* an image of before these properties */
        wr_close(body, 2);
    }
    wr_close(body, 4);
    return true;
}
