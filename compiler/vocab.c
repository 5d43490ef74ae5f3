/* Look-ups in the vocabulary and its printed form. */
#include "compiler/vocab.h"

#include "compiler/number_text.h"

#include <stdatomic.h>
#include <string.h>

/* Where an element's rows begin, found when it is first asked for; whichever thread asks finds the same. */
static size_t first_row(enum el el)
{
    static _Atomic uint16_t begins[EL_COUNT];           /* index + 1                            */
    size_t i = atomic_load_explicit(&begins[el], memory_order_relaxed);
    if (i)
        return i - 1;
    while (i < n_vocab_rows && vocab_rows[i].el != el)
        i++;
    atomic_store_explicit(&begins[el], (uint16_t)(i + 1), memory_order_relaxed);
    return i;
}

const struct vocab_row *vocab_find(enum el el, enum at at)
{
    for (size_t i = first_row(el); i < n_vocab_rows && vocab_rows[i].el == el; i++)
        if (vocab_rows[i].at == at)
            return &vocab_rows[i];
    return NULL;
}

const char *vocab_kind_text(const struct vocab_row *row)
{
    static const char *const texts[] = {
        [VK_text] = "text", [VK_name] = "name", [VK_ref] = "reference", [VK_kept] = "text",
        [VK_bool] = "boolean", [VK_tri] = "boolean", [VK_unsigned] = "integer",
        [VK_instance] = "integer", [VK_integer] = "integer", [VK_real] = "number",
        [VK_duration] = "duration", [VK_seconds] = "duration", [VK_choice] = "word",
        [VK_guid] = "GUID", [VK_transitions] = "transitions", [VK_days] = "days",
        [VK_time] = "time", [VK_date] = "date or pattern", [VK_day] = "date",
        [VK_month] = "month", [VK_week] = "week", [VK_weekday] = "day",
        [VK_object_type] = "object type", [VK_object] = "object", [VK_property] = "property",
        [VK_ipv4] = "IPv4 address", [VK_ip_port] = "IPv4 address:port", [VK_url] = "URL",
        [VK_register] = "register", [VK_hash] = "hash", [VK_pattern] = "pattern",
        [VK_range] = "instance range",
        [VK_special] = "text",
    };
    return row->words[0] && row->kind == VK_tri ? "word" : texts[row->kind];
}

static void print_range(FILE *f, const struct vocab_row *row)
{
    char lo[32], hi[32];
    bool text = row->kind == VK_text || row->kind == VK_name || row->kind == VK_kept;
    if (row->words[0])
        fprintf(f, " %s", row->words);
    if (row->lo == 0 && row->hi == 0)
        return;
    if (row->kind == VK_duration || row->kind == VK_seconds) {
        print_duration(lo, (uint64_t)row->lo);
        print_duration(hi, (uint64_t)row->hi);
    } else {
        print_real(lo, row->lo);
        snprintf(hi, sizeof hi, "%.0f", row->hi);
    }
    if (text)
        fprintf(f, " of up to %s octets", hi);
    else
        fprintf(f, " %s..%s", lo, hi);
}

void vocab_print(FILE *f)
{
    for (size_t i = 0; i < n_vocab_rows; i++) {
        const struct vocab_row *row = &vocab_rows[i];
        fprintf(f, "%s\t%s\t%s", el_names[row->el], at_names[row->at], vocab_kind_text(row));
        print_range(f, row);
        const char *dflt = row->flags & VF_required ? "required"
                           : row->dflt[0]           ? row->dflt
                                                    : "-";
        fprintf(f, "\t%s\t%s\n", dflt, row->doc);
    }
}
