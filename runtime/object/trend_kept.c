/* See trend.h: whose records a log holds. A project can give a log another variable as a client can; what
 * was recorded of the one is not shown as values of the other (135-2020 clause 12.25.8). By identity of the
 * variable: one that gets another datatype, name or number is the same. */
#include "runtime/object/trend.h"

static bool subject_of(const struct db *db, const struct trend *t, uint8_t out[TREND_OF])
{
    uint32_t v = t->subject == DB_NONE ? IMG_NONE : db_variable(db, t->subject);
    le32 words[2] = {le32_of(t->property), le32_of(t->index)};
    if (t->subject == DB_NONE)
        return false;
    memcpy(out, v == IMG_NONE ? db->img.object_ids[t->subject].b : db->img.variable_ids[v].b, 16);
    memcpy(out + 16, words, sizeof words);
    return true;
}

enum { KEPT = TREND_OF + sizeof(le64) };

static void take(struct trend *t, const uint8_t kept[KEPT])
{
    le64 since;
    memcpy(t->kept, kept, TREND_OF);
    memcpy(&since, kept + TREND_OF, sizeof since);
    t->since = le64_get(since);
    t->kept_known = true;
}

bool trend_of_another(const struct db *db, const struct trend *t)
{
    uint8_t now[TREND_OF];
    return t->kept_known && subject_of(db, t, now) && memcmp(now, t->kept, sizeof now) != 0;
}

void trend_keep_subject(struct db *db, struct trend *t)
{
    struct store_key key = {.property = TREND_KEPT};
    uint8_t now[KEPT];
    if (!db->alarms.store || !subject_of(db, t, now) ||
        (t->kept_known && !memcmp(now, t->kept, TREND_OF)))
        return;
    le64 since = le64_of(t->kept_known ? t->first : 0);
    memcpy(now + TREND_OF, &since, sizeof since);
    memcpy(key.id, db->img.object_ids[t->object].b, sizeof key.id);
    if (store_put(db->alarms.store, &key, db_now(db), (struct span){now, sizeof now}) != STORE_REFUSED)
        take(t, now);
}

bool trend_restore_subject(struct db *db, uint32_t object, struct span data)
{
    struct trend *t = trend_of(db, object);
    uint8_t was[KEPT] = {0};
    if (!t || (data.n != KEPT && data.n != TREND_OF))   /* without `since` before it was kept   */
        return false;
    memcpy(was, data.p, data.n);
    take(t, was);
    return true;
}
