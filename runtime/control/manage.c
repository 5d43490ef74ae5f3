/* Operations on the program and its devices: hello, status, start, stop, restart, reload. */
#include <stdio.h>
#include <string.h>

#include "runtime/base/date_text.h"
#include "runtime/control/inside.h"
#include "runtime/control/names.h"

static enum end cmd_hello(struct call *k)
{
    const struct control_view *v = k->c->c.view;
    jw_open(&k->out, '{');
    jw_member(&k->out, "program", "bacrt");
    jw_member(&k->out, "version", v->version);
    jw_member_count(&k->out, "protocol", 1);
    jw_close(&k->out, '}');
    return END_DONE;
}

static void write_devices(const struct db *db, struct wr *w)
{
    jw_key(w, "devices");
    jw_open(w, '[');
    for (uint32_t i = 0; i < db->img.n_devices; i++) {
        const struct device *d = &db->devices[i];
        struct span handle = img_text(&db->img, d->img->handle), name = db_name(db, d->object);
        jw_open(w, '{');
        jw_key(w, "device");
        jw_bytes(w, handle.p, handle.n);
        jw_key(w, "name");
        jw_bytes(w, name.p, name.n);
        jw_member_count(w, "instance", d->instance);
        jw_member(w, "status", device_state_name(d->state));
        if (d->state == DEVICE_CONFIGURATION_ERROR)
            jw_member(w, "reason", "another device on the network has this instance number");
        jw_member_count(w, "objects", d->n_objects);
        jw_member_count(w, "revision", d->revision);
        jw_member_bool(w, "readOnly", d->flags & IMG_DEV_READ_ONLY);
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

static void write_store(struct store *s, struct wr *w)
{
    struct store_status st;
    jw_key(w, "storage");
    jw_open(w, '{');
    if (!s) {
        jw_member(w, "state", "off");
        jw_close(w, '}');
        return;
    }
    store_status(s, &st);
    jw_member(w, "state", store_fault_name(st.state));
    jw_member_bool(w, "off", st.off);
    if (st.reason[0])
        jw_member(w, "reason", st.reason);
    jw_member_count(w, "puts", st.puts);
    jw_member_count(w, "refused", st.refused);
    jw_member_count(w, "lost", st.lost);
    jw_member_count(w, "failures", st.failures);
    jw_member_count(w, "commits", st.groups);
    jw_member_count(w, "queued", st.queued);
    jw_member_count(w, "fileSize", st.file_size);
    jw_member_count(w, "commitMicroseconds", st.commit_us);
    jw_member_count(w, "commitMicrosecondsMax", st.commit_us_max);
    jw_close(w, '}');
}

static void write_sources(const struct control_view *v, struct wr *w)
{
    jw_key(w, "sources");
    jw_open(w, '[');
    for (size_t i = 0; i < v->n_sources; i++) {
        const struct control_source *s = &v->sources[i];
        jw_open(w, '{');
        jw_member(w, "source", s->id);
        jw_member(w, "kind", s->kind);
        jw_member(w, "state", s->state);
        if (s->reason)
            jw_member(w, "reason", s->reason);
        jw_member_count(w, "samples", s->samples);
        jw_member_count(w, "failures", s->failures);
        jw_close(w, '}');
    }
    jw_close(w, ']');
}

static enum end cmd_status(struct call *k)
{
    const struct control_view *v = k->c->c.view;
    const struct db *db = k->db;
    struct wr *w = &k->out;
    jw_open(w, '{');
    jw_member(w, "version", v->version);
    jw_member(w, "image", v->image);
    jw_member(w, "data", v->data ? v->data : "");
    jw_key(w, "started");
    jw_time(w, v->started);
    jw_key(w, "time");
    jw_time(w, db_now(db));
    if (db->img.n_project) {
        struct span project = img_text(&db->img, db->img.project->name);
        struct span plc = img_text(&db->img, db->img.project->plc);
        jw_key(w, "project");
        jw_bytes(w, project.p, project.n);
        jw_key(w, "plc");
        jw_bytes(w, plc.p, plc.n);
    }
    jw_key(w, "ports");
    jw_open(w, '[');
    for (size_t i = 0; i < v->n_ports; i++)
        jw_text(w, v->ports[i]);
    jw_close(w, ']');
    write_devices(db, w);
    jw_member_count(w, "variables", db->img.n_variables);
    jw_member_count(w, "objects", db->img.n_objects);
    write_sources(v, w);
    write_store(k->c->c.store, w);
    jw_key(w, "counters");
    jw_open(w, '{');
    for (size_t i = 0; i < v->n_counters; i++)
        jw_member_count(w, v->counters[i].name, v->counters[i].value);
    jw_member_count(w, "control_requests", k->c->served);
    jw_member_count(w, "control_refused", k->c->refused);
    jw_member_count(w, "control_dropped", k->c->dropped);
    jw_close(w, '}');
    jw_close(w, '}');
    return END_DONE;
}

void call_note(const struct call *k, const struct device *d, const char *what)
{
    struct audit_entry note = {.kind = AUDIT_MANAGE, .time = db_now(k->db),
                               .property = UINT32_MAX, .index = BACNET_INDEX_ALL};
    memcpy(note.who, k->client->who, sizeof note.who);
    snprintf(note.now, sizeof note.now, "%s", what);
    if (d) {
        note.device = d->instance;
        note.oid = OID(OT_device, d->instance);
        memcpy(note.id, d->img->identity.b, sizeof note.id);
    }
    audit_note(k->c->c.audit, &note);
}

/* Asked of the loop's owner; the answer comes through control_reply(). */
static enum end ask(struct call *k, const struct control_ask *what, const char *said)
{
    struct control *c = k->c;
    if (c->n_asks == ASKS)
        return call_fail(k, "busy", "too many requests wait");
    struct control_ask *a = &c->asks[c->n_asks++];
    *a = *what;
    a->client = (uint32_t)(k->client - c->clients);
    a->generation = k->client->generation;
    memcpy(a->id, k->id, sizeof a->id);
    memcpy(a->who, k->client->who, sizeof a->who);
    call_note(k, what->what != ASK_RELOAD ? &k->db->devices[what->device] : NULL, said);
    return END_LATER;
}

bool call_time(struct call *k, const char *name, int64_t *ms)
{
    const char *text = json_string(json_get(k->req, name));
    if (!text || date_text_read(text, ms))
        return true;
    (void)call_fail(k, "bad-request", "%s: '%.40s' is no time such as 2026-11-21 or 2026-11-21T08:00Z", name, text);
    return false;
}

/* Those of an object whose names stand in `texts` and `flags`, which NULL ends. */
static bool kinds_of(struct call *k, const struct json *object, const char *const *texts, const char *const *flags)
{
    const char *wrong = NULL, *kind = "a text";
    bool flag;
    for (; *texts && !wrong; texts++) {
        const struct json *j = json_get(object, *texts);
        wrong = j && !json_null(j) && !json_string(j) ? *texts : NULL;
    }
    for (; *flags && !wrong; flags++) {
        const struct json *j = json_get(object, *flags);
        if (j && !json_null(j) && !json_bool(j, &flag))
            wrong = *flags, kind = "true or false";
    }
    return !wrong || (call_fail(k, "bad-request", "%s: %s", wrong, kind), false);
}

bool call_kinds(struct call *k)
{
    static const char *const texts[] = {"name", "property", "pattern", "action", "kind", "type", "state", "since", "until",
                                        "image", NULL};
    static const char *const flags[] = {"all", "dry", "alarms", "writes", "last", "buffer", "unacknowledged", NULL};
    static const char *const of_recipient[] = {"mac", "broadcast", "from", "to", NULL}, *const confirmed[] = {"confirmed", NULL};
    return kinds_of(k, k->req, texts, flags) && kinds_of(k, json_get(k->req, "recipient"), of_recipient, confirmed);
}

bool call_device(struct call *k, const char *member, uint32_t *device)
{
    const struct json *j = json_get(k->req, member);
    const char *name = json_string(j);
    char number[16];
    double instance = 0;
    *device = DB_NONE;
    if (!j || json_null(j))
        return true;
    if (!name && json_number(j, &instance) && json_whole(k->req, member, 0, BACNET_INSTANCE_MAX, &instance)) {
        snprintf(number, sizeof number, "%.0f", instance);
        name = number;
    }
    if (!name)
        (void)call_fail(k, "bad-request", "%s: a handle, a name or an instance", member);
    else if (!device_find(k->db, name, device))
        (void)call_fail(k, "unknown-device", "there is no device '%.80s'", name);
    return *device != DB_NONE;
}

static enum end of_device(struct call *k, enum control_what what, const char *said)
{
    struct control_ask a = {.what = what};
    if (!call_device(k, "device", &a.device))
        return END_FAILED;
    if (a.device == DB_NONE)
        return call_fail(k, "bad-request", "device is missing");
    return ask(k, &a, said);
}

static enum end cmd_start(struct call *k) { return of_device(k, ASK_START, "start"); }
static enum end cmd_stop(struct call *k) { return of_device(k, ASK_STOP, "stop"); }
static enum end cmd_restart(struct call *k) { return of_device(k, ASK_RESTART, "restart"); }

static enum end cmd_reload(struct call *k)
{
    const char *path = json_string(json_get(k->req, "image"));
    struct control_ask a = {.what = ASK_RELOAD};
    if (path && (path[0] != '/' || strlen(path) >= sizeof a.path))
        return call_fail(k, "bad-request", "image: an absolute path of less than %zu octets",
                         sizeof a.path);
    if (path)
        memcpy(a.path, path, strlen(path) + 1);
    return ask(k, &a, "reload");
}

const struct command_row manage_commands[] = {
    {"hello", cmd_hello}, {"status", cmd_status},   {"start", cmd_start},   {"stop", cmd_stop},
    {"restart", cmd_restart}, {"reload", cmd_reload}, {NULL, NULL},
};
