/* Entrance: a project file, from memory: reading it ends in a tree or in diagnostics. */
#include <stdint.h>
#include <stdlib.h>
#include "compiler/ctx.h"
#include "compiler/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct ctx ctx;
    ctx_init(&ctx);                                  /* its memory lives as long as the process    */
    xml_load_buffer(&ctx, "fuzz.xml", bytes, n);
    return 0;
}
