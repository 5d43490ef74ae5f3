#ifndef SCHEMAS_BACNET_H
#define SCHEMAS_BACNET_H
/* The standard's numbers and names. Pure facts: no code but look-ups. */
#include <stddef.h>
#include <stdint.h>
#include "schemas/bacnet_lists.h"

enum object_type {
#define X(c, name, n) OT_##c = n,
    BACNET_OBJECT_TYPES(X)
#undef X
};
enum property_id {
#define X(c, name, n) P_##c = n,
    BACNET_PROPERTIES(X)
#undef X
};
enum error_class {
#define X(c, name, n) ERR_CLASS_##c = n,
    BACNET_ERROR_CLASSES(X)
#undef X
};
enum error_code {
#define X(c, name, n) ERR_##c = n,
    BACNET_ERROR_CODES(X)
#undef X
};
enum reject_reason {
#define X(c, name, n) REJECT_##c = n,
    BACNET_REJECT_REASONS(X)
#undef X
};
enum abort_reason {
#define X(c, name, n) ABORT_##c = n,
    BACNET_ABORT_REASONS(X)
#undef X
};

enum {
    BACNET_PROTOCOL_VERSION = 1,
    BACNET_PROTOCOL_REVISION = 24,
    BACNET_INSTANCE_MAX = 4194302,      /* the largest real instance                       */
    BACNET_INSTANCE_WILDCARD = 4194303, /* "any", "unset": never a real object             */
    BACNET_MAX_APDU_IP = 1476,          /* Annex J                                         */
    BACNET_UDP_PORT = 47808,
    BACNET_PRIORITY_MIN_ON_OFF = 6,     /* clause 19: reserved for minimum on/off time     */
    BACNET_PRIORITY_DEFAULT = 16,
    BACNET_NETWORK_GLOBAL = 65535,
    BACNET_UNITS_NO_UNITS = 95,
};
#define BACNET_INDEX_ALL UINT32_MAX /* "no array index given"                          */

enum event_state { ES_normal, ES_fault, ES_offnormal, ES_high_limit, ES_low_limit };
enum notify_type { NOTIFY_alarm, NOTIFY_event, NOTIFY_ack_notification };
enum event_transition { TO_offnormal, TO_fault, TO_normal, TRANSITIONS };
enum event_type {
    EV_change_of_bitstring, EV_change_of_state, EV_change_of_value, EV_command_failure,
    EV_floating_limit, EV_out_of_range, EV_buffer_ready = 10, EV_change_of_reliability = 19,
    EV_none,
};
enum reliability {
    REL_no_fault_detected, REL_no_sensor, REL_over_range, REL_under_range, REL_open_loop,
    REL_shorted_loop, REL_no_output, REL_unreliable_other, REL_process_error, REL_multi_state_fault,
    REL_configuration_error, REL_communication_failure = 12, REL_member_fault,
    REL_monitored_object_fault, REL_tripped, REL_lamp_failure, REL_activation_failure,
    REL_renew_dhcp_failure, REL_renew_fd_registration_failure, REL_restart_auto_negotiation_failure,
    REL_restart_failure, REL_proprietary_command_failure, REL_faults_listed,
    REL_referenced_object_fault, REL_multi_state_out_of_range,
};
enum status_flag { SF_in_alarm = 1, SF_fault = 2, SF_overridden = 4, SF_out_of_service = 8 };
enum segmentation { SEG_both, SEG_transmit, SEG_receive, SEG_none };
enum device_status {
    DS_operational, DS_operational_read_only, DS_download_required, DS_download_in_progress,
    DS_non_operational, DS_backup_in_progress,
};
enum network_type { NT_ipv4 = 5, NT_virtual = 7 };
enum logging_type { LT_polled, LT_cov, LT_triggered };

/* Bits of Protocol_Services_Supported (clause 21). */
enum services_supported {
    SS_acknowledge_alarm, SS_confirmed_cov_notification, SS_confirmed_event_notification,
    SS_get_alarm_summary, SS_get_enrollment_summary, SS_subscribe_cov, SS_atomic_read_file,
    SS_atomic_write_file, SS_add_list_element, SS_remove_list_element, SS_create_object,
    SS_delete_object, SS_read_property, SS_read_property_multiple = 14, SS_write_property,
    SS_write_property_multiple, SS_device_communication_control, SS_confirmed_private_transfer,
    SS_confirmed_text_message, SS_reinitialize_device, SS_i_am = 26, SS_i_have,
    SS_unconfirmed_cov_notification, SS_unconfirmed_event_notification,
    SS_unconfirmed_private_transfer, SS_unconfirmed_text_message, SS_time_synchronization,
    SS_who_has, SS_who_is, SS_read_range, SS_utc_time_synchronization, SS_life_safety_operation,
    SS_subscribe_cov_property, SS_get_event_information, SS_write_group,
    SS_subscribe_cov_property_multiple, SS_who_am_i = 47, SS_you_are,
    SS_BITS = 49,                       /* revisions 22..29                                */
    OTS_BITS = 65,                      /* Protocol_Object_Types_Supported at revision 24  */
};

#define OID(type, instance) ((uint32_t)(type) << 22 | (uint32_t)(instance))
static inline uint32_t oid_type(uint32_t oid) { return oid >> 22; }
static inline uint32_t oid_instance(uint32_t oid) { return oid & 0x3fffffu; }

/* An answer to "may I": 0, or an error class and code as Error-PDUs carry them (clause 18). */
typedef uint32_t bac_err;
#define BAC_OK 0u
#define BAC_ERR(cls, code) (0x80000000u | (uint32_t)ERR_CLASS_##cls << 16 | (uint32_t)ERR_##code)
static inline unsigned bac_err_class(bac_err e) { return e >> 16 & 0x7fff; }
static inline unsigned bac_err_code(bac_err e) { return e & 0xffff; }

/* Names are the standard's, lower case with hyphens; NULL where a number has none. */
const char *object_type_name(uint32_t type);
const char *property_name(uint32_t property);
const char *error_class_name(uint32_t error_class);
const char *error_code_name(uint32_t error_code);
const char *reject_reason_name(uint32_t reason);
const char *abort_reason_name(uint32_t reason);
/* -1 where unknown. '_' and '-' are the same. Short forms (AI, MSV, MV, TL) for object types. */
long object_type_by_name(const char *name, size_t n);
long property_by_name(const char *name, size_t n);
#endif
