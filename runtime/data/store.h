#ifndef DATA_STORE_H
#define DATA_STORE_H
/* State that survives: values by identity, trend records, audit and event history, in one SQLite
 * file. The loop's side (every function here but store_open, store_load*, store_close) never waits
 * for the disk, takes no lock and allocates nothing; a storage thread commits in groups.
 *
 * Every put returns a ticket; tickets ascend. When store_done() has reached a ticket, the put is
 * on the disk, or has failed (store_failed). A ticket is also
 *   0              nothing to wait for: there is no store (NULL) or it is off, see store_status
 *   STORE_REFUSED  no room: nothing was taken; the caller answers with a lack of resources
 * One thread, the loop's, calls all this. Reading back: store_query.h. Tables: store.sql. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "schemas/wire.h"

#define STORE_REFUSED UINT64_MAX
enum { STORE_VALUE_MAX = 65536, STORE_TEXTS = 4, STORE_NUMBERS = 4 };

enum store_fault {
    STORE_OK,
    STORE_IN_USE,       /* another process has this directory                                    */
    STORE_NEWER,        /* written by a newer version: never touched                             */
    STORE_DAMAGED,      /* or not ours                                                           */
    STORE_READ_ONLY,
    STORE_FULL,
    STORE_IO,           /* anything else that the machine says                                   */
    STORE_FAULTS,
};

struct store_options {  /* 0 everywhere: the defaults in parentheses                             */
    size_t queue;       /* octets of puts that may wait, a power of two (4 MiB)                  */
    uint32_t lazy_ms;   /* history and trend records wait for company that long (500)            */
    uint32_t patience_ms; /* a group that cannot be committed for so long has failed (1000)      */
    uint32_t audit_rows, event_rows;    /* bounds of the histories (100,000 each)                */
    int64_t audit_ms, event_ms;         /* and of their age (400 days)                           */
    uint64_t file_max;  /* octets; above it, what logs keep beyond their buffers goes (4 GiB)    */
    bool set_aside;     /* a damaged file is renamed state.db.damaged-N and a new one begun      */
};

struct store;
/* Of the file: "BACs", and the version of schemas/store.sql. Numbers from STORE_OWN on are the runtime's
 * own, far from BACnet's properties; version 1 had them from STORE_OWN_1 on, where new ones are now. */
enum { STORE_APPLICATION = 0x42414373, STORE_VERSION = 2, STORE_OWN = 0x7fff0000, STORE_OWN_1 = 0x400000 };
struct store_key {
    uint8_t id[16];
    uint32_t property, sub;
};

/* Makes the directory if need be, locks it, opens or creates the file. 0, or an enum store_fault
 * with `why` (why_n octets) for people; then *s is a store that is off: it takes puts with ticket
 * 0, keeps nothing and says why in its status. *s is NULL only without memory (STORE_IO). */
int store_open(struct store **s, const char *dir, const struct store_options *o, char *why, size_t why_n);
/* Commits what waits (gives up after patience_ms more), ends the threads. Puts that were lost. */
uint64_t store_close(struct store *s);

/* Everything that was put, in order of keys, at start (blocks: before the loop runs); of a store that is off the
 * values of a file that is damaged elsewhere. The visitor returns false to stop. 0, or an enum store_fault. */
typedef bool store_visit_value(void *ctx, const struct store_key *key, int64_t time,
                               struct span data);
int store_load(struct store *s, store_visit_value *visit, void *ctx);
struct store_log {
    uint8_t id[16];
    uint64_t first, last;               /* positions that exist; 0: none                         */
    uint64_t purged;                    /* up to here only kept beyond the buffer, if at all     */
    int64_t last_time;
};
typedef bool store_visit_log(void *ctx, const struct store_log *log);
int store_load_logs(struct store *s, store_visit_log *visit, void *ctx);

/* Values. The bytes are copied. More than STORE_VALUE_MAX octets: refused. */
uint64_t store_put(struct store *s, const struct store_key *key, int64_t time, struct span data);
uint64_t store_erase(struct store *s, const struct store_key *key);

/* Trend records: position = the one before + 1 (1 for the first; a gap is allowed, going back is
 * a failed ticket). Limits hold for the records put after them. */
uint64_t store_trend(struct store *s, const uint8_t id[16], uint64_t position, int64_t time,
                     struct span record);
uint64_t store_trend_limits(struct store *s, const uint8_t id[16], uint32_t records,
                            int64_t keep_ms);
/* A log with keep_ms only remembers where its buffer begins: what is kept beyond stays. */
uint64_t store_trend_purge(struct store *s, const uint8_t id[16], uint64_t up_to);
static inline uint32_t store_sequence(uint64_t position)    /* clause 12.25.13: wraps to 1       */
{
    return position ? (uint32_t)((position - 1) % UINT32_MAX + 1) : 0;
}
/* The position up to `last` that has this sequence number; 0: none. */
static inline uint64_t store_position(uint64_t last, uint32_t sequence)
{
    uint64_t back = ((uint64_t)store_sequence(last) + UINT32_MAX - sequence) % UINT32_MAX;
    return sequence && back < last ? last - back : 0;
}

/* A line of history. `number` and `text` by table, as enumerated. */
enum store_table { STORE_AUDIT, STORE_EVENTS, STORE_HISTORIES };
enum { AUDIT_property, AUDIT_index, AUDIT_priority, AUDIT_code };
enum { AUDIT_peer, AUDIT_source, AUDIT_old, AUDIT_new };
enum { EVENT_class, EVENT_priority, EVENT_type, EVENT_states };
enum { EVENT_peer, EVENT_source, EVENT_name, EVENT_message };
struct store_note {
    int64_t time;                       /* ms UTC                                                */
    uint64_t position;                  /* when read: its place in the table                     */
    uint8_t id[16];                     /* of the object; zero: none                             */
    uint32_t kind, number[STORE_NUMBERS];       /* kind: the writer's                            */
    uint32_t device, object;            /* instance; type << 22 | instance                       */
    struct span text[STORE_TEXTS];      /* UTF-8, together with data at most STORE_VALUE_MAX     */
    struct span data;
};
uint64_t store_note(struct store *s, enum store_table table, const struct store_note *note);

/* Forgets values and logs of everything not listed. `keep` ascends and stays with the caller, as
 * does *p, until the ticket is done; then p counts what went (dry: what would have gone). */
struct store_prune {
    const uint8_t (*keep)[16];
    size_t n;
    uint64_t values, logs, records;
    bool dry;
};
uint64_t store_prune(struct store *s, struct store_prune *p);
/* Puts between the two (a handful; they may nest) are on the disk together or not at all. */
void store_begin(struct store *s);
void store_end(struct store *s);
/* Would a put of that many octets be taken now? There is always room in a store that is off. */
bool store_room(const struct store *s, size_t octets);
uint64_t store_flush(struct store *s);              /* lazy ones too, now; the newest ticket     */
uint64_t store_done(const struct store *s);         /* all tickets up to this are settled        */
/* Settled, but not on the disk in time. It is tried on while there is room: memory is the truth,
 * and the disk catches up when it is sound again. */
bool store_failed(const struct store *s, uint64_t ticket);
bool store_failed_since(const struct store *s, uint64_t ticket);   /* that or any later one      */
/* Readable when store_done() moved or a query is answered; -1: no store. Take, then look. */
int store_fd(const struct store *s);
void store_take(struct store *s);
struct store_status {
    enum store_fault state;             /* now; other than STORE_OK: puts are failing            */
    bool off;                           /* nothing is kept until restart                         */
    char reason[200];
    uint64_t puts, refused, lost;       /* taken; no room; given up for good                     */
    uint64_t done, failures, groups;    /* last settled; attempts to commit that failed; commits */
    uint64_t merged, trimmed;           /* trend records                                         */
    size_t queued, queued_max;          /* octets                                                */
    uint64_t file_size;                 /* octets                                                */
    uint32_t commit_us, commit_us_max;
};
void store_status(struct store *s, struct store_status *out);
bool store_ails(const struct store *s);         /* beyond all patience; a change wakes the loop   */
const char *store_fault_name(enum store_fault f);
#endif
