#ifndef SERVICE_SERVICES_H
#define SERVICE_SERVICES_H
/* The services' functions, for the table; and what several of them need. */
#include "runtime/object/prop.h"
#include "runtime/service/service.h"

svc_fn svc_read_property;              /* rp.c    15.5                                            */
svc_fn svc_read_property_multiple;     /* rpm.c   15.7                                            */
svc_fn svc_write_property;             /* wp.c    15.9                                            */
svc_fn svc_write_property_multiple;    /* wpm.c   15.10                                           */
svc_fn svc_add_list_element;           /* list_element.c 15.1                                     */
svc_fn svc_remove_list_element;        /* 15.2                                                    */
svc_fn svc_subscribe_cov, svc_subscribe_cov_property;  /* cov_sub.c 13.14, 13.15                 */
svc_fn svc_subscribe_cov_multiple;     /* cov_multiple.c 13.16                                    */
svc_fn svc_device_communication_control, svc_reinitialize_device;      /* manage.c 16.1, 16.4     */
svc_fn svc_time_synchronization, svc_utc_time_synchronization;         /* time_sync.c 16.7, 16.8  */
svc_fn svc_atomic_read_file, svc_atomic_write_file;    /* file.c 14.1, 14.2                       */
svc_fn svc_create_object, svc_delete_object;           /* create.c 15.3, 15.4                     */
svc_fn svc_read_range;                 /* read_range.c 15.8                                       */
svc_fn svc_acknowledge_alarm;          /* alarm_ack.c 13.5                                        */
svc_fn svc_get_alarm_summary, svc_get_enrollment_summary, svc_get_event_information;
                                       /* alarm_summary.c 13.10 to 13.12                          */
svc_fn svc_who_is, svc_i_am;           /* whois.c 16.10                                           */
svc_fn svc_who_has;                    /* whohas.c 16.9                                           */

/* Encodes an intent (initiate.c); see struct service_table. */
bool svc_initiate(struct device *d, const struct intent *what, struct initiation *how,
                  struct wr *body);

/* COV notifications (cov_notify.c). */
bool svc_cov_notification(struct device *d, const struct intent *what, struct initiation *how,
                          struct wr *body);
void svc_cov_outcome(struct device *d, const struct intent *what, const struct outcome *end);

/* A device that has started (restart_notification.c). */
bool svc_restart_notification(struct device *d, struct initiation *how, struct wr *body);

/* Event notifications (event_notification.c). */
bool svc_event_notification(struct device *d, const struct intent *what, struct initiation *how,
                            struct wr *body);
/* Has whom we asked no room for it just now? */
bool svc_busy(const struct outcome *end);
void svc_event_outcome(struct device *d, const struct intent *what, const struct outcome *end);

/* The Reject of a request that could not be decoded (clause 18.9). */
struct svc_result svc_reject_rd(const struct rd *r);
/* Sets the bits of Protocol_Services_Supported; once, before the first request. */
void services_announce(struct db *db);
/* May this peer write and manage (Access/Allow of the project)? No list: everybody. */
bool svc_may_write(const struct device *d, const struct peer *from);

/* Object, property, index as most requests begin; tags [0], [1], [2]. */
struct reference { uint32_t oid, property, index; };
struct reference rd_reference(struct rd *r);
/* Part of a list (clause 15.8.1.1.4). */
enum range_kind { RANGE_ALL, RANGE_POSITION, RANGE_SEQUENCE, RANGE_TIME };
struct range {
    enum range_kind kind;
    uint32_t reference;
    int32_t count;
    struct bdate date;
    struct btime time;
};
/* The same on the records of a Trend Log (log_range.c); `ack` is not begun. */
struct svc_result svc_log_range(struct device *d, uint32_t object, uint32_t property,
                                const struct range *q, struct wr *ack);
/* One property to write. */
struct write_item {
    struct reference ref;
    uint32_t given;                    /* the index as the request has it, if it has one          */
    struct span value;
    uint32_t priority;                 /* 0: not given                                            */
};
/* In the audit: what there was before a write, "" where it cannot be read; and what came of it. */
struct audit_entry;
void svc_note_old(const struct device *d, uint32_t object, const struct reference *ref, struct audit_entry *e);
void svc_note_write(const struct device *d, const struct peer *from, uint32_t object,
                    const struct write_item *item, bac_err result, struct audit_entry *e);
/* Elements of a list that came (sign '+') or went ('-'). */
void svc_note_elements(const struct device *d, const struct peer *from, uint32_t object,
                       const struct reference *ref, char sign, struct span elements, bac_err result);
/* A request that manages the device, once it has been decided. */
void svc_note_management(const struct device *d, const struct peer *from, const struct svc_result *answer,
                         const char *what);
/* Does it, with all of WriteProperty's errors; for WriteProperty and WritePropertyMultiple. */
bac_err svc_write(struct device *d, const struct peer *from, const struct write_item *item,
                  uint64_t *ticket);
#endif
