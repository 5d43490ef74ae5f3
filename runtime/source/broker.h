#ifndef SOURCE_BROKER_H
#define SOURCE_BROKER_H
/* Where an MQTT broker is, and as whom it is spoken to, as the project says. Reads the password's file, nothing else. */
#include <stdbool.h>

#include "runtime/source/feed.h"

struct broker {                 /* texts are its own; NULL: none                                  */
    char *host, *id, *user, *password, *ca, *cert, *key;
    int port, keep_alive;       /* keep_alive: seconds                                            */
    bool tls;
};
/* Files lie in `folder` unless a path says where. False: why not; broker_forget() is due in any case. */
bool broker_of(struct broker *q, const struct attrs *a, const char *plc, const char *source, const char *folder,
               char why[FEED_WHY]);
void broker_forget(struct broker *q);
#endif
