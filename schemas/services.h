#ifndef SCHEMAS_SERVICES_H
#define SCHEMAS_SERVICES_H
/* Services that the runtime executes and initiates (135-2020 clauses 13 to 16). The runtime's
 * service table, Protocol_Services_Supported, PICS and EPICS are made of these rows. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
/* X(choice, bit and name in C, "name", "Title", function, also while communication is disabled) */
#define SERVICES_CONFIRMED(X) \
    X(0,  acknowledge_alarm,            "acknowledge-alarm",       "AcknowledgeAlarm",          svc_acknowledge_alarm,          false) \
    X(3,  get_alarm_summary,            "get-alarm-summary",       "GetAlarmSummary",           svc_get_alarm_summary,          false) \
    X(4,  get_enrollment_summary,       "get-enrollment-summary",  "GetEnrollmentSummary",      svc_get_enrollment_summary,     false) \
    X(5,  subscribe_cov,                "subscribe-cov",           "SubscribeCOV",              svc_subscribe_cov,              false) \
    X(6,  atomic_read_file,             "atomic-read-file",        "AtomicReadFile",            svc_atomic_read_file,           false) \
    X(7,  atomic_write_file,            "atomic-write-file",       "AtomicWriteFile",           svc_atomic_write_file,          false) \
    X(8,  add_list_element,             "add-list-element",        "AddListElement",            svc_add_list_element,           false) \
    X(9,  remove_list_element,          "remove-list-element",     "RemoveListElement",         svc_remove_list_element,        false) \
    X(10, create_object,                "create-object",           "CreateObject",              svc_create_object,              false) \
    X(11, delete_object,                "delete-object",           "DeleteObject",              svc_delete_object,              false) \
    X(12, read_property,                "read-property",           "ReadProperty",              svc_read_property,              false) \
    X(14, read_property_multiple,       "read-property-multiple",  "ReadPropertyMultiple",      svc_read_property_multiple,     false) \
    X(15, write_property,               "write-property",          "WriteProperty",             svc_write_property,             false) \
    X(16, write_property_multiple,      "write-property-multiple", "WritePropertyMultiple",     svc_write_property_multiple,    false) \
    X(17, device_communication_control, "device-communication-control", "DeviceCommunicationControl", svc_device_communication_control, true) \
    X(20, reinitialize_device,          "reinitialize-device",     "ReinitializeDevice",        svc_reinitialize_device,        true) \
    X(26, read_range,                   "read-range",              "ReadRange",                 svc_read_range,                 false) \
    X(28, subscribe_cov_property,       "subscribe-cov-property",  "SubscribeCOVProperty",      svc_subscribe_cov_property,     false) \
    X(29, get_event_information,        "get-event-information",   "GetEventInformation",       svc_get_event_information,      false) \
    X(30, subscribe_cov_property_multiple, "subscribe-cov-property-multiple", "SubscribeCOVPropertyMultiple", svc_subscribe_cov_multiple, false)
#define SERVICES_UNCONFIRMED(X) \
    X(0,  i_am,                         "i-am",                    "I-Am",                      svc_i_am,                       false) \
    X(6,  time_synchronization,         "time-synchronization",    "TimeSynchronization",       svc_time_synchronization,       false) \
    X(7,  who_has,                      "who-has",                 "Who-Has",                   svc_who_has,                    false) \
    X(8,  who_is,                       "who-is",                  "Who-Is",                    svc_who_is,                     false) \
    X(9,  utc_time_synchronization,     "utc-time-synchronization", "UTCTimeSynchronization",   svc_utc_time_synchronization,   false)
/* X("Title"): what runtime/service/initiate.c and the services behind it send. */
#define SERVICES_INITIATED(X) \
    X("WriteProperty") X("ConfirmedCOVNotification") X("UnconfirmedCOVNotification") \
    X("ConfirmedCOVNotificationMultiple") X("UnconfirmedCOVNotificationMultiple") \
    X("ConfirmedEventNotification") X("UnconfirmedEventNotification") X("I-Am") X("I-Have") X("Who-Is")
/* clang-format on */

bool service_executes(const char *title);
bool service_initiates(const char *title);
/* The i-th title: executed ones in the tables' order, then those that are only initiated. NULL: end. */
const char *service_title(size_t i);
uint64_t services_supported(void);      /* bits of Protocol_Services_Supported                 */

/* What segmentation and transactions are by default (clause 5.4; 12.11). */
enum { SERVICE_WINDOW = 16, SERVICE_MAX_SEGMENTS = 255, SERVICE_SEGMENT_TIMEOUT_MS = 5000 };
#endif
