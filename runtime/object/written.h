#ifndef OBJECT_WRITTEN_H
#define OBJECT_WRITTEN_H
/* What clients have written stays when the project says something else: whoever changed the project is told. */
#include "runtime/data/db.h"

struct log;
/* A line in the log with the properties that are other than the project says. How many, of those looked at. */
uint32_t written_tell(const struct db *db, struct log *log);
#endif
