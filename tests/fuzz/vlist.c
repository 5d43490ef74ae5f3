/* Entrance: a variable list of another tool, from memory, to the text of a project. */
#include <stdint.h>

#include "compiler/import.h"
#include "compiler/plist_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct import_options o = { .access = "read", .members = "all" };
    struct ctx ctx;
    struct plist l;
    struct intext t;
    ctx_init(&ctx);                                  /* its memory lives as long as the process    */
    plist_init(&l, &ctx);
    struct textbuf out = { .arena = ctx.arena };
    if (intext_of(&ctx, "fuzz.vlist", bytes, n, NULL, "CP1250", &t))
        import_vlist_text(&l, &o, &t);
    plist_write(&l, &out);
    return 0;
}
