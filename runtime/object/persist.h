#ifndef OBJECT_PERSIST_H
#define OBJECT_PERSIST_H
/* Between the journal (what must be stored) and the store (bytes by identity). Restores at start,
 * writes through at the end of every turn, and tells how far storage has come in the journal's own
 * tickets, which are the ones that answers wait for. Keys never name an instance or a slot. */
#include "runtime/base/log.h"
#include "runtime/data/db.h"
#include "runtime/data/store.h"

/* Numbers of the runtime's own where a property's would stand. Never reused. */
enum {
    PERSIST_VARIABLE = STORE_OWN | 1,   /* flags, value, input: a retained, manual, frozen variable */
    PERSIST_REVISION = STORE_OWN | 2,   /* of a device: the image's, the current one              */
    PERSIST_BINARY = STORE_OWN | 3,     /* of a binary object: what it counts                     */
    PERSIST_CLOCK = STORE_OWN | 4,      /* of the first device: the time that the network gave    */
    PERSIST_PROJECT = STORE_OWN | 5,    /* of the first device, or a backup's: whose state this is */
    PERSIST_RESTORE = STORE_OWN | 6,    /* of a device: a restore has begun to take effect, and is not whole */
};

struct persist {
    struct db *db;
    struct store *store;
    struct log *log;
    struct persist_wait { uint64_t noted, stored; } *waits;     /* ring, ascending               */
    uint32_t head, n;
    uint64_t taken;             /* newest journal ticket that went to the store                   */
    uint64_t restored, foreign, misfit;        /* values taken, of nobody here, no longer fitting  */
    uint64_t failed;            /* journal entries that storage gave up                           */
};

int persist_init(struct persist *p, struct store *store, struct log *log);      /* 0 or -ENOMEM   */
void persist_fini(struct persist *p);
/* Puts back everything that belongs to the db (started, not yet served), then switches its journal
 * on. Blocks on the disk. 0, or an enum store_fault. */
int persist_restore(struct persist *p, struct db *db);
/* Journal -> store, a bounded slice; true: there is more. */
bool persist_flush(struct persist *p);
/* Before the store is closed: what waits, what sources have said of retained variables, and the active times as
 * they are now. */
void persist_last(struct persist *p);
/* The newest journal ticket that storage has settled since the last call, and whether it holds it;
 * runs of equal outcome are reported one by one. False: nothing new. */
bool persist_settled(struct persist *p, uint64_t *ticket, bool *ok);
/* Up to which journal ticket everything that the store was given is settled. */
uint64_t persist_done(const struct persist *p);
/* A journal ticket for something put into the store directly (a history, an alarm's state). */
uint64_t persist_follow(struct journal *j, uint64_t store_ticket);
/* Every identity of the image, ascending, malloc'ed; for store_prune(). */
uint8_t (*persist_identities(const struct db *db, size_t *n))[16];
/* A variable as stored. False: nothing of it is kept, or only its manual value. */
enum { PERSIST_VARIABLE_OCTETS = 17 };
bool persist_variable(const struct db *db, uint32_t variable, uint8_t out[PERSIST_VARIABLE_OCTETS]);
/* A property as stored, and as backups hold it: as on the wire, but for commands, which keep their states whatever
 * numbers these get. False: it cannot be read, or does not fit. */
bool persist_value(const struct device *d, uint32_t object, uint32_t property, struct wr *w);
/* Keeps the time of the objects where it differs from the machine's by another second than what is kept;
 * true: it does. Restored only while it still holds: else time_kept_ms alone says what it was. */
bool persist_clock(struct db *db);
void persist_clock_again(struct db *db, const struct db *was);  /* another image, one clock       */
bool persist_clock_restore(struct db *db, struct span data);
enum { PERSIST_PROJECT_OCTETS = 16 };
struct span persist_project_id(const struct db *db);    /* the image's: devices of many projects are called the same */
void persist_project(struct db *db);            /* from now on it is the image's project            */
/* Is it about the machine or about records that stay on it, and so nothing that an export takes elsewhere? */
bool persist_stays(uint32_t property);
/* Whose state is it? Devices, objects and variables by identity; each kind is entered when the first
 * key of that kind is looked for, so that an empty store costs nothing. */
struct persist_index;
struct persist_index *persist_index_open(const struct db *db);
void persist_index_close(struct persist_index *x);
enum persist_what { PERSIST_NOBODY, PERSIST_OF_OBJECT, PERSIST_OF_VARIABLE, PERSIST_OF_DEVICE };
/* What is kept under that number: a property's name, or a word for one of our own; NULL: unknown. */
const char *persist_name(uint32_t property);
enum persist_what persist_index_find(struct persist_index *x, const struct store_key *key, uint32_t *index);
/* What another image has and the one before had not, as it was when it was last there: p (db, store; its counts are
 * filled in) is of that image, which nobody serves yet, so that a thread may do it. 0, or an enum store_fault. */
struct persist_wanted {
    bool (*is)(void *ctx, enum persist_what what, uint32_t index, uint32_t property);
    void *ctx;
};
int persist_return(struct persist *p, const struct persist_wanted *wanted);
/* One value as stored, put into the db as at start; false: it does not fit. */
bool persist_put_back(struct db *db, enum persist_what what, uint32_t index,
                      const struct store_key *key, struct span data);
#endif
