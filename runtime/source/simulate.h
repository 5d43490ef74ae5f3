#ifndef SOURCE_SIMULATE_H
#define SOURCE_SIMULATE_H
/* A plant that is not there: signals over time for bound variables, and plausible ones for what has
 * no source (`bacrt run --simulate`). Same names, same course: the start of a walk and the phase of a
 * wave come from the variable's name and the seed. Runs on the loop, in slices. */
#include "runtime/data/db.h"
#include "runtime/source/attr.h"
#include "runtime/source/replay.h"

struct sims;
enum { SIMS_SLICE = 512 };

int sims_open(struct sims **s, struct db *db, size_t max, uint64_t now_ms);      /* or -ENOMEM    */
void sims_close(struct sims *s);
/* Bindings to a Simulate source; `file` (may be NULL) outlives it. False: `why`. */
bool sims_bind(struct sims *s, uint32_t binding, uint32_t seed, const struct replay *file,
               char why[REPLAY_WHY]);
/* Everything that no source moves and no client is meant to write. */
void sims_rest(struct sims *s);
size_t sims_count(const struct sims *s);
/* Moves up to SIMS_SLICE values; when it wants to be called again, ms. */
uint64_t sims_step(struct sims *s, uint64_t now_ms);
#endif
