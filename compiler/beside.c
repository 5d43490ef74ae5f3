#include "compiler/beside.h"

#include <stddef.h>
#include <unistd.h>

static void *body(void *arg)
{
    const struct beside *b = arg;
    b->run(b->arg);
    return NULL;
}

void beside_begin(struct beside *b, void (*run)(void *arg), void *arg, bool worth_it)
{
    *b = (struct beside){ .run = run, .arg = arg };
    b->threaded = worth_it && sysconf(_SC_NPROCESSORS_ONLN) > 1 && !pthread_create(&b->thread, NULL, body, b);
    if (!b->threaded)
        run(arg);
}

void beside_end(struct beside *b)
{
    if (b->threaded)
        (void)pthread_join(b->thread, NULL);
    b->threaded = false;
}
