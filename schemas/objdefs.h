#ifndef SCHEMAS_OBJDEFS_H
#define SCHEMAS_OBJDEFS_H
/* Property rows of every object type that we serve (135-2020 clause 12). The compiler decides with
 * them which properties an object has and checks what it encodes; the runtime serves with them;
 * PICS and EPICS are printed from them. A row says what a property is and where it lives, never how
 * it is computed. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "schemas/bacnet.h"

enum datatype {                  /* application datatypes first, numbered as their tags        */
    DT_null, DT_boolean, DT_unsigned, DT_integer, DT_real, DT_double, DT_octets, DT_string, DT_bits,
    DT_enumerated, DT_date, DT_time, DT_oid,
    DT_any,                      /* any primitive: Schedule                                    */
    DT_present,                  /* what the object's Present_Value is: REAL, ENUMERATED, Unsigned */
    DT_priority, DT_optional_unsigned, DT_client_cov, DT_datetime, DT_date_range, DT_time_stamp,
    DT_calendar_entry, DT_special_event, DT_daily_schedule, DT_destination, DT_recipient,
    DT_object_property_reference, DT_device_object_property_reference, DT_address_binding,
    DT_cov_subscription, DT_cov_multiple_subscription, DT_log_record, DT_event_log_record,
    DT_host_n_port, DT_bdt_entry, DT_fdt_entry, DT_router_entry, DT_event_parameter,
    DT_name_value, DATATYPES,
};
enum form { SCALAR, ARRAY, LIST };
enum conformance {               /* clause 12's code, "where present" for conditional ones     */
    C_O, C_R, C_W,
};
enum group {                     /* a row is present where the object has one of its groups    */
    G_ALL = 1,
    G_COMMAND = 2,               /* commandable                                                */
    G_INTRINSIC = 4,             /* event reporting                                            */
    G_LIMITS = 8,                /* High_Limit, Low_Limit: intrinsic, or the domat profile     */
    G_RANGE = 16,                /* Min/Max_Pres_Value                                         */
    G_TEXTS = 32,                /* Active/Inactive_Text, State_Text                           */
    G_FAULTS = 64,               /* Fault_High/Low_Limit, Fault_Values                         */
    G_IPV4 = 128, G_BBMD = 256, G_FOREIGN = 512, G_ROUTER = 1024,
    G_LOCATION = 2048,
    G_POLLED = 4096, G_TRIGGERED = 8192, G_COV_LOG = 16384, /* trend logs                      */
    G_RESTORE = 32768,           /* backup and restore                                         */
    /* bits of groups that no binary object has */
    G_COUNTED = 4096,            /* counts changes of state, measures active time              */
    G_MINIMUM = 8192,            /* minimum on and off times                                   */
};
enum prop_code {                 /* who answers                                                */
    PC_image,                    /* the image's constant, or what a client wrote over it       */
    /* every object */
    PC_object_identifier, PC_object_type, PC_property_list, PC_object_name,
    /* inputs, outputs, values */
    PC_present_value, PC_status_flags, PC_event_state, PC_reliability, PC_out_of_service,
    PC_priority_array, PC_relinquish_default, PC_current_command_priority, PC_number_of_states,
    PC_acked_transitions, PC_event_time_stamps, PC_event_message_texts, PC_feedback_value,
    PC_state_time, PC_state_count, PC_state_count_reset, PC_active_time, PC_active_time_reset,
    /* Device */
    PC_system_status, PC_object_list, PC_database_revision, PC_local_date, PC_local_time,
    PC_utc_offset, PC_daylight_savings_status, PC_services_supported, PC_object_types_supported,
    PC_segmentation_supported, PC_max_segments_accepted, PC_apdu_segment_timeout, PC_max_apdu_length, PC_firmware_revision,
    PC_application_software_version, PC_device_address_binding, PC_active_cov_subscriptions,
    PC_active_cov_multiple_subscriptions, PC_last_restart_reason, PC_time_of_device_restart,
    PC_configuration_files, PC_last_restore_time, PC_backup_state,
    /* Network Port */
    PC_network_number, PC_network_number_quality, PC_mac_address, PC_ip_address, PC_ip_subnet_mask,
    PC_ip_default_gateway, PC_ip_dns_server, PC_udp_port, PC_ip_mode, PC_changes_pending,
    PC_port_command, PC_routing_table, PC_bdt, PC_accept_fd, PC_fdt, PC_fd_bbmd_address,
    PC_fd_lifetime, PC_link_speed,
    /* Schedule, Calendar, logs, File */
    PC_schedule_value, PC_calendar_value, PC_log_enable, PC_log_buffer, PC_record_count,
    PC_total_record_count, PC_records_since_notification, PC_last_notify_record, PC_trigger,
    PC_file_size, PC_modification_date,
    PROP_CODES,
};
enum {
    PF_WRITE = 1,                /* clients may write it (unless the device is read-only)      */
    PF_OOS = 2,                  /* clients may write it while Out_Of_Service is TRUE          */
    PF_COV = 4,                  /* SubscribeCOVProperty                                       */
    PF_NO_READ = 8,              /* ReadRange only                                             */
};
struct prop_def {
    uint16_t property;
    uint8_t type, form;
    uint16_t size, limit;        /* size: of a fixed array; limit: highest ENUMERATED or Unsigned,
                                    bits of a BIT STRING; 0: none                              */
    uint8_t conf, code;
    uint16_t group;
    uint8_t flags;
};
struct obj_def {
    uint16_t type;
    uint8_t present;             /* datatype of Present_Value: DT_real, DT_enumerated, DT_unsigned, or DT_null */
    uint8_t event_type;          /* enum event_type of its event algorithm, EV_none            */
    const struct prop_def *props;/* in the order of Property_List                              */
    size_t n_props;
};
/* What clients may leave with us: octets of a text, elements of a list or array, records of a log. */
enum { PROP_TEXT_MAX = 1024, PROP_ELEMENTS_MAX = 512, PROP_BDT_MAX = 128, PROP_RECORDS_MAX = 1000000 };
const struct obj_def *obj_def(uint32_t type);                 /* NULL: not served              */
const struct prop_def *prop_def(const struct obj_def *o, uint32_t property);
bool obj_has_cov(const struct obj_def *o);                    /* SubscribeCOV takes it (clause 13.1) */
extern const struct obj_def obj_defs[];
extern const size_t n_obj_defs;
/* ALL without Property_List; REQUIRED: R and W; OPTIONAL: the rest (clause 15.7.3.1.2). */
#endif
