/* See alarm.h: message texts. The template is the object's Event_Message_Texts_Config, or our own
 * where that is empty (135-2020 clause 13.2.2.1.5). */
#include "runtime/object/alarm.h"
#include "runtime/object/convert.h"
#include "schemas/print.h"
#include "schemas/utf8.h"

static const char plain[] = "{name}: {state}";
enum { ROOM = ALARM_TEXT + 64 };        /* a number always fits behind a text that is cut */

static void clip(struct wr *w, const void *p, size_t n)
{
    size_t left = w->len <= ALARM_TEXT ? ALARM_TEXT + 1 - w->len : 0;
    wr_bytes(w, p, n < left ? n : left);
}

const char *event_state_name(uint32_t state)
{
    static const char *const names[] = {"normal", "fault", "offnormal", "high-limit", "low-limit"};
    return state < sizeof names / sizeof *names ? names[state] : "unknown";
}

const char *event_type_name(uint32_t type)
{
    switch (type) {
    case EV_change_of_state: return "change-of-state";
    case EV_command_failure: return "command-failure";
    case EV_out_of_range: return "out-of-range";
    case EV_buffer_ready: return "buffer-ready";
    case EV_change_of_reliability: return "change-of-reliability";
    default: return NULL;
    }
}

static struct span string_of(const struct db *db, uint32_t object, uint32_t property)
{
    struct span s;
    uint8_t charset;
    if (!prop_value(db, object, property, &s))
        return (struct span){NULL, 0};
    struct rd r = rd_of(s.p, s.n);
    s = rd_string(&r, APP, &charset);
    return rd_ok(&r) ? s : (struct span){NULL, 0};
}

/* Element n (from 1) of an array of strings. */
static struct span nth_string(const struct db *db, uint32_t object, uint32_t property, uint32_t n)
{
    struct span s = {NULL, 0};
    uint8_t charset;
    if (!prop_value(db, object, property, &s))
        return (struct span){NULL, 0};
    struct rd r = rd_of(s.p, s.n);
    s = (struct span){NULL, 0};
    for (uint32_t i = 0; i < n && rd_left(&r) && rd_ok(&r); i++)
        s = rd_string(&r, APP, &charset);
    return rd_ok(&r) ? s : (struct span){NULL, 0};
}

static void put_value(const struct db *db, uint32_t object, uint32_t value, struct wr *w)
{
    struct span s = {NULL, 0};
    switch (convert_type(db, object)) {
    case DT_real: print_real32(w, pv_real(value)); return;
    case DT_enumerated:
        s = string_of(db, object, value ? P_active_text : P_inactive_text);
        if (!s.n)
            s = value ? (struct span){(const uint8_t *)"active", 6}
                      : (struct span){(const uint8_t *)"inactive", 8};
        break;
    case DT_unsigned:
        s = nth_string(db, object, P_state_text, value);
        if (!s.n) {
            char digits[12];
            size_t n = 0;
            do
                digits[n++] = (char)('0' + value % 10);
            while ((value /= 10));
            while (n)
                wr_u8(w, (uint8_t)digits[--n]);
            return;
        }
        break;
    default: break;
    }
    clip(w, s.p, s.n);
}

static bool is(struct span name, const char *word)
{
    return name.n == strlen(word) && !memcmp(name.p, word, name.n);
}

/* False: no placeholder of ours; it stays as it stands. */
static bool put(const struct db *db, uint32_t object, struct span name, const struct said *what,
                struct wr *w)
{
    struct span s = {NULL, 0};
    uint32_t v = db_variable(db, object);
    if (is(name, "name"))
        s = db_name(db, object);
    else if (is(name, "description"))
        s = string_of(db, object, P_description);
    else if (is(name, "unit") && v != IMG_NONE)
        s = img_text(&db->img, db->img.variables[v].unit);
    else if (is(name, "value"))
        put_value(db, object, what->value, w);
    else if (is(name, "state"))             /* a buffer that is full is no state of its log: it stays normal */
        print_bytes(w, what->type == EV_buffer_ready ? event_type_name(what->type) : event_state_name(what->to));
    else if (!is(name, "unit"))
        return false;
    clip(w, s.p, s.n);
    return true;
}

uint8_t alarm_text(const struct db *db, uint32_t object, enum event_transition k,
                   const struct said *what, char out[ALARM_TEXT])
{
    char room[ROOM];
    struct wr w = wr_of(room, sizeof room);
    struct span t = nth_string(db, object, P_event_message_texts_config, (uint32_t)k + 1);
    if (!t.n)
        t = (struct span){(const uint8_t *)plain, sizeof plain - 1};
    for (size_t i = 0; i < t.n && w.len <= ALARM_TEXT; i++) {
        const uint8_t *end = t.p[i] == '{' ? memchr(t.p + i, '}', t.n - i) : NULL;
        struct span name = {t.p + i + 1, end ? (size_t)(end - t.p) - i - 1 : 0};
        if (end && put(db, object, name, what, &w))
            i = (size_t)(end - t.p);
        else
            wr_u8(&w, t.p[i]);
    }
    size_t n = utf8_cut(room, w.len, ALARM_TEXT);
    memcpy(out, room, n);
    return (uint8_t)n;
}
