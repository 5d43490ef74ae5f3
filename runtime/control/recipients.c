/* Operations on the recipients of Notification Classes: list, add, remove, copy. An entry for the
 * same recipient (its process identifier aside) is replaced whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/control/inside.h"
#include "runtime/control/names.h"
#include "runtime/object/alarm.h"
#include "runtime/wire/types.h"

static const char *const days[7] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const transitions[TRANSITIONS] = {"toOffnormal", "toFault", "toNormal"};

static void say_words(const char *key, const char *const *words, unsigned n, unsigned bits,
                      struct wr *w)
{
    jw_key(w, key);
    jw_open(w, '[');
    for (unsigned i = 0; i < n; i++)
        if (bits >> i & 1)
            jw_text(w, words[i]);
    jw_close(w, ']');
}

static void say_whom(const struct recipient *r, struct wr *w)
{
    char mac[40] = "";
    for (size_t i = 0; i < r->mac.n && i < 18; i++)
        snprintf(mac + 2 * i, sizeof mac - 2 * i, "%02x", r->mac.p[i]);
    if (!r->is_address) {
        jw_member_count(w, "device", oid_instance(r->device));
        return;
    }
    if (!r->mac.n)
        jw_member(w, "broadcast", r->network == BACNET_NETWORK_GLOBAL ? "global"
                                  : r->network ? "remote" : "local");
    else
        jw_member(w, "mac", mac);
    if (r->network && r->network != BACNET_NETWORK_GLOBAL)
        jw_member_count(w, "network", r->network);
}

static void say_time(const char *key, struct btime t, struct wr *w)
{
    jw_key(w, key);
    jw_format(w, "%02u:%02u:%02u.%02u", t.hour, t.minute, t.second, t.hundredth);
}

static bool next(struct rd *r, struct destination *d, struct span *whole)
{
    const uint8_t *from = r->p;
    if (!rd_left(r))
        return false;
    *d = rd_destination(r);
    *whole = (struct span){from, (size_t)(r->p - from)};
    return rd_ok(r);
}

static void say_class(const struct db *db, uint32_t class, struct wr *w)
{
    struct span list = {NULL, 0}, whole, name = db_name(db, class);
    struct img_value v;
    struct destination d;
    bool has = img_const(&db->img, class, P_recipient_list, &v);
    jw_open(w, '{');
    jw_key(w, "class");
    jw_bytes(w, name.p, name.n);
    jw_member_count(w, "instance", oid_instance(db_oid(db, class)));
    jw_member_count(w, "device", db->devices[le16_get(db->img.objects[class].device)].instance);
    jw_key(w, "recipients");
    jw_open(w, '[');
    (void)prop_value(db, class, P_recipient_list, &list);
    struct rd r = rd_of(list.p, list.n);
    while (next(&r, &d, &whole)) {
        jw_open(w, '{');
        say_whom(&d.to_whom, w);
        jw_member_count(w, "processId", d.process);
        jw_member_bool(w, "confirmed", d.confirmed);
        say_words("transitions", transitions, TRANSITIONS, d.transitions, w);
        say_words("days", days, 7, d.days, w);
        say_time("from", d.from, w);
        say_time("to", d.to, w);
        jw_member_bool(w, "compiled", has && whole.n && v.n >= whole.n &&
                                          memmem(v.octets, v.n, whole.p, whole.n));
        jw_close(w, '}');
    }
    jw_close(w, ']');
    jw_close(w, '}');
}

/* ---- which classes ---- */

struct choice { uint32_t device; const char *class; char number[16]; };      /* DB_NONE, NULL: any          */

/* A class by name (Object_Name) or instance, in that device if one is named, else in each that has one so called. */
static bool chosen(const struct db *db, const struct choice *c, uint32_t object)
{
    if (oid_type(db_oid(db, object)) != OT_notification_class ||
        (c->device != DB_NONE && le16_get(db->img.objects[object].device) != c->device))
        return false;
    if (!c->class)
        return true;
    char *end;
    unsigned long number = strtoul(c->class, &end, 10);
    struct span s = db_name(db, object);
    return (s.n == strlen(c->class) && !memcmp(s.p, c->class, s.n)) ||
           (*c->class && !*end && oid_instance(db_oid(db, object)) == number);
}

/* How many are chosen; *first: the first of them. */
static unsigned count_chosen(const struct db *db, const struct choice *c, uint32_t *first)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < db->img.n_objects; i++)
        if (chosen(db, c, i) && !n++)
            *first = i;
    return n;
}

static bool choose(struct call *k, struct choice *c)
{
    const struct json *j = json_get(k->req, "class");
    double instance = 0;
    uint32_t first;
    *c = (struct choice){.device = DB_NONE, .class = json_string(j)};
    if (!call_device(k, "of", &c->device))
        return false;
    if (!c->class && json_number(j, &instance) && json_whole(k->req, "class", 0, BACNET_INSTANCE_MAX, &instance)) {
        snprintf(c->number, sizeof c->number, "%.0f", instance);
        c->class = c->number;
    }
    if (j && !json_null(j) && !c->class)
        (void)call_fail(k, "bad-request", "class: a name or an instance");
    else if (c->class && !count_chosen(k->db, c, &first))
        (void)call_fail(k, "unknown-name", "there is no notification class '%.80s'", c->class);
    else
        return true;
    return false;
}

/* ---- one recipient ---- */

static bool words_of(const struct json *list, const char *const *words, unsigned n, uint8_t *bits)
{
    if (!list)
        return true;
    *bits = 0;
    for (const struct json *j = json_first(list); j; j = json_next(j)) {
        unsigned i = 0;
        while (i < n && !(json_string(j) && !strcmp(json_string(j), words[i])))
            i++;
        if (i == n)
            return false;
        *bits |= (uint8_t)(1u << i);
    }
    return true;
}

static bool time_of(const char *text, struct btime *t)
{
    unsigned h, m, s = 0, f = 0;
    int n = 0, point = 0;
    if (!text)
        return true;
    if (text[strspn(text, "0123456789:.")] ||
        sscanf(text, "%2u:%2u%n:%2u%n.%n%2u%n", &h, &m, &n, &s, &n, &point, &f, &n) < 2 || text[n] ||
        h > 23 || m > 59 || s > 59)
        return false;
    if (point && n - point == 1)
        f *= 10;
    *t = (struct btime){(uint8_t)h, (uint8_t)m, (uint8_t)s, (uint8_t)f};
    return true;
}

static bool mac_of(const char *hex, uint8_t mac[18], size_t *n)
{
    size_t digits = strlen(hex);
    if (digits < 2 || digits > 36 || digits % 2 || strspn(hex, "0123456789abcdefABCDEF") != digits)
        return false;
    for (*n = 0; *n < digits / 2; ++*n) {
        char two[3] = {hex[2 * *n], hex[2 * *n + 1], 0};
        mac[*n] = (uint8_t)strtoul(two, NULL, 16);
    }
    return true;
}

static bool whom_of(const struct json *j, struct recipient *r, uint8_t mac[18])
{
    double device = -1, network = 0;
    const char *hex = json_string(json_get(j, "mac")),
               *cast = json_string(json_get(j, "broadcast"));
    size_t n = 0;
    if (!json_whole(j, "device", 0, BACNET_INSTANCE_MAX, &device) ||
        !json_whole(j, "network", 0, 65534, &network) ||
        (device >= 0) + (hex != NULL) + (cast != NULL) != 1)
        return false;
    if (json_get(j, "network") && (device >= 0 || (cast && strcmp(cast, "remote") != 0)))
        return false;                   /* a device is found wherever it is                       */
    *r = (struct recipient){.is_address = device < 0, .network = (uint16_t)network};
    if (device >= 0)
        r->device = OID(OT_device, (uint32_t)device);
    if (hex && !mac_of(hex, mac, &n))
        return false;
    r->mac = (struct span){mac, n};
    if (!cast)
        return true;
    if (!strcmp(cast, "global"))
        r->network = BACNET_NETWORK_GLOBAL;
    return !strcmp(cast, "global") || (!strcmp(cast, "local") && !r->network) ||
           (!strcmp(cast, "remote") && r->network);
}

/* NULL; else what of it has to be otherwise. */
static const char *destination_of(const struct json *j, struct destination *d, uint8_t mac[18])
{
    double process = 1;
    *d = (struct destination){.days = 127, .transitions = 7, .to = {23, 59, 59, 99}};
    (void)json_bool(json_get(j, "confirmed"), &d->confirmed);
    if (!whom_of(j, &d->to_whom, mac))
        return "one of device, mac (hex), broadcast (local, remote, global), with network";
    if (!json_whole(j, "processId", 0, UINT32_MAX, &process))
        return "processId is a whole number from 0 to 4294967295";
    d->process = (uint32_t)process;
    if (!words_of(json_get(j, "transitions"), transitions, TRANSITIONS, &d->transitions))
        return "transitions are toOffnormal, toFault, toNormal";
    if (!words_of(json_get(j, "days"), days, 7, &d->days))
        return "days are Mon, Tue, Wed, Thu, Fri, Sat, Sun";
    if (!time_of(json_string(json_get(j, "from")), &d->from))
        return "from is a time of day such as 07:30";
    if (!time_of(json_string(json_get(j, "to")), &d->to))
        return "to is a time of day such as 17:00";
    return d->confirmed && d->to_whom.is_address && !d->to_whom.mac.n ? "confirmed not with a broadcast" : NULL;
}

/* Why it would never be told anything, in the compiler's words; NULL: it may be. */
static const char *never(const struct destination *d)
{
    if (!d->days)
        return "it has no days";
    if (!d->transitions)
        return "it has no transitions";
    return memcmp(&d->from, &d->to, sizeof d->from) > 0 ? "from is after to" : NULL;
}

/* ---- changing lists ---- */

static void note(const struct call *k, uint32_t class, struct span of, bool add, bac_err e)
{
    const struct db *db = k->db;
    struct audit_entry n = {.kind = AUDIT_WRITE, .time = db_now(db), .oid = db_oid(db, class),
                            .device = db->devices[le16_get(db->img.objects[class].device)].instance,
                            .property = P_recipient_list, .index = BACNET_INDEX_ALL, .code = e,
                            .now = {add ? '+' : '-'}};
    audit_value(n.now, P_recipient_list, of);
    memcpy(n.id, db->img.object_ids[class].b, sizeof n.id);
    memcpy(n.who, k->client->who, sizeof n.who);
    audit_text(n.name, db_name(db, class));
    audit_note(k->c->c.audit, &n);
}

/* The class's list without the recipients that `of` names, and then with `of` itself. `n` counts the
 * lists that are others afterwards. */
static bac_err change(struct call *k, uint32_t class, struct span of, bool add, unsigned *n)
{
    struct db *db = k->db;
    static const struct origin by = {BY_OPERATOR, 0, NULL};
    struct device *d = &db->devices[le16_get(db->img.objects[class].device)];
    struct wr w = wr_of(db->scratch + OVERLAY_VALUE_MAX, OVERLAY_VALUE_MAX);
    struct span list, one, other;
    struct destination a, b;
    uint64_t ticket = 0;
    if (!prop_value(db, class, P_recipient_list, &list))
        return BAC_ERR(property, unknown_property);
    struct rd r = rd_of(list.p, list.n);
    while (next(&r, &a, &one)) {
        bool hit = false;
        struct rd of_r = rd_of(of.p, of.n);
        while (!hit && next(&of_r, &b, &other))
            hit = recipient_same(&a.to_whom, &b.to_whom);
        if (!hit)
            wr_bytes(&w, one.p, one.n);
    }
    if (add)
        wr_bytes(&w, of.p, of.n);
    if (!wr_fits(&w))
        return BAC_ERR(resources, no_space_to_write_property);
    if (w.len == list.n && (!w.len || !memcmp(w.buf, list.p, w.len)))
        return BAC_OK;
    bac_err e = prop_write(d, class, P_recipient_list, BACNET_INDEX_ALL,
                           (struct span){w.buf, w.len}, &by, &ticket);
    note(k, class, of, add, e);
    k->ticket = ticket > k->ticket ? ticket : k->ticket;
    *n += !e;
    return e;
}

static enum end change_all(struct call *k, const struct choice *c, uint32_t but, struct span of,
                           bool add)
{
    const struct db *db = k->db;
    unsigned n = 0, refused = 0;
    uint32_t first = DB_NONE;
    const char *why = NULL;
    for (uint32_t i = 0; i < db->img.n_objects; i++) {
        bac_err e = i == but || !chosen(db, c, i) ? BAC_OK : change(k, i, of, add, &n);
        if (e && !refused++) {
            first = i;
            why = error_code_name(bac_err_code(e));
        }
    }
    if (refused)
        return call_fail(k, why ? why : "refused", "%u changed, %u refused; the first, %u:notification-class,%u: %s",
                         n, refused, db->devices[le16_get(db->img.objects[first].device)].instance,
                         oid_instance(db_oid(db, first)), why ? why : "?");
    jw_open(&k->out, '{');
    jw_member_count(&k->out, "count", n);
    jw_key(&k->out, "text");
    jw_format(&k->out, "%u notification class%s changed", n, n == 1 ? "" : "es");
    jw_close(&k->out, '}');
    return END_DONE;
}

static enum end list(struct call *k)
{
    struct choice c;
    if (!choose(k, &c))
        return END_FAILED;
    jw_open(&k->out, '{');
    jw_key(&k->out, "classes");
    jw_open(&k->out, '[');
    for (uint32_t i = 0; i < k->db->img.n_objects; i++)
        if (chosen(k->db, &c, i))
            say_class(k->db, i, &k->out);
    jw_close(&k->out, ']');
    jw_close(&k->out, '}');
    return END_DONE;
}

static enum end add_or_remove(struct call *k, bool add)
{
    uint8_t b[80], mac[18];
    struct wr w = wr_of(b, sizeof b);
    struct destination d;
    struct choice c;
    const char *wrong = destination_of(json_get(k->req, "recipient"), &d, mac);
    if (wrong)
        return call_fail(k, "bad-request", "recipient: %s", wrong);
    if (add && never(&d))
        return call_fail(k, "bad-request", "this recipient would never get anything: %s", never(&d));
    if (!choose(k, &c))
        return END_FAILED;
    wr_destination(&w, &d);
    return change_all(k, &c, DB_NONE, (struct span){b, w.len}, add);
}

/* What of a class's list is copied: all, or the entries of the recipient that the request names. */
static bool to_copy(struct call *k, struct span *list, uint8_t *b, size_t size)
{
    const struct json *j = json_get(k->req, "recipient");
    struct destination d, other;
    struct span one;
    uint8_t mac[18];
    struct wr w = wr_of(b, size);
    if (!json_get(j, "device") && !json_get(j, "mac") && !json_get(j, "broadcast"))
        return true;
    const char *wrong = destination_of(j, &d, mac);
    if (wrong)
        return call_fail(k, "bad-request", "recipient: %s", wrong), false;
    struct rd r = rd_of(list->p, list->n);
    while (next(&r, &other, &one))
        if (recipient_same(&d.to_whom, &other.to_whom))
            wr_bytes(&w, one.p, one.n);
    *list = (struct span){b, w.len};
    if (!w.len)
        (void)call_fail(k, "unknown-name", "the class has no such recipient");
    else if (!wr_fits(&w))
        (void)call_fail(k, "too-large", "the class has it too often");
    return w.len && wr_fits(&w);
}

/* From one class to all others of `to`, or of every device. */
static enum end copy(struct call *k)
{
    struct choice c, all = {.device = DB_NONE};
    struct span list;
    uint32_t class = DB_NONE;
    uint8_t b[1024];
    if (!choose(k, &c) || !call_device(k, "to", &all.device))
        return END_FAILED;
    if (!c.class)
        return call_fail(k, "bad-request", "class: whose recipients are copied");
    if (count_chosen(k->db, &c, &class) > 1)
        return call_fail(k, "ambiguous-name", "more than one device has a notification class '%.80s'", c.class);
    if (!prop_value(k->db, class, P_recipient_list, &list))
        return call_fail(k, "unknown-name", "the class has no recipients");
    if (!to_copy(k, &list, b, sizeof b))
        return END_FAILED;
    return change_all(k, &all, class, list, true);
}

static enum end cmd_recipients(struct call *k)
{
    const char *action = json_string(json_get(k->req, "action"));
    if (!action || !strcmp(action, "list"))
        return list(k);
    if (!strcmp(action, "add"))
        return add_or_remove(k, true);
    if (!strcmp(action, "remove"))
        return add_or_remove(k, false);
    if (!strcmp(action, "copy"))
        return copy(k);
    return call_fail(k, "bad-request", "action: list, add, remove, copy");
}

const struct command_row recipient_commands[] = {{"recipients", cmd_recipients}, {NULL, NULL}};
