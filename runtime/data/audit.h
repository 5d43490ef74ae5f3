#ifndef DATA_AUDIT_H
#define DATA_AUDIT_H
/* Who asked for a change, and what came of it: one line in the store's audit table, and a copy in a
 * small ring for those who listen on the control socket. Never delays or refuses what it records. */
#include "runtime/base/clock.h"
#include "runtime/base/peer.h"
#include "runtime/data/store.h"
#include "schemas/objdefs.h"

enum audit_kind {               /* store_note.kind of STORE_AUDIT: stays as it is for ever        */
    AUDIT_WRITE = 1,            /* a property                                                     */
    AUDIT_MANUAL, AUDIT_AUTO,   /* a variable taken, given back                                   */
    AUDIT_ACK, AUDIT_RESET,     /* an alarm                                                       */
    AUDIT_MANAGE,               /* device management, reload, state; `new` says what              */
    AUDIT_KINDS,
};
/* AUDIT_VALUE: octets, as on the wire, of a value that is told: the longest text has its beginning there. */
enum { AUDIT_TEXT = 256, AUDIT_RING = 1024, AUDIT_VALUE = PROP_TEXT_MAX + 16 };

struct audit_entry {
    uint8_t kind;
    uint8_t priority;           /* 0: none                                                        */
    uint32_t device, oid;       /* instance; identifier                                           */
    uint32_t property, index;
    uint32_t code;              /* bac_err: 0 done                                                */
    int64_t time;
    uint8_t id[16];
    char who[80];               /* address, or user of the control socket                         */
    char name[AUDIT_TEXT];      /* variable or object, for people                                 */
    char old[AUDIT_TEXT], now[AUDIT_TEXT];
};
struct audit {
    struct store *store;        /* NULL: nothing is kept                                          */
    struct audit_entry *ring;   /* for listeners; AUDIT_RING                                      */
    uint32_t head, n;
    bool heard;                 /* somebody listens                                               */
    uint64_t noted, lost, missed;              /* lost: not stored; missed: by listeners          */
};

int audit_init(struct audit *a);                            /* 0 or -ENOMEM                       */
void audit_fini(struct audit *a);
void audit_note(struct audit *a, const struct audit_entry *e);     /* a NULL `a` is fine           */
bool audit_take(struct audit *a, struct audit_entry *e);           /* the oldest for listeners     */
/* 127.0.0.1:47808, or network:address in hex. */
void audit_peer(const struct peer *p, char *text, size_t n);
/* For people: the text; the tagged value, behind what stands there. Cut between two characters where they are long. */
void audit_text(char to[AUDIT_TEXT], struct span text);
void audit_value(char to[AUDIT_TEXT], uint32_t property, struct span value);
const char *audit_kind_name(uint32_t kind);                 /* "write" ..., NULL: no such kind     */
#endif
