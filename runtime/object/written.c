/* See written.h. */
#include "runtime/object/written.h"

#include <string.h>

#include "runtime/base/log.h"
#include "schemas/bacnet.h"
#include "schemas/utf8.h"

/* LOOKED_AT: the loop must not wait for a list of all; who wrote that much is told of the first ones. */
enum { LOOKED_AT = 4096, NAMED = 8, NAME_OCTETS = 60 };

/* Recipient_Lists are merged with the project's, so that none of that is lost. */
static bool other(const struct db *db, uint32_t object, uint32_t property)
{
    struct img_value v;
    struct span now;
    return property != P_recipient_list && img_const(&db->img, object, property, &v) &&
           overlay_get(&db->overlay, object, property, &now) && (now.n != v.n || memcmp(now.p, v.octets, v.n) != 0);
}

static void name(const struct db *db, uint32_t object, uint32_t property, struct wr *w)
{
    struct span text = db_name(db, object);
    const char *what = property_name(property);
    wr_bytes(w, ", ", w->len ? 2 : 0);
    wr_bytes(w, text.p, utf8_cut(text.p, text.n, NAME_OCTETS));
    wr_bytes(w, " ", 1);
    wr_bytes(w, what, strlen(what));
}

uint32_t written_tell(const struct db *db, struct log *log)
{
    const struct overlay *o = &db->overlay;
    char text[NAMED * (NAME_OCTETS + 64)];
    struct wr w = wr_of(text, sizeof text);
    uint32_t n = 0, end = o->used < LOOKED_AT ? o->used : LOOKED_AT;
    for (uint32_t i = 0; i < end; i++) {
        uint32_t object = overlay_object(o, i), property = o->entries[i].property;
        if (object == IMG_NONE || !property_name(property) || !other(db, object, property))
            continue;
        if (n++ < NAMED)
            name(db, object, property, &w);
    }
    if (n)
        log_say(log, LOGGED_INFO, "written", "%u %s as clients have written, not as the project says: %.*s%s", n,
                n == 1 ? "property is" : "properties are", (int)w.len, text, n > NAMED ? " ..." : "");
    return n;
}
