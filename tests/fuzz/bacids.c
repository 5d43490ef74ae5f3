/* Entrance: a numbering file, from memory: reading it ends in lines or in diagnostics, which are shown
 * with what stands there. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "compiler/lock.h"
#include "schemas/bacnet.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What a lock that was accepted promises: every line stands, and counts. */
static void walk(const struct lock *l)
{
    for (size_t i = 0; i < l->n_devices; i++) {
        const struct lock_device *d = l->devices[i];
        uint64_t sum = d->changes;
        for (uint32_t k = 0; k < d->n_lines; k++) {
            const struct lock_line *line = lock_at(d, k);
            sum += line->changes;
            if (line->instance > BACNET_INSTANCE_MAX || line->kind >= LOCK_KINDS || !lock_birth(line).s)
                abort();
        }
        if (lock_revision(d) != (sum < UINT32_MAX ? sum : UINT32_MAX))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static FILE *nowhere;
    struct ctx ctx;
    if (!nowhere && !(nowhere = fopen("/dev/null", "we")))
        return 1;
    ctx_init(&ctx);                                  /* its memory lives as long as the process    */
    const struct lock *l = lock_parse(&ctx, "fuzz.bacids", (const char *)bytes, n);
    if (!l != (diag_errors(&ctx) > 0))
        abort();
    if (l)
        walk(l);
    diag_print(&ctx, nowhere, (struct diag_style){DIAG_TEXT, false});
    return 0;
}
