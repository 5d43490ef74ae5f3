/* Constants of Trend Log (12.25) and Event Log (12.27). Intervals go out in hundredths of a second. */
#include <math.h>

#include "compiler/consts.h"

/* Records of an Event Log: as many as a flood of alarms that is still to be read afterwards. */
enum { EVENT_LOG_SIZE = 10000, COV_RESUBSCRIPTION = 3600 };

static bool number(struct wr *w, uint32_t v)
{
    wr_unsigned(w, APP, v);
    return true;
}

static bool boolean(struct wr *w, bool v)
{
    wr_boolean(w, APP, v);
    return true;
}

/* Start_Time, Stop_Time: all unspecified, no limit (12.25.6). */
static bool no_time(struct wr *w)
{
    wr_date(w, APP, (struct bdate){255, 255, 255, 255});
    wr_time(w, APP, (struct btime){255, 255, 255, 255});
    return true;
}

/* BUFFER_READY events: the properties of intrinsic reporting without delay and algorithm. */
static bool buffer_ready(const struct trend_log *t, uint32_t property, struct const_value *v)
{
    uint32_t class = class_number(t->notification_class.to);
    switch (property) {
    case P_notification_threshold:
        return number(&v->w, t->threshold);
    case P_event_detection_enable:
        return boolean(&v->w, true);
    case P_notification_class:
        return number(&v->w, class == NOT_SET ? 0 : class);
    case P_event_enable:
        wr_bits(&v->w, APP, (struct bits){TRANSITIONS, TR_ALL});
        return true;
    case P_notify_type:
        wr_enumerated(&v->w, APP, NOTIFY_event);
        return true;
    case P_event_message_texts_config:
        for (int i = 0; i < TRANSITIONS; i++) {
            wr_string(&v->w, APP, "", 0);
            const_end(v);
        }
        return true;
    default:
        return false;
    }
}

static bool logging(const struct trend_log *t, uint32_t property, struct wr *w)
{
    switch (property) {
    case P_logging_type:
        wr_enumerated(w, APP, t->logging);
        return true;
    case P_log_interval:
        return number(w, t->logging == LT_polled ? t->interval / 10 : 0);
    case P_align_intervals:
        return boolean(w, t->align);
    case P_interval_offset:
        return number(w, t->offset / 10);
    case P_cov_resubscription_interval:
        return number(w, COV_RESUBSCRIPTION);
    case P_client_cov_increment:
        if (isnan(t->cov_increment))
            wr_null(w, APP);            /* the object's own */
        else
            wr_real(w, APP, (float)t->cov_increment);
        return true;
    default:
        return false;
    }
}

bool consts_trend(const struct trend_log *t, const struct plan_device *d, uint32_t property,
                  struct const_value *v)
{
    struct wr *w = &v->w;
    switch (property) {
    case P_enable:
        return boolean(w, t->enabled);
    case P_start_time:
    case P_stop_time:
        return no_time(w);
    case P_stop_when_full:
        return boolean(w, t->stop_when_full);
    case P_buffer_size:
        return number(w, t->buffer_size);
    case P_log_device_object_property:
        return const_reference(&t->of, d, w);
    default:
        return logging(t, property, w) || buffer_ready(t, property, v);
    }
}

bool consts_event_log(uint32_t property, struct wr *w)
{
    switch (property) {
    case P_enable:
        return boolean(w, true);
    case P_start_time:
    case P_stop_time:
        return no_time(w);
    case P_stop_when_full:
        return boolean(w, false);
    case P_buffer_size:
        return number(w, EVENT_LOG_SIZE);
    default:
        return false;
    }
}
