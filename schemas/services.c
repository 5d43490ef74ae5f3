#include "schemas/services.h"

#include <string.h>

#include "schemas/bacnet.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct { const char *title; uint8_t bit; } executed[] = {
#define X(choice, name, text, title, fn, always) {title, SS_##name},
    SERVICES_CONFIRMED(X) SERVICES_UNCONFIRMED(X)
#undef X
};
static const char *const initiated[] = {
#define X(title) title,
    SERVICES_INITIATED(X)
#undef X
};

bool service_executes(const char *title)
{
    for (size_t i = 0; i < COUNT(executed); i++)
        if (!strcmp(executed[i].title, title))
            return true;
    return false;
}

bool service_initiates(const char *title)
{
    for (size_t i = 0; i < COUNT(initiated); i++)
        if (!strcmp(initiated[i], title))
            return true;
    return false;
}

const char *service_title(size_t i)
{
    if (i < COUNT(executed))
        return executed[i].title;
    i -= COUNT(executed);
    for (size_t k = 0; k < COUNT(initiated); k++)
        if (!service_executes(initiated[k]) && !i--)
            return initiated[k];
    return NULL;
}

uint64_t services_supported(void)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < COUNT(executed); i++)
        bits |= (uint64_t)1 << executed[i].bit;
    return bits;
}
