#ifndef DATA_CHANGE_H
#define DATA_CHANGE_H
/* The live state, to be changed: it is noted of which object or variable, so that whoever carries the
 * state to another image while this one serves knows what to carry again. Not to be kept over a turn. */
#include "runtime/data/db.h"

static inline struct live *db_live(struct db *db, uint32_t object)
{
    stir(&db->stirred_objects, object);
    return &db->own.live[object];
}
static inline struct cell *db_cell(struct db *db, uint32_t variable)
{
    stir(&db->stirred_variables, variable);
    return &db->own.cells[variable];
}
/* These three: of an object that has one. */
static inline struct command *db_command(struct db *db, uint32_t object)
{
    return &db->own.commands[db_live(db, object)->command];
}
static inline struct event *db_event(struct db *db, uint32_t object)
{
    return &db->own.events[db_live(db, object)->event];
}
static inline struct binary *db_binary(struct db *db, uint32_t object)
{
    return &db->own.binaries[db_live(db, object)->binary];
}
/* Names that are put back may have changed places: each object steps aside before any gets its own. One
 * that does not get it has the image's again, if nobody else has that. */
void db_name_aside(struct db *db, uint32_t object);
void db_name_own(struct db *db, uint32_t object);
#endif
