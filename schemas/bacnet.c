#include "schemas/bacnet.h"

#include <string.h>

struct name {
    uint32_t number;
    const char *text;
};

#define X(c, name, n) {n, name},
static const struct name object_types[] = {BACNET_OBJECT_TYPES(X)};
static const struct name properties[] = {BACNET_PROPERTIES(X)};
static const struct name error_classes[] = {BACNET_ERROR_CLASSES(X)};
static const struct name error_codes[] = {BACNET_ERROR_CODES(X)};
static const struct name reject_reasons[] = {BACNET_REJECT_REASONS(X)};
static const struct name abort_reasons[] = {BACNET_ABORT_REASONS(X)};
#undef X

static const struct name abbreviations[] = {
    {OT_analog_input, "AI"},       {OT_analog_output, "AO"},      {OT_analog_value, "AV"},
    {OT_binary_input, "BI"},       {OT_binary_output, "BO"},      {OT_binary_value, "BV"},
    {OT_multi_state_input, "MI"},  {OT_multi_state_output, "MO"}, {OT_multi_state_value, "MV"},
    {OT_multi_state_input, "MSI"}, {OT_multi_state_output, "MSO"}, {OT_multi_state_value, "MSV"},
    {OT_notification_class, "NC"}, {OT_schedule, "SCH"},          {OT_schedule, "SCHED"},
    {OT_calendar, "CAL"},          {OT_trend_log, "TL"},          {OT_device, "DEV"},
    {OT_event_log, "EL"},          {OT_network_port, "NP"},       {OT_file, "FILE"},
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* The lists are in the order of their numbers (a unit test says so). */
static const char *find(const struct name *v, size_t n, uint32_t number)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (v[mid].number < number)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && v[lo].number == number ? v[lo].text : NULL;
}

static int same(const char *name, const char *given, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char a = name[i], b = given[i] == '_' ? '-' : given[i];
        if (b >= 'A' && b <= 'Z' && a >= 'a' && a <= 'z')
            b = (char)(b - 'A' + 'a');
        if (!a || a != b)
            return 0;
    }
    return !name[n];
}

static long by_name(const struct name *v, size_t n, const char *given, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (same(v[i].text, given, len))
            return (long)v[i].number;
    return -1;
}

const char *object_type_name(uint32_t n) { return find(object_types, COUNT(object_types), n); }
const char *property_name(uint32_t n) { return find(properties, COUNT(properties), n); }
const char *error_class_name(uint32_t n) { return find(error_classes, COUNT(error_classes), n); }
const char *error_code_name(uint32_t n) { return find(error_codes, COUNT(error_codes), n); }
const char *reject_reason_name(uint32_t n)
{
    return find(reject_reasons, COUNT(reject_reasons), n);
}
const char *abort_reason_name(uint32_t n) { return find(abort_reasons, COUNT(abort_reasons), n); }

long object_type_by_name(const char *name, size_t n)
{
    for (size_t i = 0; i < COUNT(abbreviations); i++)
        if (strlen(abbreviations[i].text) == n && !memcmp(abbreviations[i].text, name, n))
            return (long)abbreviations[i].number;
    return by_name(object_types, COUNT(object_types), name, n);
}

long property_by_name(const char *name, size_t n)
{
    return by_name(properties, COUNT(properties), name, n);
}
