#include "schemas/objdefs.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* clang-format off */

/* Every object begins and ends alike (12.x, "BASE"). */
#define BASE \
    { P_object_identifier,    DT_oid,        SCALAR, 0, 0,     C_R, PC_object_identifier, G_ALL, 0 }, \
    { P_object_name,          DT_string,     SCALAR, 0, 0,     C_R, PC_object_name,       G_ALL, PF_WRITE }, \
    { P_object_type,          DT_enumerated, SCALAR, 0, 0,     C_R, PC_object_type,       G_ALL, 0 }, \
    { P_description,          DT_string,     SCALAR, 0, 0,     C_O, PC_image,             G_ALL, PF_WRITE }
#define LAST \
    { P_property_list,        DT_enumerated, ARRAY,  0, 0,     C_R, PC_property_list,     G_ALL, 0 }

/* What shows a variable ends so: where the variable has a discipline it has tags. */
#define LAST_TAGGED \
    LAST, { P_tags,           DT_name_value, ARRAY,  0, 0,     C_O, PC_image,             G_ALL, 0 }

/* Inputs, outputs, values. Reliability is writable while Out_Of_Service is TRUE (12.2.10). */
#define FLAGS \
    { P_status_flags,         DT_bits,       SCALAR, 0, 4,     C_R, PC_status_flags,      G_ALL, PF_COV }, \
    { P_event_state,          DT_enumerated, SCALAR, 0, 0,     C_R, PC_event_state,       G_ALL, PF_COV }, \
    { P_reliability,          DT_enumerated, SCALAR, 0, 25,    C_O, PC_reliability,       G_ALL, PF_OOS | PF_COV }, \
    { P_out_of_service,       DT_boolean,    SCALAR, 0, 0,     C_R, PC_out_of_service,    G_ALL, PF_WRITE | PF_COV }
#define COMMAND \
    { P_priority_array,       DT_priority,   ARRAY, 16, 0,     C_R, PC_priority_array,    G_COMMAND, 0 }, \
    { P_relinquish_default,   DT_present,    SCALAR, 0, 0,     C_R, PC_relinquish_default, G_COMMAND, PF_WRITE }, \
    { P_current_command_priority, DT_optional_unsigned, SCALAR, 0, 0, C_R, PC_current_command_priority, G_COMMAND, 0 }

/* Intrinsic reporting (13.2). EVENT is what all have; ALGORITHM what timed algorithms have. */
#define EVENT \
    { P_event_detection_enable, DT_boolean,  SCALAR, 0, 0,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }, \
    { P_notification_class,   DT_unsigned,   SCALAR, 0, 0,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }, \
    { P_event_enable,         DT_bits,       SCALAR, 0, 3,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }, \
    { P_acked_transitions,    DT_bits,       SCALAR, 0, 3,     C_R, PC_acked_transitions, G_INTRINSIC, 0 }, \
    { P_notify_type,          DT_enumerated, SCALAR, 0, 1,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }, \
    { P_event_time_stamps,    DT_time_stamp, ARRAY,  3, 0,     C_R, PC_event_time_stamps, G_INTRINSIC, 0 }, \
    { P_event_message_texts,  DT_string,     ARRAY,  3, 0,     C_O, PC_event_message_texts, G_INTRINSIC, 0 }, \
    { P_event_message_texts_config, DT_string, ARRAY, 3, 0,    C_O, PC_image,             G_INTRINSIC, PF_WRITE }
#define ALGORITHM \
    { P_time_delay,           DT_unsigned,   SCALAR, 0, 0,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }, \
    { P_time_delay_normal,    DT_unsigned,   SCALAR, 0, 0,     C_O, PC_image,             G_INTRINSIC, PF_WRITE }, \
    { P_event_algorithm_inhibit, DT_boolean, SCALAR, 0, 0,     C_O, PC_image,             G_INTRINSIC, PF_WRITE }
#define LIMITS \
    { P_high_limit,           DT_real,       SCALAR, 0, 0,     C_R, PC_image,             G_LIMITS, PF_WRITE }, \
    { P_low_limit,            DT_real,       SCALAR, 0, 0,     C_R, PC_image,             G_LIMITS, PF_WRITE }, \
    { P_deadband,             DT_real,       SCALAR, 0, 0,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }, \
    { P_limit_enable,         DT_bits,       SCALAR, 0, 2,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }

#define ANALOG_PV(conf, flags) \
    { P_present_value,        DT_real,       SCALAR, 0, 0,     conf, PC_present_value,    G_ALL, PF_COV | (flags) }
#define ANALOG \
    { P_units,                DT_enumerated, SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 }, \
    { P_min_pres_value,       DT_real,       SCALAR, 0, 0,     C_O, PC_image,             G_RANGE, PF_WRITE }, \
    { P_max_pres_value,       DT_real,       SCALAR, 0, 0,     C_O, PC_image,             G_RANGE, PF_WRITE }, \
    { P_cov_increment,        DT_real,       SCALAR, 0, 0,     C_R, PC_image,             G_ALL, PF_WRITE }
#define FAULT_LIMITS \
    { P_fault_high_limit,     DT_real,       SCALAR, 0, 0,     C_O, PC_image,             G_FAULTS, PF_WRITE }, \
    { P_fault_low_limit,      DT_real,       SCALAR, 0, 0,     C_O, PC_image,             G_FAULTS, PF_WRITE }

#define BINARY_PV(conf, flags) \
    { P_present_value,        DT_enumerated, SCALAR, 0, 1,     conf, PC_present_value,    G_ALL, PF_COV | (flags) }
#define POLARITY \
    { P_polarity,             DT_enumerated, SCALAR, 0, 1,     C_R, PC_image,             G_ALL, 0 }
#define BINARY_TEXTS \
    { P_inactive_text,        DT_string,     SCALAR, 0, 0,     C_O, PC_image,             G_TEXTS, 0 }, \
    { P_active_text,          DT_string,     SCALAR, 0, 0,     C_O, PC_image,             G_TEXTS, 0 }
#define COUNTED \
    { P_change_of_state_time, DT_datetime,   SCALAR, 0, 0,     C_O, PC_state_time,        G_COUNTED, 0 }, \
    { P_change_of_state_count, DT_unsigned,  SCALAR, 0, 0,     C_O, PC_state_count,       G_COUNTED, PF_WRITE }, \
    { P_time_of_state_count_reset, DT_datetime, SCALAR, 0, 0,  C_O, PC_state_count_reset, G_COUNTED, 0 }, \
    { P_elapsed_active_time,  DT_unsigned,   SCALAR, 0, 0,     C_O, PC_active_time,       G_COUNTED, PF_WRITE }, \
    { P_time_of_active_time_reset, DT_datetime, SCALAR, 0, 0,  C_O, PC_active_time_reset, G_COUNTED, 0 }
#define MINIMUM_TIMES \
    { P_minimum_off_time,     DT_unsigned,   SCALAR, 0, 0,     C_O, PC_image,             G_MINIMUM, PF_WRITE }, \
    { P_minimum_on_time,      DT_unsigned,   SCALAR, 0, 0,     C_O, PC_image,             G_MINIMUM, PF_WRITE }
#define BINARY_FEEDBACK \
    { P_feedback_value,       DT_enumerated, SCALAR, 0, 1,     C_R, PC_feedback_value,    G_INTRINSIC, 0 }
#define ALARM_VALUE \
    { P_alarm_value,          DT_enumerated, SCALAR, 0, 1,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }

#define MULTISTATE_PV(conf, flags) \
    { P_present_value,        DT_unsigned,   SCALAR, 0, 0,     conf, PC_present_value,    G_ALL, PF_COV | (flags) }
#define STATES \
    { P_number_of_states,     DT_unsigned,   SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 }, \
    { P_state_text,           DT_string,     ARRAY,  0, 0,     C_O, PC_image,             G_TEXTS, 0 }
#define ALARM_VALUES \
    { P_alarm_values,         DT_unsigned,   LIST,   0, 0,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }
#define FAULT_VALUES \
    { P_fault_values,         DT_unsigned,   LIST,   0, 0,     C_O, PC_image,             G_FAULTS, PF_WRITE }

static const struct prop_def analog_input[] = {                                     /* 12.2 */
    /* property               type           form  size limit  conf  code                  group  flags */
    BASE, ANALOG_PV(C_R, PF_OOS), FLAGS, ANALOG, EVENT, ALGORITHM, LIMITS, FAULT_LIMITS, LAST_TAGGED,
};
static const struct prop_def analog_output[] = {                                    /* 12.3 */
    BASE, ANALOG_PV(C_W, 0), FLAGS, ANALOG, COMMAND, EVENT, ALGORITHM, LIMITS, LAST_TAGGED,
};
static const struct prop_def analog_value[] = {                                     /* 12.4 */
    BASE, ANALOG_PV(C_R, PF_OOS), FLAGS, ANALOG, COMMAND, EVENT, ALGORITHM, LIMITS, FAULT_LIMITS, LAST_TAGGED,
};
static const struct prop_def binary_input[] = {                                     /* 12.6 */
    BASE, BINARY_PV(C_R, PF_OOS), FLAGS, POLARITY, BINARY_TEXTS, COUNTED, EVENT, ALGORITHM, ALARM_VALUE, LAST_TAGGED,
};
static const struct prop_def binary_output[] = {                                    /* 12.7 */
    BASE, BINARY_PV(C_W, 0), FLAGS, POLARITY, BINARY_TEXTS, COUNTED, MINIMUM_TIMES, COMMAND, EVENT, ALGORITHM,
    BINARY_FEEDBACK, LAST_TAGGED,
};
static const struct prop_def binary_value[] = {                                     /* 12.8 */
    BASE, BINARY_PV(C_R, PF_OOS), FLAGS, BINARY_TEXTS, COUNTED, MINIMUM_TIMES, COMMAND, EVENT, ALGORITHM,
    ALARM_VALUE, LAST_TAGGED,
};
static const struct prop_def multi_state_input[] = {                                /* 12.18 */
    BASE, MULTISTATE_PV(C_R, PF_OOS), FLAGS, STATES, EVENT, ALGORITHM, ALARM_VALUES, FAULT_VALUES, LAST_TAGGED,
};
static const struct prop_def multi_state_output[] = {                               /* 12.19 */
    BASE, MULTISTATE_PV(C_W, 0), FLAGS, STATES, COMMAND, EVENT, ALGORITHM,
    { P_feedback_value,       DT_unsigned,   SCALAR, 0, 0,     C_R, PC_feedback_value,    G_INTRINSIC, 0 },
    LAST_TAGGED,
};
static const struct prop_def multi_state_value[] = {                                /* 12.20 */
    BASE, MULTISTATE_PV(C_R, PF_OOS), FLAGS, STATES, COMMAND, EVENT, ALGORITHM, ALARM_VALUES, FAULT_VALUES, LAST_TAGGED,
};

static const struct prop_def device[] = {                                           /* 12.11 */
    BASE,
    { P_system_status,        DT_enumerated, SCALAR, 0, 5,     C_R, PC_system_status,     G_ALL, 0 },
    { P_vendor_name,          DT_string,     SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 },
    { P_vendor_identifier,    DT_unsigned,   SCALAR, 0, 65535, C_R, PC_image,             G_ALL, 0 },
    { P_model_name,           DT_string,     SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 },
    { P_firmware_revision,    DT_string,     SCALAR, 0, 0,     C_R, PC_firmware_revision, G_ALL, 0 },
    { P_application_software_version, DT_string, SCALAR, 0, 0, C_R, PC_application_software_version, G_ALL, 0 },
    { P_location,             DT_string,     SCALAR, 0, 0,     C_O, PC_image,             G_LOCATION, PF_WRITE },
    { P_protocol_version,     DT_unsigned,   SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 },
    { P_protocol_revision,    DT_unsigned,   SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 },
    { P_protocol_services_supported, DT_bits, SCALAR, 0, SS_BITS, C_R, PC_services_supported, G_ALL, 0 },
    { P_protocol_object_types_supported, DT_bits, SCALAR, 0, OTS_BITS, C_R, PC_object_types_supported, G_ALL, 0 },
    { P_object_list,          DT_oid,        ARRAY,  0, 0,     C_R, PC_object_list,       G_ALL, 0 },
    { P_max_apdu_length_accepted, DT_unsigned, SCALAR, 0, 0,   C_R, PC_max_apdu_length,   G_ALL, 0 },
    { P_segmentation_supported, DT_enumerated, SCALAR, 0, 3,   C_R, PC_segmentation_supported, G_ALL, 0 },
    { P_max_segments_accepted, DT_unsigned,  SCALAR, 0, 0,     C_R, PC_max_segments_accepted, G_ALL, 0 },
    { P_apdu_segment_timeout, DT_unsigned,   SCALAR, 0, 0,     C_R, PC_apdu_segment_timeout, G_ALL, 0 },
    { P_apdu_timeout,         DT_unsigned,   SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 },
    { P_number_of_apdu_retries, DT_unsigned, SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 },
    { P_device_address_binding, DT_address_binding, LIST, 0, 0, C_R, PC_device_address_binding, G_ALL, 0 },
    { P_database_revision,    DT_unsigned,   SCALAR, 0, 0,     C_R, PC_database_revision, G_ALL, 0 },
    { P_local_date,           DT_date,       SCALAR, 0, 0,     C_R, PC_local_date,        G_ALL, 0 },
    { P_local_time,           DT_time,       SCALAR, 0, 0,     C_R, PC_local_time,        G_ALL, 0 },
    { P_utc_offset,           DT_integer,    SCALAR, 0, 0,     C_R, PC_utc_offset,        G_ALL, 0 },
    { P_daylight_savings_status, DT_boolean, SCALAR, 0, 0,     C_R, PC_daylight_savings_status, G_ALL, 0 },
    { P_active_cov_subscriptions, DT_cov_subscription, LIST, 0, 0, C_R, PC_active_cov_subscriptions, G_ALL, 0 },
    { P_active_cov_multiple_subscriptions, DT_cov_multiple_subscription, LIST, 0, 0, C_R,
      PC_active_cov_multiple_subscriptions, G_ALL, 0 },
    { P_restart_notification_recipients, DT_recipient, LIST, 0, 0, C_W, PC_image,         G_ALL, PF_WRITE },
    { P_last_restart_reason,  DT_enumerated, SCALAR, 0, 255,   C_R, PC_last_restart_reason, G_ALL, 0 },
    { P_time_of_device_restart, DT_time_stamp, SCALAR, 0, 0,   C_R, PC_time_of_device_restart, G_ALL, 0 },
    { P_configuration_files,  DT_oid,        ARRAY,  0, 0,     C_R, PC_configuration_files, G_RESTORE, 0 },
    { P_last_restore_time,    DT_time_stamp, SCALAR, 0, 0,     C_R, PC_last_restore_time, G_RESTORE, 0 },
    { P_backup_failure_timeout, DT_unsigned, SCALAR, 0, 65535, C_W, PC_image,             G_RESTORE, PF_WRITE },
    { P_backup_preparation_time, DT_unsigned, SCALAR, 0, 65535, C_R, PC_image,            G_RESTORE, 0 },
    { P_restore_preparation_time, DT_unsigned, SCALAR, 0, 65535, C_R, PC_image,           G_RESTORE, 0 },
    { P_restore_completion_time, DT_unsigned, SCALAR, 0, 65535, C_R, PC_image,            G_RESTORE, 0 },
    { P_backup_and_restore_state, DT_enumerated, SCALAR, 0, 6, C_R, PC_backup_state,      G_RESTORE, 0 },
    LAST,
};

static const struct prop_def network_port[] = {                                     /* 12.56 */
    BASE,
    { P_status_flags,         DT_bits,       SCALAR, 0, 4,     C_R, PC_status_flags,      G_ALL, 0 },
    { P_reliability,          DT_enumerated, SCALAR, 0, 25,    C_R, PC_reliability,       G_ALL, 0 },
    { P_out_of_service,       DT_boolean,    SCALAR, 0, 0,     C_R, PC_out_of_service,    G_ALL, 0 },
    { P_network_type,         DT_enumerated, SCALAR, 0, 11,    C_R, PC_image,             G_ALL, 0 },
    { P_protocol_level,       DT_enumerated, SCALAR, 0, 3,     C_R, PC_image,             G_ALL, 0 },
    { P_network_number,       DT_unsigned,   SCALAR, 0, 65534, C_R, PC_network_number,    G_ALL, 0 },
    { P_network_number_quality, DT_enumerated, SCALAR, 0, 3,   C_R, PC_network_number_quality, G_ALL, 0 },
    { P_changes_pending,      DT_boolean,    SCALAR, 0, 0,     C_R, PC_changes_pending,   G_ALL, 0 },
    { P_apdu_length,          DT_unsigned,   SCALAR, 0, 0,     C_R, PC_max_apdu_length,   G_ALL, 0 },
    { P_link_speed,           DT_real,       SCALAR, 0, 0,     C_R, PC_link_speed,        G_ALL, 0 },
    { P_mac_address,          DT_octets,     SCALAR, 0, 0,     C_R, PC_mac_address,       G_ALL, 0 },
    { P_bacnet_ip_mode,       DT_enumerated, SCALAR, 0, 2,     C_R, PC_ip_mode,           G_IPV4, 0 },
    { P_ip_address,           DT_octets,     SCALAR, 0, 0,     C_R, PC_ip_address,        G_IPV4, 0 },
    { P_bacnet_ip_udp_port,   DT_unsigned,   SCALAR, 0, 65535, C_R, PC_udp_port,          G_IPV4, 0 },
    { P_ip_subnet_mask,       DT_octets,     SCALAR, 0, 0,     C_R, PC_ip_subnet_mask,    G_IPV4, 0 },
    { P_ip_default_gateway,   DT_octets,     SCALAR, 0, 0,     C_R, PC_ip_default_gateway, G_IPV4, 0 },
    { P_ip_dns_server,        DT_octets,     ARRAY,  0, 0,     C_R, PC_ip_dns_server,     G_IPV4, 0 },
    { P_routing_table,        DT_router_entry, LIST, 0, 0,     C_R, PC_routing_table,     G_ROUTER, 0 },
    { P_bbmd_accept_fd_registrations, DT_boolean, SCALAR, 0, 0, C_W, PC_accept_fd,        G_BBMD, PF_WRITE },
    { P_bbmd_broadcast_distribution_table, DT_bdt_entry, LIST, 0, 0, C_W, PC_bdt,         G_BBMD, PF_WRITE },
    { P_bbmd_foreign_device_table, DT_fdt_entry, LIST, 0, 0,   C_R, PC_fdt,               G_BBMD, 0 },
    { P_fd_bbmd_address,      DT_host_n_port, SCALAR, 0, 0,    C_W, PC_fd_bbmd_address,   G_FOREIGN, PF_WRITE },
    { P_fd_subscription_lifetime, DT_unsigned, SCALAR, 0, 65535, C_W, PC_fd_lifetime,     G_FOREIGN, PF_WRITE },
    { P_command,              DT_enumerated, SCALAR, 0, 65535, C_W, PC_port_command,      G_BBMD | G_FOREIGN, PF_WRITE },
    LAST,
};

static const struct prop_def notification_class[] = {                               /* 12.21 */
    BASE,
    { P_notification_class,   DT_unsigned,   SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 },
    { P_priority,             DT_unsigned,   ARRAY,  3, 255,   C_R, PC_image,             G_ALL, PF_WRITE },
    { P_ack_required,         DT_bits,       SCALAR, 0, 3,     C_R, PC_image,             G_ALL, PF_WRITE },
    { P_recipient_list,       DT_destination, LIST,  0, 0,     C_R, PC_image,             G_ALL, PF_WRITE },
    LAST,
};

/* What Trend Log and Event Log have in common. */
#define LOG(record) \
    { P_status_flags,         DT_bits,       SCALAR, 0, 4,     C_R, PC_status_flags,      G_ALL, PF_COV }, \
    { P_event_state,          DT_enumerated, SCALAR, 0, 0,     C_R, PC_event_state,       G_ALL, PF_COV }, \
    { P_reliability,          DT_enumerated, SCALAR, 0, 25,    C_O, PC_reliability,       G_ALL, 0 }, \
    { P_enable,               DT_boolean,    SCALAR, 0, 0,     C_W, PC_log_enable,        G_ALL, PF_WRITE }, \
    { P_start_time,           DT_datetime,   SCALAR, 0, 0,     C_O, PC_image,             G_ALL, PF_WRITE }, \
    { P_stop_time,            DT_datetime,   SCALAR, 0, 0,     C_O, PC_image,             G_ALL, PF_WRITE }, \
    { P_stop_when_full,       DT_boolean,    SCALAR, 0, 0,     C_R, PC_image,             G_ALL, PF_WRITE }, \
    { P_buffer_size,          DT_unsigned,   SCALAR, 0, 0,     C_R, PC_image,             G_ALL, PF_WRITE }, \
    { P_log_buffer,           record,        LIST,   0, 0,     C_R, PC_log_buffer,        G_ALL, PF_NO_READ }, \
    { P_record_count,         DT_unsigned,   SCALAR, 0, 0,     C_W, PC_record_count,      G_ALL, PF_WRITE }, \
    { P_total_record_count,   DT_unsigned,   SCALAR, 0, 0,     C_R, PC_total_record_count, G_ALL, 0 }
/* BUFFER_READY (13.3.7): no delay, no algorithm to inhibit. */
#define BUFFER_READY \
    { P_notification_threshold, DT_unsigned, SCALAR, 0, 0,     C_R, PC_image,             G_INTRINSIC, PF_WRITE }, \
    { P_records_since_notification, DT_unsigned, SCALAR, 0, 0, C_R, PC_records_since_notification, G_INTRINSIC, 0 }, \
    { P_last_notify_record,   DT_unsigned,   SCALAR, 0, 0,     C_R, PC_last_notify_record, G_INTRINSIC, 0 }, \
    EVENT

static const struct prop_def schedule[] = {                                         /* 12.24 */
    BASE,
    { P_present_value,        DT_any,        SCALAR, 0, 0,     C_R, PC_schedule_value,    G_ALL, PF_OOS | PF_COV },
    { P_effective_period,     DT_date_range, SCALAR, 0, 0,     C_R, PC_image,             G_ALL, PF_WRITE },
    { P_weekly_schedule,      DT_daily_schedule, ARRAY, 7, 0,  C_O, PC_image,             G_ALL, PF_WRITE },
    { P_exception_schedule,   DT_special_event, ARRAY, 0, 0,   C_O, PC_image,             G_ALL, PF_WRITE },
    { P_schedule_default,     DT_any,        SCALAR, 0, 0,     C_R, PC_image,             G_ALL, PF_WRITE },
    { P_list_of_object_property_references, DT_device_object_property_reference, LIST, 0, 0,
                                                               C_R, PC_image,             G_ALL, PF_WRITE },
    { P_priority_for_writing, DT_unsigned,   SCALAR, 0, 16,    C_R, PC_image,             G_ALL, PF_WRITE },
    { P_status_flags,         DT_bits,       SCALAR, 0, 4,     C_R, PC_status_flags,      G_ALL, PF_COV },
    { P_reliability,          DT_enumerated, SCALAR, 0, 25,    C_R, PC_reliability,       G_ALL, PF_OOS | PF_COV },
    { P_out_of_service,       DT_boolean,    SCALAR, 0, 0,     C_R, PC_out_of_service,    G_ALL, PF_WRITE | PF_COV },
    LAST_TAGGED,
};
static const struct prop_def calendar[] = {                                         /* 12.9 */
    BASE,
    { P_present_value,        DT_boolean,    SCALAR, 0, 0,     C_R, PC_calendar_value,    G_ALL, PF_COV },
    { P_date_list,            DT_calendar_entry, LIST, 0, 0,   C_R, PC_image,             G_ALL, PF_WRITE },
    LAST,
};
static const struct prop_def trend_log[] = {                                        /* 12.25 */
    BASE, LOG(DT_log_record),
    { P_log_device_object_property, DT_device_object_property_reference, SCALAR, 0, 0,
                                                               C_R, PC_image,             G_ALL, PF_WRITE },
    { P_logging_type,         DT_enumerated, SCALAR, 0, 2,     C_R, PC_image,             G_ALL, 0 },
    { P_log_interval,         DT_unsigned,   SCALAR, 0, 0,     C_R, PC_image,             G_POLLED | G_COV_LOG, PF_WRITE },
    { P_align_intervals,      DT_boolean,    SCALAR, 0, 0,     C_O, PC_image,             G_POLLED, PF_WRITE },
    { P_interval_offset,      DT_unsigned,   SCALAR, 0, 0,     C_O, PC_image,             G_POLLED, PF_WRITE },
    { P_cov_resubscription_interval, DT_unsigned, SCALAR, 0, 0, C_R, PC_image,            G_COV_LOG, PF_WRITE },
    { P_client_cov_increment, DT_client_cov, SCALAR, 0, 0,     C_R, PC_image,             G_COV_LOG, PF_WRITE },
    { P_trigger,              DT_boolean,    SCALAR, 0, 0,     C_W, PC_trigger,           G_TRIGGERED, PF_WRITE },
    BUFFER_READY, LAST,
};
static const struct prop_def event_log[] = {                                        /* 12.27 */
    BASE, LOG(DT_event_log_record), BUFFER_READY, LAST,
};
static const struct prop_def file[] = {                                             /* 12.13 */
    BASE,
    { P_file_type,            DT_string,     SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 },
    { P_file_size,            DT_unsigned,   SCALAR, 0, 0,     C_R, PC_file_size,         G_ALL, 0 },
    { P_modification_date,    DT_datetime,   SCALAR, 0, 0,     C_R, PC_modification_date, G_ALL, 0 },
    { P_archive,              DT_boolean,    SCALAR, 0, 0,     C_W, PC_image,             G_ALL, PF_WRITE },
    { P_read_only,            DT_boolean,    SCALAR, 0, 0,     C_R, PC_image,             G_ALL, 0 },
    { P_file_access_method,   DT_enumerated, SCALAR, 0, 1,     C_R, PC_image,             G_ALL, 0 },
    LAST,
};

/* clang-format on */

#define OBJECT(type, present, event, rows) {OT_##type, present, event, rows, COUNT(rows)}
const struct obj_def obj_defs[] = {
    OBJECT(analog_input, DT_real, EV_out_of_range, analog_input),
    OBJECT(analog_output, DT_real, EV_out_of_range, analog_output),
    OBJECT(analog_value, DT_real, EV_out_of_range, analog_value),
    OBJECT(binary_input, DT_enumerated, EV_change_of_state, binary_input),
    OBJECT(binary_output, DT_enumerated, EV_command_failure, binary_output),
    OBJECT(binary_value, DT_enumerated, EV_change_of_state, binary_value),
    OBJECT(calendar, DT_null, EV_none, calendar),
    OBJECT(device, DT_null, EV_none, device),
    OBJECT(file, DT_null, EV_none, file),
    OBJECT(multi_state_input, DT_unsigned, EV_change_of_state, multi_state_input),
    OBJECT(multi_state_output, DT_unsigned, EV_command_failure, multi_state_output),
    OBJECT(notification_class, DT_null, EV_none, notification_class),
    OBJECT(schedule, DT_null, EV_none, schedule),
    OBJECT(multi_state_value, DT_unsigned, EV_change_of_state, multi_state_value),
    OBJECT(trend_log, DT_null, EV_buffer_ready, trend_log),
    OBJECT(event_log, DT_null, EV_buffer_ready, event_log),
    OBJECT(network_port, DT_null, EV_none, network_port),
};
const size_t n_obj_defs = COUNT(obj_defs);

const struct obj_def *obj_def(uint32_t type)
{
    for (size_t i = 0; i < n_obj_defs; i++)
        if (obj_defs[i].type == type)
            return &obj_defs[i];
    return NULL;
}

const struct prop_def *prop_def(const struct obj_def *o, uint32_t property)
{
    for (size_t i = 0; i < o->n_props; i++)
        if (o->props[i].property == property)
            return &o->props[i];
    return NULL;
}

/* What it tells is Present_Value and Status_Flags. */
bool obj_has_cov(const struct obj_def *o)
{
    const struct prop_def *pv = prop_def(o, P_present_value);
    return pv && pv->flags & PF_COV && prop_def(o, P_status_flags) &&
           (o->present == DT_real || o->present == DT_enumerated || o->present == DT_unsigned);
}
