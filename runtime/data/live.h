#ifndef DATA_LIVE_H
#define DATA_LIVE_H
/* The live state of one object, one variable, one commandable object, one Schedule, and the shape
 * that says which properties an object has. The arrays of them are the database's (data/db.h). */
#include <stdbool.h>
#include <stdint.h>
#include "schemas/objdefs.h"

enum { PROGRAM_VALUE = 12, PROGRAM_REFERENCES = 512, PROGRAM_WORDS = PROGRAM_REFERENCES / 64 };
struct program {                /* a Schedule; its live.pv is its index                           */
    uint32_t object;
    uint8_t value[PROGRAM_VALUE], n;           /* Present_Value as on the wire                    */
    bool active, written, simulated;           /* within its period; by a client; Out_Of_Service  */
    bool consistent;            /* its values were of kinds that go together                      */
    bool relisted;              /* a client wrote its references                                  */
    bool carried;               /* from another image's: it goes on where it was                  */
    bool failed;                /* a request to another device, since its last try                */
    uint8_t tries;              /* that failed since its value changed                            */
    uint8_t priority;           /* at which it writes since it was looked at; 0: not yet          */
    int64_t due;                /* UTC ms: when it can change next                                */
    /* Of its references to devices on the network: a request is under way; one is still to be made. */
    uint64_t asked[PROGRAM_WORDS], owed[PROGRAM_WORDS];
    uint64_t fresh[PROGRAM_WORDS];             /* references that have never been written to      */
    uint64_t retry, lost;       /* monotonic ms: when to look at them; when a request must have ended */
};

/* INPUT: `input` has been given. UNKEPT: the value is a source's, which is not stored. OWED: the value was
 * written and is stored, and the variable's source may not have it yet. AWAITED: that has never spoken, and
 * still has time to. KEPT: what is stored of it is what somebody wrote.                              */
enum {
    CELL_MANUAL = 1, CELL_DIRTY = 2, CELL_INPUT = 4, CELL_UNKEPT = 8, CELL_OWED = 16, CELL_AWAITED = 32, CELL_KEPT = 64,
};
struct cell {                   /* a variable                                                     */
    double value;               /* what it is now, as the variable counts                         */
    double input;               /* what the process said last; returns when manual mode ends      */
    int64_t time_ms;            /* UTC of the last change of value or quality                     */
    uint8_t quality;            /* enum reliability, as its source sees it                        */
    uint8_t flags;
    uint16_t writer;            /* who set it last: enum writer                                   */
};
enum {
    LIVE_OOS = 1,               /* Out_Of_Service                                                 */
    LIVE_OVERRIDDEN = 2,        /* its variable is in manual mode                                 */
    LIVE_DIRTY = 4,             /* is in the dirty set                                            */
    LIVE_OVERLAY = 8,           /* has values in the overlay                                      */
    LIVE_RENAMED = 16,          /* Object_Name is in the overlay                                  */
    LIVE_OOS_SOURCE = 32,       /* Out_Of_Service by its variable's source, not by a client       */
};
struct live {                   /* an object                                                      */
    uint32_t pv;                /* as on the wire: number, or the bits of a REAL                  */
    uint32_t command;           /* index into commands, DB_NONE: not commandable                  */
    uint32_t event;             /* index into events, DB_NONE: no intrinsic reporting             */
    uint32_t binary;            /* index into binaries, DB_NONE: it counts nothing                */
    uint8_t flags;
    uint8_t reliability;        /* Reliability as reported; judge() in object/values.c            */
    uint8_t fault;              /* what the event engine's fault algorithm found                  */
    uint8_t event_state;
    uint8_t input;              /* what the conversion of the variable's value said               */
};
struct binary {                 /* a binary object that counts, or keeps minimum times            */
    uint32_t object;
    uint32_t changes;           /* Change_Of_State_Count                                          */
    int64_t changed_ms, changes_reset_ms, active_reset_ms;     /* UTC; 0: never                   */
    uint64_t active_ms;         /* Elapsed_Active_Time before since_ms                            */
    uint64_t since_ms;          /* monotonic + 1: when it became ACTIVE; 0: it is not             */
    uint64_t until_ms;          /* monotonic: end of a minimum time; 0: none runs                 */
};
struct command {                /* clause 19.2; values as on the wire                             */
    uint32_t slot[16], relinquish_default;
    uint16_t set, scheduled;    /* bit p - 1: slot p - 1 holds a value; one that a schedule wrote */
    uint8_t active;             /* Current_Command_Priority, 0: Relinquish_Default                */
};
struct slot { const struct prop_def *def; uint32_t property, where; };  /* a property of a shape */
struct shape {
    const struct obj_def *def;
    uint32_t first_slot, n_slots;
    uint32_t first_index, index_mask;          /* look-up of property -> slot                     */
};
#endif
