/* See command.h. */
#include "runtime/object/command.h"

uint32_t command_resolve(struct command *c)
{
    c->active = 0;
    for (unsigned p = 1; p <= 16; p++) {
        if (command_has(c, p)) {
            c->active = (uint8_t)p;
            return c->slot[p - 1];
        }
    }
    return c->relinquish_default;
}

bool command_put(struct command *c, unsigned priority, uint32_t wire)
{
    if (command_has(c, priority) && c->slot[priority - 1] == wire)
        return false;
    c->slot[priority - 1] = wire;
    c->set |= (uint16_t)(1u << (priority - 1));
    return true;
}

bool command_clear(struct command *c, unsigned priority)
{
    if (!command_has(c, priority))
        return false;
    c->set &= (uint16_t)~(1u << (priority - 1));
    return true;
}
