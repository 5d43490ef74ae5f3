/* The loop wakes when somebody sets the machine's clock: a deadline by the wall may be past, however long
 * it was to sleep. It is set forward by a nanosecond; without the right to do that, nothing is tried. */
#include "runtime/base/loop.h"

#include <stdbool.h>
#include <sys/timex.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static bool set_clock(void)
{
    struct timex by = {.modes = ADJ_SETOFFSET | ADJ_NANO, .time = {0, 1}};
    return adjtimex(&by) >= 0;
}

int main(void)
{
    struct unit u = {0};
    struct loop loop;
    struct loop_event e[LOOP_EVENTS];
    int fd = loop_clock();
    CHECK(&u, !loop_open(&loop) && fd >= 0 && !loop_add(&loop, fd, 7, LOOP_READ));
    CHECK(&u, loop_wait(&loop, 0, e, LOOP_EVENTS) == 0);
    for (unsigned i = 0; i < 3 && set_clock(); i++) {
        CHECK(&u, loop_wait(&loop, 2000, e, LOOP_EVENTS) == 1 && e[0].tag == 7);
        loop_clock_take(fd);
        CHECK(&u, loop_wait(&loop, 0, e, LOOP_EVENTS) == 0);
    }
    close(fd);
    loop_close(&loop);
    return unit_end(&u);
}
