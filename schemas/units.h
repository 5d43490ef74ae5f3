#ifndef SCHEMAS_UNITS_H
#define SCHEMAS_UNITS_H
/* BACnetEngineeringUnits and the texts that people write for them. */
#include <stddef.h>
#include <stdint.h>

struct unit {
    uint32_t code;       /* as on the wire                                             */
    const char *name;    /* the standard's name at protocol revision 24                */
    const char *symbol;  /* the preferred symbol, "" where there is none               */
    const char *aliases; /* other editions' names, '|' between them, "" if none        */
    const char *group;   /* "Temperature", "Electrical" ...                            */
    char tier;           /* A: every client; B: revision 24; C: later addenda          */
};
struct unit_symbol {
    const char *text;    /* UTF-8; case matters (mW and MW)                            */
    uint32_t code;
    uint32_t also;       /* another unit that the text may mean, or UINT32_MAX         */
};

extern const struct unit units[];              /* ascending by code                    */
extern const size_t n_units;
extern const struct unit_symbol unit_symbols[]; /* ascending by bytes of text          */
extern const size_t n_unit_symbols;

const struct unit *unit_by_code(uint32_t code);                   /* NULL: not assigned */
const struct unit *unit_by_name(const char *name, size_t n);      /* names and aliases  */
const struct unit_symbol *unit_by_symbol(const char *text, size_t n); /* exact, with case */
#endif
