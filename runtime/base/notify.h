#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H
/* Tells the service manager how it goes: sd_notify(3)'s protocol, one datagram to $NOTIFY_SOCKET.
 * Without one nothing happens. */
#include <stdint.h>

void notify_say(const char *state);     /* "READY=1", "STATUS=...", several by newline            */
uint64_t notify_watchdog_ms(void);      /* to say WATCHDOG=1 that often; 0: nobody watches        */
#endif
