/* Every service that we execute. Protocol_Services_Supported is made from these rows. */
#include "runtime/service/services.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* clang-format off */
static const struct service confirmed[] = {
    /* choice  bit                         name                       function                     always */
    { 0,       SS_acknowledge_alarm,       "acknowledge-alarm",       svc_acknowledge_alarm,       false },
    { 3,       SS_get_alarm_summary,       "get-alarm-summary",       svc_get_alarm_summary,       false },
    { 4,       SS_get_enrollment_summary,  "get-enrollment-summary",  svc_get_enrollment_summary,  false },
    { 5,       SS_subscribe_cov,           "subscribe-cov",           svc_subscribe_cov,           false },
    { 8,       SS_add_list_element,        "add-list-element",        svc_add_list_element,        false },
    { 9,       SS_remove_list_element,     "remove-list-element",     svc_remove_list_element,     false },
    { 10,      SS_create_object,           "create-object",           svc_create_object,           false },
    { 11,      SS_delete_object,           "delete-object",           svc_delete_object,           false },
    { 12,      SS_read_property,           "read-property",           svc_read_property,           false },
    { 14,      SS_read_property_multiple,  "read-property-multiple",  svc_read_property_multiple,  false },
    { 15,      SS_write_property,          "write-property",          svc_write_property,          false },
    { 16,      SS_write_property_multiple, "write-property-multiple", svc_write_property_multiple, false },
    { 17,      SS_device_communication_control, "device-communication-control", svc_device_communication_control, true },
    { 20,      SS_reinitialize_device,     "reinitialize-device",     svc_reinitialize_device,     true },
    { 26,      SS_read_range,              "read-range",              svc_read_range,              false },
    { 28,      SS_subscribe_cov_property,  "subscribe-cov-property",  svc_subscribe_cov_property,  false },
    { 29,      SS_get_event_information,   "get-event-information",   svc_get_event_information,   false },
    { 30,      SS_subscribe_cov_property_multiple, "subscribe-cov-property-multiple", svc_subscribe_cov_multiple, false },
};
static const struct service unconfirmed[] = {
    { 0,       SS_i_am,                    "i-am",                    svc_i_am,                    false },
    { 6,       SS_time_synchronization,    "time-synchronization",    svc_time_synchronization,    false },
    { 7,       SS_who_has,                 "who-has",                 svc_who_has,                 false },
    { 8,       SS_who_is,                  "who-is",                  svc_who_is,                  false },
    { 9,       SS_utc_time_synchronization, "utc-time-synchronization", svc_utc_time_synchronization, false },
};
/* clang-format on */

static uint8_t communication(const struct device *d) { return d->communication; }

static void outcome(struct device *d, const struct intent *what, const struct outcome *end)
{
    if (what->kind == INTENT_COV)
        svc_cov_outcome(d, what, end);
    else if (what->kind == INTENT_EVENT)
        svc_event_outcome(d, what, end);
}

const struct service_table services = {
    confirmed, unconfirmed, COUNT(confirmed), COUNT(unconfirmed), svc_initiate, outcome, communication,
};

void services_announce(struct db *db)
{
    for (size_t i = 0; i < COUNT(confirmed); i++)
        db->services |= (uint64_t)1 << confirmed[i].ss_bit;
    for (size_t i = 0; i < COUNT(unconfirmed); i++)
        db->services |= (uint64_t)1 << unconfirmed[i].ss_bit;
}
