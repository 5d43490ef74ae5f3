/* Every service that we execute, from the rows that PICS and EPICS are made of as well. */
#include "runtime/object/program.h"
#include "runtime/service/services.h"
#include "schemas/services.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

#define X(choice, bit, name, title, fn, always) {choice, SS_##bit, name, fn, always},
static const struct service confirmed[] = {SERVICES_CONFIRMED(X)};
static const struct service unconfirmed[] = {SERVICES_UNCONFIRMED(X)};
#undef X

static uint8_t communication(const struct device *d) { return d->communication; }

static void outcome(struct device *d, const struct intent *what, const struct outcome *end)
{
    if (what->kind == INTENT_COV)
        svc_cov_outcome(d, what, end);
    else if (what->kind == INTENT_EVENT)
        svc_event_outcome(d, what, end);
    else if (what->kind == INTENT_WRITE) {
        program_refused_there(d->db, what, end);
        /* a device that is being restored, or has no room, takes it later */
        program_ended(d->db, what->object, what->arg, svc_busy(end) ? OUTCOME_ABORT : (enum outcome_kind)end->kind);
    }
}

const struct service_table services = {
    confirmed, unconfirmed, COUNT(confirmed), COUNT(unconfirmed), svc_initiate, outcome, communication,
};

void services_announce(struct db *db) { db->services = services_supported(); }
