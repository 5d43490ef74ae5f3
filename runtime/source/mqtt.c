/* MQTT 3.1.1 through libmosquitto: topics to points and back. Runs on its feed's thread alone; the
 * library's own threads are not used. Never sees the image after mqtt_open, nor the loop's state. */
#include "runtime/source/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reads(const struct attrs *a, bool output)
{
    (void)output;
    return attr_text(a, "read", NULL) != NULL;
}

static bool writes(const struct attrs *a, bool writable)
{
    (void)writable;
    return attr_text(a, "write", NULL) != NULL;
}

#ifndef HAVE_MQTT

static void *without(const struct feed_setup *s, char why[FEED_WHY])
{
    (void)s;
    snprintf(why, FEED_WHY, "this bacrt was built without MQTT (libmosquitto)");
    return NULL;
}

const struct feed_kind feed_mqtt = {"Mqtt", false, without, NULL, NULL, reads, writes, "read", "write"};

#else

#include <mosquitto.h>
#include <errno.h>

#include "runtime/source/broker.h"
#include "runtime/source/payload.h"
#include "schemas/bacnet.h"

enum { RETRY_MIN_MS = 1000, RETRY_MAX_MS = 60000, LOOK_MS = 5000, PACKETS = 64, TOPICS = 250, QUIET_MS = 50 };

struct topic {                  /* a binding                                                      */
    char *read, *write;         /* NULL: it does not                                              */
    struct payload_form form;
    char *path;
    struct payload_word *words;
    int qos, mid;               /* mid: of a write that the broker has not confirmed              */
    int asked;                  /* the subscription's                                             */
    bool retain;
    double sent;
};
struct mqtt {
    struct topic *topics;
    uint32_t n, *order;         /* by topic read; those with + and # first                        */
    uint32_t n_wild;
    uint32_t complaint;         /* whose payload is in `why`; n: nobody's                         */
    char *status, *availability;
    int qos;
    struct broker broker;
    /* the thread's */
    struct feed *feed;
    struct mosquitto *m;
    bool connected, failed, away;       /* away: the device behind the broker                     */
    uint32_t next;                      /* in `order`, to subscribe to                            */
    uint32_t unanswered;                /* subscriptions                                          */
    uint64_t asked_ms, heard_ms;        /* the latest; what the broker said to that               */
    uint64_t quiet_ms;                  /* without a word for so long, it has said all            */
    char why[FEED_WHY], tls_says[80];
};

static char *copy(const char *s) { return s ? strdup(s) : NULL; }

static void mqtt_close(void *work)
{
    struct mqtt *q = work;
    for (uint32_t i = 0; q->topics && i < q->n; i++) {
        struct topic *t = &q->topics[i];
        for (size_t k = 0; t->words && k < t->form.n_words; k++)
            free((void *)(uintptr_t)t->words[k].text);
        free(t->words);
        free(t->read);
        free(t->write);
        free(t->path);
    }
    broker_forget(&q->broker);
    free(q->status);
    free(q->availability);
    free(q->topics);
    free(q->order);
    free(q);
}

/* ---- opening ---- */

static void take_words(struct topic *t, const struct image *img, const struct img_variable *v)
{
    uint32_t set = le32_get(v->states);
    if (set == IMG_NONE)
        return;
    uint32_t first = le32_get(img->state_sets[set].first), n = le32_get(img->state_sets[set].count);
    t->words = calloc((size_t)n + 1, sizeof *t->words);
    for (uint32_t i = 0; t->words && i < n; i++) {
        const struct img_state *s = &img->states[first + i];
        t->words[i].text = strdup((const char *)img_text(img, s->text).p);
        t->words[i].value = (int32_t)le32_get(s->value);
        t->form.n_words += t->words[i].text != NULL;
        if (!t->words[i].text)
            break;
    }
    t->form.words = t->words;
}

static bool take_topic(struct mqtt *q, struct topic *t, const struct image *img, uint32_t binding,
                       char why[FEED_WHY])
{
    struct attrs a = attrs_of_binding(img, binding);
    const struct img_variable *v = &img->variables[le32_get(img->bindings[binding].variable)];
    const char *as = attr_text(&a, "as", "");
    t->read = copy(attr_text(&a, "read", NULL));
    t->write = copy(attr_text(&a, "write", NULL));
    t->path = copy(attr_text(&a, "path", NULL));
    t->qos = (int)attr_number(&a, "qos", (unsigned)q->qos);
    t->qos = t->qos > 2 ? 1 : t->qos;
    t->retain = attr_bool(&a, "retain", true);
    t->form.path = t->path;
    t->form.scale = attr_real(&a, "scale", 1);
    t->form.scale = t->form.scale != 0 ? t->form.scale : 1;
    t->form.offset = attr_real(&a, "offset", 0);
    t->form.boolean = *as ? !strcmp(as, "bool") : v->type == VT_bool;
    t->form.single = v->type == VT_real;
    take_words(t, img, v);
    if (t->path && t->path[0] && !payload_path_good(t->path)) {
        snprintf(why, FEED_WHY, "'%.80s' is no path: $.name[0] is one", t->path);
        return false;
    }
    if ((t->read && mosquitto_sub_topic_check(t->read)) ||
        (t->write && mosquitto_pub_topic_check(t->write))) {
        snprintf(why, FEED_WHY, "'%.80s' is no topic", t->read ? t->read : t->write);
        return false;
    }
    return true;
}

static bool wild(const struct topic *t) { return t->read && strpbrk(t->read, "+#"); }

static int by_topic(const void *x, const void *y, void *ctx)
{
    const struct mqtt *q = ctx;
    const struct topic *a = &q->topics[*(const uint32_t *)x], *b = &q->topics[*(const uint32_t *)y];
    if (wild(a) != wild(b))
        return wild(a) ? -1 : 1;
    return strcmp(a->read ? a->read : "", b->read ? b->read : "");
}

static void *mqtt_open(const struct feed_setup *s, char why[FEED_WHY])
{
    struct attrs a = attrs_of_source(s->img, s->source);
    struct mqtt *q = calloc(1, sizeof *q);
    const char *id = (const char *)img_text(s->img, s->img->sources[s->source].id).p;
    if (!q)
        return NULL;
    q->topics = calloc((size_t)s->n_points + 1, sizeof *q->topics);
    q->order = calloc((size_t)s->n_points + 1, sizeof *q->order);
    q->qos = (int)attr_number(&a, "qos", 1);
    q->qos = q->qos > 2 ? 1 : q->qos;
    q->status = copy(attr_text(&a, "statusTopic", NULL));
    q->availability = copy(attr_text(&a, "availability", NULL));
    const char *plc = s->img->n_project ? (const char *)img_text(s->img, s->img->project->plc).p : "";
    bool good = q->topics && q->order && broker_of(&q->broker, &a, plc, id, s->folder ? s->folder : "", why);
    for (; good && q->n < s->n_points; q->n++) {
        q->order[q->n] = q->n;
        good = take_topic(q, &q->topics[q->n], s->img, s->bindings[q->n], why);
        q->n += !good;                  /* it owns texts */
        if (!good)
            break;
    }
    if (!good) {
        mqtt_close(q);
        return NULL;
    }
    qsort_r(q->order, q->n, sizeof *q->order, by_topic, q);
    while (q->n_wild < q->n && wild(&q->topics[q->order[q->n_wild]]))
        q->n_wild++;
    mosquitto_lib_init();
    return q;
}

/* ---- what the broker says ---- */

/* Connected, but: q->why. */
static void complain(struct mqtt *q, uint32_t i)
{
    q->complaint = i;
    if (!q->away)
        feed_say(q->feed, FEED_CONNECTED, "%s", q->why);
}

static void value_of(struct mqtt *q, uint32_t i, const struct mosquitto_message *msg)
{
    const char *why;
    double value;
    const void *bytes = msg->payload ? msg->payload : "";
    size_t n = msg->payloadlen > 0 ? (size_t)msg->payloadlen : 0;
    if (payload_read(&q->topics[i].form, bytes, n, &value, &why)) {
        feed_sample(q->feed, i, mail_value(value));
        if (q->complaint == i && !q->away)
            feed_say(q->feed, FEED_CONNECTED, NULL);
        q->complaint = q->complaint == i ? q->n : q->complaint;
    } else {
        snprintf(q->why, sizeof q->why, "%.80s: %s", msg->topic, why);
        feed_sample(q->feed, i, mail_bad(REL_unreliable_other));
        complain(q, i);
    }
}

/* Retained messages come with a subscription, also with one that is there. */
static void subscribe(struct mqtt *q)
{
    q->next = 0;
    q->asked_ms = 0;
    q->quiet_ms = QUIET_MS;
}

/* Some topics, and the next ones when what the broker retains of them has come: one that has more than a thousand
 * messages for a client at once drops the rest. How long the thread may sleep. */
static uint64_t subscribe_some(struct mqtt *q)
{
    uint64_t now = feed_ms(), wait = q->unanswered ? LOOK_MS : q->quiet_ms;
    if (!q->connected || q->next == q->n)
        return LOOK_MS;
    if (q->asked_ms && now < q->heard_ms + wait)
        return q->heard_ms + wait - now;
    q->asked_ms = q->heard_ms = now;
    for (unsigned k = 0; q->next < q->n && k < TOPICS; q->next++) {     /* several may share a topic */
        struct topic *t = &q->topics[q->order[q->next]];
        const char *last = q->next ? q->topics[q->order[q->next - 1]].read : NULL;
        t->asked = 0;
        if (!t->read || (last && !strcmp(t->read, last)))
            continue;
        q->unanswered += !mosquitto_subscribe(q->m, &t->asked, t->read, t->qos);
        k++;
    }
    return LOOK_MS;
}

static void heard(struct mqtt *q, bool answer)
{
    q->heard_ms = feed_ms();
    q->unanswered -= answer && q->unanswered;
    if (!answer || q->unanswered)
        return;
    q->quiet_ms = 2 * (q->heard_ms - q->asked_ms);
    q->quiet_ms = q->quiet_ms < QUIET_MS ? QUIET_MS : q->quiet_ms > LOOK_MS ? LOOK_MS : q->quiet_ms;
}

/* Another program tells whether the device behind the broker lives. */
static void on_availability(struct mqtt *q, const struct mosquitto_message *msg)
{
    static const struct payload_word words[] = {
        {"offline", 0}, {"online", 1}, {"disconnected", 0}, {"connected", 1}, {"lost", 0},
    };
    const struct payload_form f = {.words = words, .n_words = 5, .scale = 1};
    const char *why;
    double up = 1;
    bool was_away = q->away;
    if (msg->payloadlen >= 0 && msg->payload)
        (void)payload_read(&f, msg->payload, (size_t)msg->payloadlen, &up, &why);
    q->away = up == 0;
    if (up != 0 && was_away)
        subscribe(q);                   /* what it last said holds again */
    if (up != 0)
        feed_say(q->feed, FEED_CONNECTED, NULL);
    else
        feed_say(q->feed, FEED_LOST, "its availability topic says so");
}

static bool matches(const char *filter, const char *topic)
{
    bool yes = false;
    return !mosquitto_topic_matches_sub(filter, topic, &yes) && yes;
}

static void on_message(struct mosquitto *m, void *ctx, const struct mosquitto_message *msg)
{
    struct mqtt *q = ctx;
    size_t lo = q->n_wild, hi = q->n;
    bool told = q->availability && matches(q->availability, msg->topic);
    (void)m;
    if (msg->retain)
        heard(q, false);
    if (told)
        on_availability(q, msg);
    else if (q->away && msg->retain)
        return;                         /* old, of one that is gone: comes again when it is back  */
    for (uint32_t i = 0; i < q->n_wild; i++)
        if (matches(q->topics[q->order[i]].read, msg->topic))
            value_of(q, q->order[i], msg);
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const char *t = q->topics[q->order[mid]].read;
        if (strcmp(t ? t : "", msg->topic) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < q->n; lo++) {
        const char *t = q->topics[q->order[lo]].read;
        if (!t || strcmp(t, msg->topic) != 0)
            break;
        value_of(q, q->order[lo], msg);
    }
}

static void on_connect(struct mosquitto *m, void *ctx, int rc)
{
    struct mqtt *q = ctx;
    if (rc) {
        q->failed = true;
        snprintf(q->why, sizeof q->why, "%s", mosquitto_connack_string(rc));
        return;
    }
    q->connected = true;
    q->away = false;
    q->complaint = q->n;
    q->unanswered = 0;
    feed_say(q->feed, FEED_CONNECTED, NULL);
    if (q->status)
        (void)mosquitto_publish(m, NULL, q->status, 6, "online", 1, true);
    if (q->availability)
        q->unanswered += !mosquitto_subscribe(m, NULL, q->availability, 1);
    subscribe(q);
}

/* A broker that refuses a subscription is connected all the same: nothing would ever come. */
static void on_subscribe(struct mosquitto *m, void *ctx, int mid, int n, const int *granted)
{
    struct mqtt *q = ctx;
    (void)m;
    heard(q, true);
    if (n != 1 || granted[0] < 128)
        return;
    for (uint32_t i = 0; i < q->n; i++) {
        const char *t = q->topics[i].read;
        for (uint32_t k = 0; t && q->topics[i].asked == mid && k < q->n; k++) {
            if (!q->topics[k].read || strcmp(q->topics[k].read, t) != 0)
                continue;
            feed_sample(q->feed, k, mail_bad(REL_configuration_error));
            snprintf(q->why, sizeof q->why, "%.80s: the broker refuses to send it", t);
            complain(q, k);
        }
    }
}

static void on_disconnect(struct mosquitto *m, void *ctx, int rc)
{
    struct mqtt *q = ctx;
    (void)m;
    if (!q->failed)
        snprintf(q->why, sizeof q->why, "%s", rc ? mosquitto_strerror(rc) : "disconnected");
    q->connected = false;
    q->failed = true;
}

static void on_publish(struct mosquitto *m, void *ctx, int mid)
{
    struct mqtt *q = ctx;
    (void)m;
    for (uint32_t i = 0; i < q->n; i++)
        if (q->topics[i].mid == mid) {
            q->topics[i].mid = 0;
            feed_result(q->feed, i, mail_value(q->topics[i].sent));
        }
}

/* "error:0A000086:SSL routines::certificate verify failed": what is behind the last colon. */
static void on_log(struct mosquitto *m, void *ctx, int level, const char *text)
{
    struct mqtt *q = ctx;
    const char *last = strrchr(text, ':');
    (void)m;
    if (level == MOSQ_LOG_ERR && strstr(text, "OpenSSL") && last)
        snprintf(q->tls_says, sizeof q->tls_says, "TLS: %.70s", last + 1);
}

static const char *reason(const struct mqtt *q, int rc)
{
    if (rc == MOSQ_ERR_TLS && q->tls_says[0])
        return q->tls_says;
    return rc == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(rc);
}

/* ---- the thread ---- */

static void send_one(struct mqtt *q, uint32_t i, double value)
{
    struct topic *t = &q->topics[i];
    uint8_t bytes[1024];
    struct wr w = wr_of(bytes, sizeof bytes);
    int mid = 0, rc = MOSQ_ERR_NO_CONN;
    bool good = t->write && payload_write(&t->form, value, &w) && wr_fits(&w);
    if (good && q->connected) {
        t->sent = value;
        rc = mosquitto_publish(q->m, &mid, t->write, (int)w.len, bytes, t->qos, t->retain);
    }
    if (rc)
        feed_result(q->feed, i, mail_bad(good ? REL_communication_failure : REL_configuration_error));
    else if (!t->qos)
        feed_result(q->feed, i, mail_value(value));
    else
        t->mid = mid;
}

/* The library says of a file that it cannot have only that an argument is invalid. */
static bool files_there(struct mqtt *q)
{
    const char *const files[] = {q->broker.ca, q->broker.cert, q->broker.key};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *f = files[i] ? fopen(files[i], "r") : NULL;
        if (f) {
            fclose(f);
        } else if (files[i]) {
            snprintf(q->why, sizeof q->why, "%.100s: %s", files[i], strerror(errno));
            return false;
        }
    }
    return true;
}

static struct mosquitto *client(struct mqtt *q)
{
    struct mosquitto *m = q->broker.tls && !files_there(q) ? NULL : mosquitto_new(q->broker.id, true, q);
    int rc = 0;
    if (!m)
        return NULL;
    mosquitto_connect_callback_set(m, on_connect);
    mosquitto_disconnect_callback_set(m, on_disconnect);
    mosquitto_message_callback_set(m, on_message);
    mosquitto_publish_callback_set(m, on_publish);
    mosquitto_subscribe_callback_set(m, on_subscribe);
    mosquitto_log_callback_set(m, on_log);
    q->tls_says[0] = 0;
    if (q->broker.user)
        rc = mosquitto_username_pw_set(m, q->broker.user, q->broker.password);
    if (!rc && q->status)
        rc = mosquitto_will_set(m, q->status, 7, "offline", 1, true);
    if (!rc && q->broker.tls)
        rc = mosquitto_tls_set(m, q->broker.ca, q->broker.ca ? NULL : "/etc/ssl/certs", q->broker.cert, q->broker.key, NULL);
    if (!rc)
        rc = mosquitto_connect(m, q->broker.host, q->broker.port, q->broker.keep_alive);
    if (!rc)
        return m;
    snprintf(q->why, sizeof q->why, "%.60s:%d: %s", q->broker.host, q->broker.port, reason(q, rc));
    mosquitto_destroy(m);
    return NULL;
}

static void serve(struct mqtt *q)
{
    uint32_t i;
    double value;
    uint64_t started = feed_ms();
    while (!q->failed && !feed_stopping(q->feed)) {
        while (q->connected && feed_wanted(q->feed, &i, &value))
            send_one(q, i, value);
        uint64_t sleep = subscribe_some(q);
        feed_sleep(q->feed, sleep, mosquitto_socket(q->m), mosquitto_want_write(q->m));
        int rc = mosquitto_loop_read(q->m, PACKETS);
        rc = rc ? rc : mosquitto_want_write(q->m) ? mosquitto_loop_write(q->m, 1) : 0;
        rc = rc ? rc : mosquitto_loop_misc(q->m);
        if (!q->connected && !q->failed && feed_ms() - started > 2 * LOOK_MS) {
            q->failed = true;
            snprintf(q->why, sizeof q->why, "the broker does not answer");
        } else if (rc && !q->failed) {
            q->failed = true;
            snprintf(q->why, sizeof q->why, "%s", reason(q, rc));
        }
    }
}

static void farewell(struct mqtt *q)
{
    if (q->connected && q->status && atomic_load(&q->feed->farewell)) {
        (void)mosquitto_publish(q->m, NULL, q->status, 7, "offline", 0, true);
        (void)mosquitto_loop_write(q->m, 16);
    }
    (void)mosquitto_disconnect(q->m);
    (void)mosquitto_loop_write(q->m, 16);
}

static void unsent(struct mqtt *q)
{
    uint32_t i;
    double value;
    for (i = 0; i < q->n; i++)
        if (q->topics[i].mid) {
            q->topics[i].mid = 0;
            feed_result(q->feed, i, mail_bad(REL_communication_failure));
        }
    while (feed_wanted(q->feed, &i, &value))
        feed_result(q->feed, i, mail_bad(REL_communication_failure));
}

static void mqtt_run(struct feed *f, void *work)
{
    struct mqtt *q = work;
    uint64_t retry = RETRY_MIN_MS;
    q->feed = f;
    while (!feed_stopping(f)) {
        q->failed = q->connected = false;
        q->why[0] = 0;
        q->m = client(q);
        if (q->m) {
            uint64_t since = feed_ms();
            serve(q);
            if (feed_stopping(f))
                farewell(q);
            mosquitto_destroy(q->m);
            if (feed_ms() - since > RETRY_MAX_MS)
                retry = RETRY_MIN_MS;
        }
        if (feed_stopping(f))
            return;
        feed_say(f, FEED_LOST, "%s", q->why[0] ? q->why : "no memory");
        unsent(q);
        for (uint64_t until = feed_ms() + retry; !feed_stopping(f) && feed_ms() < until;)
            feed_sleep(f, until - feed_ms(), -1, false);
        retry = retry * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : retry * 2;
    }
}

const struct feed_kind feed_mqtt = {"Mqtt", false, mqtt_open, mqtt_run, mqtt_close, reads, writes, "read", "write"};

#endif
