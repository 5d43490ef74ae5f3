#ifndef DATA_PROCEDURE_H
#define DATA_PROCEDURE_H
/* Backup or restore of one device while it goes on (135-2020 clause 19.1), and what the last one
 * left. The bytes are those of its File object; schemas/BACKUP.md is the prose. */
#include "runtime/base/peer.h"

enum backup_state {
    BACKUP_IDLE, BACKUP_PREPARING, RESTORE_PREPARING, BACKUP_PERFORMING, RESTORE_PERFORMING,
    BACKUP_FAILED, RESTORE_FAILED,
};
struct procedure {
    uint8_t state;              /* enum backup_state                                              */
    bool applying;              /* the file is good and goes in, slice by slice                   */
    uint8_t *bytes;             /* malloc'ed; NULL: there is no file now                          */
    uint32_t n, cap;
    uint32_t *at, n_records;    /* applying: where each record begins                             */
    uint32_t next, kept, misfit;/* applying: the object whose turn it is                          */
    uint64_t first, last;       /* applied: the journal's tickets of it; waits for storage        */
    bool cut;                   /* a process before this one ended while it restored              */
    uint64_t until_ms;          /* monotonic: given up then                                       */
    struct peer by;             /* who began it                                                   */
    int64_t changed_ms;         /* Modification_Date, UTC; 0: never                               */
};
static inline bool procedure_runs(const struct procedure *p)
{
    return p->state != BACKUP_IDLE && p->state != BACKUP_FAILED && p->state != RESTORE_FAILED;
}
static inline bool procedure_restores(const struct procedure *p)
{
    return p->state == RESTORE_PERFORMING || p->state == RESTORE_PREPARING;
}
#endif
