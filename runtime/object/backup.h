#ifndef OBJECT_BACKUP_H
#define OBJECT_BACKUP_H
/* Backup and restore of one device (135-2020 clause 19.1): its state beside the image becomes a file
 * (schemas/BACKUP.md), a file becomes its state. */
#include "runtime/data/db.h"

enum { BACKUP_HEAD = 48, BACKUP_RECORD = 24, BACKUP_MAX = 16 << 20 };

/* Both: the device has no procedure under way. The file holds the state of this moment. */
bac_err backup_begin(struct device *d, const struct peer *by);
bac_err restore_begin(struct device *d, const struct peer *by);
/* Somebody goes on with it: the timeout begins anew. */
void backup_alive(struct device *d);
/* The end of any procedure, also by timeout; `state`: what is left to see. */
void backup_end(struct device *d, enum backup_state state);
/* Is the file good? Then restore_turn() is to be called until it says true: all is done. */
bac_err restore_end(struct device *d);
bool restore_turn(struct device *d);
/* A process before this one ended while a restore took effect: it has failed, and that is to be seen until
 * another one is whole, or a backup is made of what there is. */
void restore_cut(struct device *d);
/* File access by a client; all as the services say. */
bac_err backup_read(const struct device *d, int64_t start, uint32_t count, struct span *out,
                    bool *end);
bac_err backup_write(struct device *d, const struct peer *by, int64_t start, struct span data,
                     uint32_t *where);

/* backup_file.c: the octets. Makes the file in p->bytes; false: no memory, or longer than allowed. */
bool backup_make(const struct device *d, struct procedure *p);
/* Finds the records (p->at, p->n_records). False: not a file of this device, or damaged. */
bool backup_open(const struct device *d, struct procedure *p);
struct backup_record { uint8_t id[16]; uint32_t property; struct span value; };
struct backup_record backup_record(const struct procedure *p, uint32_t i);
/* The first record at or behind that key. */
uint32_t backup_find(const struct procedure *p, const uint8_t id[16], uint32_t property);
#endif
