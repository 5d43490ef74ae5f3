/* Entrance: an EDE file, from memory, to the text of a project; what is a file of state texts or
 * of units is read as one. */
#include <stdint.h>

#include "compiler/import.h"
#include "compiler/plist_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct import_options o = { .access = "read", .ede = true };
    struct ctx ctx;
    struct plist l;
    struct intext t;
    struct edein_sets s;
    ctx_init(&ctx);                                  /* its memory lives as long as the process    */
    plist_init(&l, &ctx);
    edein_sets_init(&s, &ctx);
    struct textbuf out = { .arena = ctx.arena };
    if (!intext_of(&ctx, "fuzz_EDE.csv", bytes, n, NULL, "CP1252", &t))
        return 0;
    switch (edein_kind_of(&t)) {
    case EDE_STATES: edein_read_states(&l, &o, &t, &s); break;
    case EDE_UNITS: edein_read_units(&l, &o, &t, &s); break;
    default: edein_read_main(&l, &o, &t, &s); break;
    }
    plist_write(&l, &out);
    return 0;
}
