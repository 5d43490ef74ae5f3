/* Dialects: what the command line makes of the standard one. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler/ede.h"
#include "compiler/number_text.h"
#include "compiler/options.h"

#define ALL_16 {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
static const struct ede_dialect standard = {
    .layout = "2.2", .title = "#Engineering-Data-Exchange - B.I.G.-EU", .keys = "", .keyname = "# keyname",
    .settable = "settable", .names = {"EDE", "ObjTypes", "StateTexts", "Units"}, .encoding = "UTF-8",
    .eol = "\r\n", .columns = ALL_16, .n_columns = 16, .delimiter = ';', .decimal = '.', .units_titles = true,
    .units_title = "# Unit Texts Reference;", .state_base = 1,
};

static bool refuse(const char *option, const char *value, const char *may_be)
{
    fprintf(stderr, "bacc export-ede: --%s is %s, not '%s'\n", option, may_be, value);
    return false;
}

/* All columns of the layout, in its order. */
static void standard_columns(struct ede_dialect *d)
{
    memcpy(d->columns, standard.columns, sizeof d->columns);
    d->n_columns = strcmp(d->layout, "2.3") ? 16 : 17;
    d->own_columns = false;
}

static bool layout(struct ede_dialect *d, const char *v)
{
    if (strcmp(v, "2") != 0 && strcmp(v, "2.1") != 0 && strcmp(v, "2.2") != 0 && strcmp(v, "2.3") != 0)
        return refuse("layout", v, "2, 2.1, 2.2 or 2.3");
    d->layout = v;
    d->settable = strcmp(v, "2") ? "settable" : "commandable";
    if (!d->own_columns)
        standard_columns(d);
    d->state_slash = !strcmp(v, "2");
    return true;
}

/* Column order, header and tables of Domat's own export. */
static void domat(struct ede_dialect *d)
{
    static const uint8_t columns[] = {EC_keyname, EC_device, EC_name, EC_type, EC_instance, EC_unit, EC_high, EC_low,
                                      EC_states};
    memcpy(d->columns, columns, sizeof columns);
    d->n_columns = sizeof columns;
    d->own_columns = true;
    d->trailing = d->range_as_limits = d->state_numbers = true;
    d->units_titles = false;
}

/* The thirteen columns of Johnson Controls' export. */
static void jci(struct ede_dialect *d)
{
    static const uint8_t columns[] = {EC_keyname, EC_device, EC_name, EC_type, EC_instance, EC_description, EC_min,
                                      EC_max, EC_settable, EC_high, EC_low, EC_states, EC_unit};
    memcpy(d->columns, columns, sizeof columns);
    d->n_columns = sizeof columns;
    d->own_columns = true;
}

static bool names(struct ede_dialect *d, const char *v)
{
    static const struct { const char *style, *names[EDE_FILES]; bool part_first; } known[] = {
        {"bigeu", {"EDE", "ObjTypes", "StateTexts", "Units"}, false},
        {"desigo", {"EDE", "ObjectTypes", "StateTexts", "Units"}, false},
        {"desigo-hyphen", {"EDE", "-object", "-states", "-unit"}, false},
        {"plc4x", {"edeDataText", "edeObjTypes", "edeStateText", "edeUnits"}, true},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(v, known[i].style)) {
            memcpy(d->names, known[i].names, sizeof d->names);
            d->part_first = known[i].part_first;
            return true;
        }
    return refuse("names", v, "bigeu, desigo, desigo-hyphen or plc4x");
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
        d->quote = QUOTE_text;
        d->encoding = "CP1252";
        d->units_titles = false;
        d->pad_header = true;
        jci(d);
    } else if (!strcmp(v, "plc4x")) {
        (void)layout(d, "2");
        (void)names(d, "plc4x");
    } else if (!strcmp(v, "desigo")) {
        (void)names(d, "desigo");
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
    d->quote = !strcmp(v, "all") ? QUOTE_all : !strcmp(v, "text") ? QUOTE_text
               : !strcmp(v, "minimal") ? QUOTE_minimal : QUOTE_never;
    return d->quote || !strcmp(v, "never") || refuse("quote", v, "never, minimal, text or all");
}

static bool tables(struct ede_dialect *d, const char *v)
{
    d->all_tables = !strcmp(v, "all");
    return d->all_tables || !strcmp(v, "used") || refuse("tables", v, "used or all");
}

/* "object-name,object-type,...": titles as layout 2.2 has them, "# keyname" without its hash. */
static bool column_list(struct ede_dialect *d, const char *v)
{
    const char *p = v;
    d->n_columns = 0;
    d->own_columns = true;
    for (; *p && d->n_columns < EDE_COLUMNS; p += *p == ',') {
        size_t n = strcspn(p, ","), c = 0;
        while (c < EDE_COLUMNS) {
            const char *name = c == EC_keyname ? "keyname" : ede_titles[c];
            if (strlen(name) == n && !strncasecmp(name, p, n))
                break;
            c++;
        }
        if (c == EDE_COLUMNS)
            return refuse("columns", v, "standard, domat, jci, or a list such as keyname,object-name,unit-code");
        d->columns[d->n_columns++] = (uint8_t)c;
        p += n;
    }
    return (d->n_columns > 0 && !*p) || refuse("columns", v, "standard, domat, jci, or a list of at most 18 titles");
}

static bool columns(struct ede_dialect *d, const char *v)
{
    if (!strcmp(v, "domat"))
        domat(d);
    else if (!strcmp(v, "jci"))
        jci(d);
    else if (strcmp(v, "standard") != 0)
        return column_list(d, v);
    else if (d->own_columns)
        standard_columns(d);
    return true;
}

static bool units_title(struct ede_dialect *d, const char *v)
{
    d->units_titles = !strcmp(v, "layout22");
    d->units_title = d->units_titles ? "#Encoding of BACnet Engineering Units;" : "# Unit Texts Reference;";
    return d->units_titles || !strcmp(v, "layout2") || refuse("units-title", v, "layout2 or layout22");
}

static bool state_titles(struct ede_dialect *d, const char *v)
{
    d->state_numbers = !strcmp(v, "numbers");
    return d->state_numbers || !strcmp(v, "text") || refuse("state-titles", v, "text or numbers");
}

static bool state_base(struct ede_dialect *d, const char *v)
{
    d->state_base = !strcmp(v, "1");
    return d->state_base || !strcmp(v, "0") || refuse("state-base", v, "1 or 0");
}

static bool keyname(struct ede_dialect *d, const char *v)
{
    d->keyname = v;
    return !strcmp(v, "# keyname") || !strcmp(v, "#keyname") || !strcmp(v, "keyname") ||
           refuse("hash-keyname", v, "'# keyname', '#keyname' or 'keyname'");
}

static bool title(struct ede_dialect *d, const char *v)
{
    d->title = v;
    return *v == '#' || refuse("hash-title", v, "a text that begins with #");
}

/* Importers know dd.mm.yyyy; a machine says yyyy-mm-dd. */
static bool timestamp(struct ede_dialect *d, const char *v)
{
    static char stamp[16];
    uint8_t ymd[3];
    if (parse_date(v, strlen(v), false, ymd) && date_exists(ymd)) {
        snprintf(stamp, sizeof stamp, "%02u.%02u.%04u", ymd[2], ymd[1], 1900u + ymd[0]);
        d->stamp = stamp;
        return true;
    }
    if (strlen(v) == 10 && v[2] == '.' && v[5] == '.') {
        snprintf(stamp, sizeof stamp, "%.4s-%.2s-%.2s", v + 6, v + 3, v);
        d->stamp = v;
        if (parse_date(stamp, 10, false, ymd) && date_exists(ymd))
            return true;
    }
    return refuse("timestamp", v, "a date such as 2026-11-20 or 20.11.2026");
}

bool ede_dialect_read(struct ctx *ctx, struct ede_dialect *d)
{
    static const struct { enum opt id; bool (*set)(struct ede_dialect *d, const char *v); } rows[] = {
        {OPT_PROFILE, profile}, {OPT_LAYOUT, layout},     {OPT_COLUMNS, columns},   {OPT_EDE_DELIMITER, delimiter},
        {OPT_DECIMAL, decimal}, {OPT_EDE_ENCODING, encoding}, {OPT_EOL, eol},           {OPT_QUOTE, quote},
        {OPT_TABLES, tables},   {OPT_NAMES, names},       {OPT_TITLE, title},       {OPT_KEYNAME, keyname},
        {OPT_UNITS_TITLE, units_title}, {OPT_STATE_TITLES, state_titles}, {OPT_STATE_BASE, state_base},
        {OPT_TIMESTAMP, timestamp},
    };
    *d = standard;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *v = opt_str(ctx, rows[i].id);
        if (v && !rows[i].set(d, v))
            return false;
    }
    d->comments = opt_has(ctx, OPT_COMMENTS);
    const char *for_whom = opt_str(ctx, OPT_PROFILE);
    if (d->comments && for_whom && strcmp(for_whom, "standard") != 0 && strcmp(for_whom, "niagara") != 0)
        return refuse("profile", for_whom, "standard or niagara with --comments");
    d->bom = opt_has(ctx, OPT_BOM);
    d->pad_header |= opt_has(ctx, OPT_PAD_HEADER);
    d->trailing |= opt_has(ctx, OPT_TRAILING);
    if (opt_has(ctx, OPT_HASH_KEYS))
        d->keys = "# ";
    if (opt_has(ctx, OPT_NO_NOTIFICATION_CLASS) && !d->own_columns && d->n_columns == 17)
        d->n_columns = 16;
    if (d->decimal == d->delimiter && d->quote == QUOTE_never)
        return refuse("decimal", ",", "another character than the delimiter");
    return true;
}
