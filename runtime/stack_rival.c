/* Another device that says it has our instance number: known until it is silent. Part of the stack; see stack.h. */
#include "runtime/stack_inside.h"

/* Whoever is there answers a Who-Is; three of them that nobody answers are no accident. */
enum { LOOK_MS = 300000, SILENT_MS = 3 * LOOK_MS + 60000 };

static void look_again(struct stack *s)
{
    if (!timer_armed(&s->rivals))
        timer_set(s->c.timers, &s->rivals, clock_ms(s->c.clock) + LOOK_MS);
}

void stack_rival_heard(struct stack *s, struct node *own, const struct peer *from)
{
    if (!own->conflict)
        log_say(s->c.log, LOGGED_ERROR, "duplicate-instance", "another device on the network says it is device %u",
                own->instance);
    own->conflict = true;
    own->rival = *from;
    own->rival_ms = clock_ms(s->c.clock);
    look_again(s);
}

void stack_rivals_look(struct stack *s)
{
    uint64_t now = clock_ms(s->c.clock);
    for (uint16_t i = 0; i < s->c.n_devices; i++) {
        struct node *own = &s->nodes[i];
        struct intent ask = {.kind = INTENT_WHO_IS, .to = INTENT_GLOBAL, .device = own->index, .object = own->instance};
        if (!own->conflict)
            continue;
        if (!own->running || s->c.services->communication(own->device))
            own->rival_ms = now;        /* it asks nobody, and so knows nothing                */
        if (now >= own->rival_ms + SILENT_MS) {
            own->conflict = false;
            log_say(s->c.log, LOGGED_INFO, "duplicate-instance", "nobody else has said for %u minutes that it is device %u",
                    SILENT_MS / 60000, own->instance);
            continue;
        }
        (void)outbox_put(s->c.outbox, &ask);
        look_again(s);
    }
}
