#ifndef COMPILER_VOCAB_H
#define COMPILER_VOCAB_H
/* The vocabulary: every attribute of every element, what it may hold, its default, where build.c
 * stores it. The one statement of these facts: parsing, diagnostics and bacc-project(5) read it. */
#include <stdint.h>
#include <stdio.h>
#include "compiler/syntax.h"

enum value_kind {
    VK_text,                     /* struct str, not interned; empty is "not given"             */
    VK_name,                     /* struct str, not empty, no control characters, 255 octets   */
    VK_ref,                      /* struct ref, or struct str; empty is "not given"            */
    VK_kept,                     /* struct str, interned, any form                             */
    VK_bool,                     /* bool                                                       */
    VK_tri,                      /* enum tristate; words: no and yes, if not false and true    */
    VK_unsigned,                 /* lo..hi; NOT_SET                                            */
    VK_instance,                 /* object or device instance; NOT_SET                         */
    VK_integer,                  /* int64_t, lo..hi                                            */
    VK_real,                     /* double; NaN                                                */
    VK_duration,                 /* lo..hi ms; uint32_t or uint64_t; NOT_SET                   */
    VK_seconds,                  /* the same, stored in seconds                                */
    VK_choice,                   /* index into words                                           */
    VK_guid,                     /* struct str                                                 */
    VK_transitions, VK_days,     /* words with blanks between; bits                            */
    VK_time,                     /* hundredths of a second since midnight                      */
    VK_date,                     /* struct date; may have '*' parts                            */
    VK_day,                      /* struct str: a real date                                    */
    VK_month, VK_week, VK_weekday,   /* uint8_t as in BACnetWeekNDay                           */
    VK_object_type,              /* AI AO AV BI BO BV MI MO MV; NOT_SET                        */
    VK_object,                   /* "MV,4": object identifier; NOT_SET                         */
    VK_property,                 /* name or number; NOT_SET                                    */
    VK_ipv4,                     /* 4 octets; words "mask": ones, then zeros                   */
    VK_ip_port,                  /* IPv4 address, perhaps with a port; struct str               */
    VK_url,                      /* struct str; words: the schemes                             */
    VK_register,                 /* Modbus: "holding:100"                                      */
    VK_hash,                     /* struct str: crypt(3) hash                                  */
    VK_pattern,                  /* struct str: extended regular expression                    */
    VK_range,                    /* struct instance_range: "1000..1999"                        */
    VK_special                   /* read by the element's own function                         */
};
enum { VF_required = 1, VF_rare = 2 };   /* rare: a member of the record's rare part          */
enum { NOWHERE = 0xffff };

struct vocab_row {
    uint16_t el, at;
    uint8_t kind, flags;
    uint16_t offset;             /* of the member; NOWHERE: checked, not stored                */
    uint16_t size;               /* of the member                                              */
    double lo, hi;               /* both 0: no range                                           */
    const char *words;           /* "a|b|c"                                                    */
    const char *dflt;            /* as it would be written; "": none                           */
    const char *doc;
};
extern const struct vocab_row vocab_rows[];      /* rows of one element stand together         */
extern const size_t n_vocab_rows;

const struct vocab_row *vocab_find(enum el el, enum at at);      /* NULL: no such attribute    */
const char *vocab_kind_text(const struct vocab_row *row);        /* "duration", "real" ...     */
/* The table of bacc-project(5): one line per attribute: element, attribute, type with range or
 * words, default or "required", meaning; tabs between. */
void vocab_print(FILE *f);
#endif
