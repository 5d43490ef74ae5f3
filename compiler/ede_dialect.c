/* Dialects: what the command line makes of the standard one. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler/ede.h"
#include "compiler/options.h"

#define ALL_16 {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
static const struct ede_dialect standard = {
    .layout = "2.2", .title = "#Engineering-Data-Exchange - B.I.G.-EU", .keys = "", .keyname = "# keyname",
    .settable = "settable", .names = {"EDE", "ObjTypes", "StateTexts", "Units"}, .encoding = "UTF-8",
    .eol = "\r\n", .columns = ALL_16, .n_columns = 16, .delimiter = ';', .decimal = '.', .units_titles = true,
};

static bool refuse(const char *option, const char *value, const char *may_be)
{
    fprintf(stderr, "bacc export-ede: --%s is %s, not '%s'\n", option, may_be, value);
    return false;
}

static bool layout(struct ede_dialect *d, const char *v)
{
    if (strcmp(v, "2") != 0 && strcmp(v, "2.1") != 0 && strcmp(v, "2.2") != 0 && strcmp(v, "2.3") != 0)
        return refuse("layout", v, "2, 2.1, 2.2 or 2.3");
    d->layout = v;
    d->settable = strcmp(v, "2") ? "settable" : "commandable";
    d->n_columns = strcmp(v, "2.3") ? 16 : 17;
    return true;
}

/* Column order, header and tables of Domat's own export. */
static void domat(struct ede_dialect *d)
{
    static const uint8_t columns[] = {EC_keyname, EC_device, EC_name, EC_type, EC_instance, EC_unit, EC_high, EC_low,
                                      EC_states};
    memcpy(d->columns, columns, sizeof columns);
    d->n_columns = sizeof columns;
    d->trailing = d->range_as_limits = d->state_numbers = true;
    d->units_titles = false;
}

static void names(struct ede_dialect *d, const char *types, const char *states, const char *units)
{
    d->names[EDE_OBJ_TYPES] = types;
    d->names[EDE_STATE_TEXTS] = states;
    d->names[EDE_UNITS] = units;
}

static bool profile(struct ede_dialect *d, const char *v)
{
    if (!strcmp(v, "standard") || !strcmp(v, "iridi") || !strcmp(v, "niagara"))
        return true;                    /* the standard dialect was made for them */
    if (!strcmp(v, "domat")) {
        domat(d);
    } else if (!strcmp(v, "jci")) {
        (void)layout(d, "2");
        d->title = "#Engineering-Data-Exchange";
        d->quote = QUOTE_minimal;
        d->units_titles = false;
    } else if (!strcmp(v, "plc4x")) {
        (void)layout(d, "2");
    } else if (!strcmp(v, "desigo")) {
        names(d, "ObjectTypes", "StateTexts", "Units");
    } else if (!strcmp(v, "yabe")) {
        (void)layout(d, "2.3");
        d->n_columns = 16;
    } else {
        return refuse("profile", v, "standard, domat, jci, plc4x, iridi, niagara, desigo or yabe");
    }
    return true;
}

static bool encoding(struct ede_dialect *d, const char *v)
{
    static const char *const known[][2] = {{"utf-8", "UTF-8"}, {"cp1252", "CP1252"}, {"cp1250", "CP1250"},
                                           {"iso8859-1", "ISO-8859-1"}, {"ascii", "ASCII"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcasecmp(v, known[i][0])) {
            d->encoding = known[i][1];
            return true;
        }
    return refuse("encoding", v, "utf-8, cp1252, cp1250, iso8859-1 or ascii");
}

static bool delimiter(struct ede_dialect *d, const char *v)
{
    d->delimiter = !strcmp(v, "tab") ? '\t' : v[0];
    if (strcmp(v, "tab") != 0 && strcmp(v, ";") != 0 && strcmp(v, ",") != 0)
        return refuse("delimiter", v, "';', ',' or tab");
    return true;
}

static bool decimal(struct ede_dialect *d, const char *v)
{
    d->decimal = v[0];
    return !strcmp(v, ".") || !strcmp(v, ",") || refuse("decimal", v, "'.' or ','");
}

static bool eol(struct ede_dialect *d, const char *v)
{
    d->eol = strcmp(v, "lf") ? "\r\n" : "\n";
    return !strcmp(v, "lf") || !strcmp(v, "crlf") || refuse("eol", v, "crlf or lf");
}

static bool quote(struct ede_dialect *d, const char *v)
{
    d->quote = !strcmp(v, "all") ? QUOTE_all : !strcmp(v, "minimal") ? QUOTE_minimal : QUOTE_never;
    return d->quote || !strcmp(v, "never") || refuse("quote", v, "never, minimal or all");
}

static bool tables(struct ede_dialect *d, const char *v)
{
    d->all_tables = !strcmp(v, "all");
    return d->all_tables || !strcmp(v, "used") || refuse("tables", v, "used or all");
}

static bool columns(struct ede_dialect *d, const char *v)
{
    if (!strcmp(v, "domat"))
        domat(d);
    else if (!strcmp(v, "standard"))
        memcpy(d->columns, standard.columns, sizeof d->columns);
    else
        return refuse("columns", v, "standard or domat");
    return true;
}

bool ede_dialect_read(struct ctx *ctx, struct ede_dialect *d)
{
    static const struct { enum opt id; bool (*set)(struct ede_dialect *d, const char *v); } rows[] = {
        {OPT_PROFILE, profile}, {OPT_LAYOUT, layout},     {OPT_COLUMNS, columns},   {OPT_DELIMITER, delimiter},
        {OPT_DECIMAL, decimal}, {OPT_ENCODING, encoding}, {OPT_EOL, eol},           {OPT_QUOTE, quote},
        {OPT_TABLES, tables},
    };
    *d = standard;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *v = opt_str(ctx, rows[i].id);
        if (v && !rows[i].set(d, v))
            return false;
    }
    d->bom = opt_has(ctx, OPT_BOM);
    d->pad_header = opt_has(ctx, OPT_PAD_HEADER);
    if (opt_has(ctx, OPT_NO_NOTIFICATION_CLASS) && d->n_columns == 17)
        d->n_columns = 16;
    if (d->decimal == d->delimiter && d->quote == QUOTE_never)
        return refuse("decimal", ",", "another character than the delimiter");
    return true;
}
