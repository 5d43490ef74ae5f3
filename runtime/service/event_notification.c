/* ConfirmedEventNotification, UnconfirmedEventNotification, 135-2020 clauses 13.6, 13.7: an
 * announcement to one of its recipients, and how that ended. */
#include "runtime/object/notification.h"
#include "runtime/service/services.h"

enum { CONFIRMED_EVENT = 2, UNCONFIRMED_EVENT = 3 };

/* Network priority of an event priority (13.2.5.3): life safety, critical, urgent, normal. */
static uint8_t network_priority(uint8_t priority) { return (uint8_t)(3 - priority / 64); }

static const struct delivery *find(const struct device *d, const struct intent *what)
{
    const struct alarms *a = &d->db->alarms;
    if (what->arg >= a->delivering || a->deliveries[what->arg].serial != what->arg2)
        return NULL;
    return &a->deliveries[what->arg];
}

bool svc_event_notification(struct device *d, const struct intent *what, struct initiation *how,
                            struct wr *w)
{
    const struct delivery *to = find(d, what);
    if (!to)
        return false;
    const struct announcement *a = &d->db->alarms.announcements[to->announcement];
    how->confirmed = to->confirmed;
    how->choice = to->confirmed ? CONFIRMED_EVENT : UNCONFIRMED_EVENT;
    how->priority = network_priority(a->priority);
    how->spare = notification_body(d, a, to->process, w);        /* the message text */
    return true;
}

bool svc_busy(const struct outcome *end)
{
    switch (end->kind) {
    case OUTCOME_ERROR: return end->cls == ERR_CLASS_device && end->code == ERR_configuration_in_progress;
    case OUTCOME_REJECT: return end->code == REJECT_buffer_overflow;
    case OUTCOME_ABORT:
        return end->code == ABORT_out_of_resources || end->code == ABORT_preempted_by_higher_priority_task ||
               end->code == ABORT_application_exceeded_reply_time || end->code == ABORT_tsm_timeout;
    default: return false;
    }
}

/* One that answers with another error is there; it is not asked to take it again. */
void svc_event_outcome(struct device *d, const struct intent *what, const struct outcome *end)
{
    enum delivery_end how = DELIVERY_LOST;
    if (end->kind == OUTCOME_ACK)
        how = DELIVERY_DONE;
    else if (end->kind == OUTCOME_TIMEOUT || end->kind == OUTCOME_UNREACHABLE)
        how = DELIVERY_FAILED;
    else if (svc_busy(end))
        how = DELIVERY_BUSY;
    else if (end->kind == OUTCOME_NEVER)
        how = DELIVERY_NEVER;                   /* the recipient has nothing to do with it */
    else if (end->kind == OUTCOME_STOPPED)
        how = DELIVERY_AGAIN;                   /* if it runs again by then */
    delivery_end(&d->db->alarms, what->arg, what->arg2, how);
}
