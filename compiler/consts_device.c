/* Constants of the Device (12.11), Network Port (12.56) and File (12.13) objects. */
#include "compiler/consts.h"

/* 999 is reserved by ASHRAE and belongs to no vendor: documented defaults of Device@vendorId,
 * @vendorName and @modelName. */
enum { DEFAULT_VENDOR = 999 };
static const struct str default_name = {"bacrt", 5};
/* Backup and restore (19.1), seconds: nothing has to be prepared, a restore is applied in slices. */
enum { BACKUP_FAILURE_TIMEOUT = 300, PREPARATION_TIME = 0, RESTORE_COMPLETION_TIME = 10 };
enum { LEVEL_BACNET_APPLICATION = 2, DEFAULT_APDU_TIMEOUT = 3000, DEFAULT_APDU_RETRIES = 3 };

static bool string(struct wr *w, struct str s)
{
    wr_string(w, APP, s.s, s.n);
    return true;
}

static bool number(struct wr *w, uint32_t v)
{
    wr_unsigned(w, APP, v);
    return true;
}

bool consts_device(const struct device *d, uint32_t property, struct wr *w)
{
    switch (property) {
    case P_vendor_name:
        return string(w, d->vendor_name.n ? d->vendor_name : default_name);
    case P_vendor_identifier:
        return number(w, d->vendor_id == NOT_SET ? DEFAULT_VENDOR : d->vendor_id);
    case P_model_name:
        return string(w, d->model_name.n ? d->model_name : default_name);
    case P_location:
        return string(w, d->location);
    case P_protocol_version:
        return number(w, BACNET_PROTOCOL_VERSION);
    case P_protocol_revision:
        return number(w, BACNET_PROTOCOL_REVISION);
    case P_apdu_timeout:
        return number(w, d->apdu_timeout == NOT_SET ? DEFAULT_APDU_TIMEOUT : d->apdu_timeout);
    case P_number_of_apdu_retries:
        return number(w, d->apdu_retries == NOT_SET ? DEFAULT_APDU_RETRIES : d->apdu_retries);
    case P_restart_notification_recipients:     /* 12.11.46: the local broadcast address */
        wr_open(w, 1);
        wr_unsigned(w, APP, 0);
        wr_octets(w, APP, NULL, 0);
        wr_close(w, 1);
        return true;
    case P_backup_failure_timeout:
        return number(w, BACKUP_FAILURE_TIMEOUT);
    case P_backup_preparation_time:
    case P_restore_preparation_time:
        return number(w, PREPARATION_TIME);
    case P_restore_completion_time:
        return number(w, RESTORE_COMPLETION_TIME);
    default:
        return false;
    }
}

/* A read-only device is backed up, but takes nothing back. */
bool consts_file(const struct device *d, uint32_t property, struct wr *w)
{
    static const struct str type = {"bacrt configuration", 19};
    enum { STREAM_ACCESS = 1 };
    switch (property) {
    case P_file_type:
        return string(w, type);
    case P_archive:
        wr_boolean(w, APP, false);
        return true;
    case P_read_only:
        wr_boolean(w, APP, d->read_only);
        return true;
    case P_file_access_method:
        wr_enumerated(w, APP, STREAM_ACCESS);
        return true;
    default:
        return false;
    }
}

bool consts_port(const struct port *p, uint32_t property, struct wr *w)
{
    switch (property) {
    case P_network_type:
        wr_enumerated(w, APP, (uint32_t)p->type);
        return true;
    case P_protocol_level:
        wr_enumerated(w, APP, LEVEL_BACNET_APPLICATION);
        return true;
    default:
        return false;
    }
}
