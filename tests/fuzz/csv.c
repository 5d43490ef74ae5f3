/* Entrance: a point list from a spreadsheet, from memory, to the text of a project. */
#include <stdint.h>

#include "compiler/import.h"
#include "compiler/plist_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct import_options o = { .access = "read" };
    struct ctx ctx;
    struct plist l;
    struct intext t;
    ctx_init(&ctx);                                  /* its memory lives as long as the process    */
    plist_init(&l, &ctx);
    struct textbuf out = { .arena = ctx.arena };
    if (intext_of(&ctx, "fuzz.csv", bytes, n, NULL, "CP1252", &t))
        import_csv_text(&l, &o, &t);
    plist_write(&l, &out);
    return 0;
}
