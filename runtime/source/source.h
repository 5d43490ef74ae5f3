#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H
/* Where process values come from: the sources of an image and the bindings of its variables. Each
 * source that talks to somebody has a thread of its own (feed.h); what it reads comes to the loop
 * through a mailbox, what the network writes goes back the same way. A peer that is slow, dead or mad
 * costs its own source, never the loop. Stale values, echoes and what goes out are decided here. */
#include "runtime/base/log.h"
#include "runtime/base/loop.h"
#include "runtime/base/timer.h"
#include "runtime/data/db.h"

struct sources;
struct source_config {
    struct db *db;
    struct loop *loop;
    struct timers *timers;
    const struct clock *clock;
    struct log *log;
    uint32_t tag;               /* events of ours: tag | index, SOURCE_TAGS of them               */
    uint16_t timer;             /* kind of our timers                                             */
    const char *folder;         /* of files named without a path: the image's                     */
    bool simulate;              /* move what no source moves                                      */
    /* After a reload, or NULL: the sources so far, let go by sources_pause(), and their image (which is
     * not that of `db`). Those that are the same there go on as they are, connection and all. */
    struct sources *before;
    const struct image *image_before;
};
struct source_status {
    const char *id, *kind;
    const char *state;          /* connecting, connected, lost, unavailable                       */
    const char *reason;         /* NULL: nothing wrong                                            */
    uint64_t samples, failures;
};
enum { SOURCE_TAGS = 65536 };

/* 0 or -ENOMEM. A source that cannot start is `unavailable`; the others go on. */
int sources_open(struct sources **s, const struct source_config *c);
/* `last`: nobody opens them again; goodbyes are said, for a second at most. */
void sources_close(struct sources *s, bool last);
/* Before another image: what they took out of service is put back, so that it is not carried over as
 * somebody's will. From then on only sources_open(.before) and sources_close() may see them. */
void sources_pause(struct sources *s);
void sources_event(struct sources *s, uint32_t tag);
void sources_timer(struct sources *s, const struct timer *t);
/* Before the dirty sets are emptied: what changed goes out to the sources. */
void sources_turn(struct sources *s);
size_t sources_count(const struct sources *s);
struct source_status sources_status(const struct sources *s, size_t i);
#endif
