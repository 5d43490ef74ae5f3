/* The three tables beside the main EDE file: object types, state texts, units. */
#include <stdio.h>
#include <string.h>

#include "compiler/ede.h"
#include "schemas/bacnet.h"
#include "schemas/objdefs.h"
#include "schemas/tag.h"
#include "schemas/units.h"

/* The format's own spelling for types 0..24; later ones are spelt like them. */
static const char *const official[] = {
    "Analog Input", "Analog Output", "Analog Value", "Binary Input", "Binary Output", "Binary Value", "Calendar",
    "Command", "Device", "Event-Enrollment", "File", "Group", "Loop", "Multistate Input", "Multistate Output",
    "Notification Class", "Program", "Schedule", "Averaging", "Multistate Value", "Trend Log", "Life Safety Point",
    "Life Safety Zone", "Accumulator", "Pulse Converter",
};

static void type_name(uint32_t type, char out[48])
{
    const char *name = type < sizeof official / sizeof *official ? official[type] : object_type_name(type);
    snprintf(out, 48, "%s", name ? name : "");
    bool start = true;
    for (char *p = out; *p && name && type >= sizeof official / sizeof *official; p++) {
        if (*p == '-')
            *p = ' ';
        else if (start && *p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
        start = *p == ' ';
    }
}

/* ---- state texts ---- */

struct set { struct buf key; uint32_t n; };

static void set_add(struct ede *e, struct set *s, struct span text)
{
    char filler[24];
    struct str t = ede_safe(e, text);
    if (!t.n) {                         /* importers drop empty cells and shift what follows */
        int n = snprintf(filler, sizeof filler, "State %u", s->n + 1);
        t = (struct str){filler, (uint32_t)n};
    }
    if (s->n++)
        buf_char(&s->key, '\x1f');
    buf_bytes(&s->key, t.s, t.n);
}

static struct span text_of(const struct image *img, uint32_t object, uint32_t property, const char *other)
{
    struct img_value v;
    uint8_t charset;
    if (!img_const(img, object, property, &v))
        return (struct span){(const uint8_t *)other, strlen(other)};
    struct rd r = rd_of(v.octets, v.n);
    return rd_string(&r, APP, &charset);
}

static void multi_texts(struct ede *e, const struct image *img, uint32_t object, struct set *s)
{
    struct img_value v;
    uint8_t charset;
    uint32_t n = 0;
    if (img_const(img, object, P_state_text, &v)) {
        for (uint32_t i = 1; i <= v.count; i++) {
            struct span el = img_element(&v, i);
            struct rd r = rd_of(el.p, el.n);
            set_add(e, s, rd_string(&r, APP, &charset));
        }
    } else if (img_const(img, object, P_number_of_states, &v)) {
        struct rd r = rd_of(v.octets, v.n);
        n = rd_unsigned(&r, APP);
        for (uint32_t i = 0; i < n && i < 256; i++)
            set_add(e, s, (struct span){NULL, 0});
    }
}

/* Reference within its kind, from 1; 0: none. Binary and multi-state sets are never shared. */
uint32_t ede_states(struct ede *e, const struct image *img, uint32_t object, uint32_t type)
{
    unsigned present = obj_def(type)->present;
    struct set s = {buf_of(e->ctx), 0};
    int kind = present == DT_enumerated ? 0 : 1;
    if (present == DT_enumerated) {
        set_add(e, &s, text_of(img, object, P_inactive_text, "Inactive"));
        set_add(e, &s, text_of(img, object, P_active_text, "Active"));
    } else if (present == DT_unsigned) {
        multi_texts(e, img, object, &s);
    }
    if (!s.n)
        return 0;
    struct str key = ctx_str(e->ctx, s.key.s, s.key.n);
    size_t known = (size_t)map_get(e->sets[kind], key);
    if (known)
        return (uint32_t)known;
    uint32_t *n = kind ? &e->n_multi : &e->n_binary;
    map_set(e->sets[kind], key, (void *)(uintptr_t)(size_t)++*n);
    if (s.n > e->widest)
        e->widest = s.n;
    return *n;
}

static void state_rows(struct ede *e, int kind, uint32_t base)
{
    for (size_t i = 0; i < map_count(e->sets[kind]); i++) {
        struct str key;
        char ref[16];
        (void)map_at(e->sets[kind], i, &key);
        snprintf(ref, sizeof ref, "%u", base + (uint32_t)i + e->dialect->state_base);
        ede_cell_str(e, EDE_STATE_TEXTS, true, ref);
        unsigned cells = 1;
        for (const char *p = key.s, *end = key.s + key.n; p <= end; cells++) {
            const char *sep = memchr(p, '\x1f', (size_t)(end - p));
            size_t n = sep ? (size_t)(sep - p) : (size_t)(end - p);
            ede_cell(e, EDE_STATE_TEXTS, false, (struct span){(const uint8_t *)p, n});
            p += n + 1;
        }
        ede_row_end(e, EDE_STATE_TEXTS, cells, e->widest + 1);
    }
}

static void state_titles(struct ede *e)
{
    static const char *const first_two[][2] = {{"Text 1 or Inactive-Text", "Text 2 or Active-Text"},
                                               {"Text 1/Inactive-Text", "Text 2/Active-Text"}};
    ede_cell_str(e, EDE_STATE_TEXTS, true, "#State Text Reference");
    ede_row_end(e, EDE_STATE_TEXTS, 1, e->widest + 1);
    ede_cell_str(e, EDE_STATE_TEXTS, true, "#Reference Number");
    for (uint32_t i = 1; i <= e->widest; i++) {
        char title[40];
        if (e->dialect->state_numbers)
            snprintf(title, sizeof title, "%u", i - 1);
        else if (i <= 2)
            snprintf(title, sizeof title, "%s", first_two[e->dialect->state_slash][i - 1]);
        else
            snprintf(title, sizeof title, "Text %u", i);
        ede_cell_str(e, EDE_STATE_TEXTS, false, title);
    }
    ede_row_end(e, EDE_STATE_TEXTS, e->widest + 1, e->widest + 1);
}

/* ---- all three ---- */

static void code_row(struct ede *e, enum ede_file f, uint32_t code, const char *name, const char *tail)
{
    char number[16];
    snprintf(number, sizeof number, "%u", code);
    ede_cell_str(e, f, true, number);
    ede_cell(e, f, false, (struct span){(const uint8_t *)name, strlen(name)});
    for (; *tail; tail++)
        buf_char(&e->file[f], e->dialect->delimiter);
    buf_str(&e->file[f], e->dialect->eol);
}

static void plain_row(struct ede *e, enum ede_file f, const char *row)
{
    for (; *row; row++)
        buf_char(&e->file[f], *row == ';' ? e->dialect->delimiter : *row);
    buf_str(&e->file[f], e->dialect->eol);
}

void ede_tables(struct ede *e)
{
    plain_row(e, EDE_OBJ_TYPES, "#Encoding of BACnet Object Types;;;");
    plain_row(e, EDE_OBJ_TYPES, "#Code;Object Type;;");
    for (uint32_t i = 0; i < sizeof e->types_used; i++)
        if (object_type_name(i) && (e->types_used[i] || e->dialect->all_tables)) {
            char name[48];
            type_name(i, name);
            code_row(e, EDE_OBJ_TYPES, i, name, ";;");
        }
    state_titles(e);
    state_rows(e, 0, 0);
    state_rows(e, 1, e->n_binary);
    plain_row(e, EDE_UNITS, e->dialect->units_title);
    if (e->dialect->units_titles)
        plain_row(e, EDE_UNITS, "#Code;Unit Text");
    for (size_t i = 0; i < n_units; i++) {
        uint32_t code = units[i].code;
        bool used = code < 65536 && e->units_used[code / 8] >> (code % 8) & 1;
        if (used || e->dialect->all_tables)
            code_row(e, EDE_UNITS, code, units[i].name, e->dialect->trailing ? ";" : "");
    }
}
