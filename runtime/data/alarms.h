#ifndef DATA_ALARMS_H
#define DATA_ALARMS_H
/* What alarms have to say and whom it is for: announcements (one for each transition or
 * acknowledgement) and deliveries (one for each recipient of one). Bounded pools, sized when the
 * image is opened. Objects fill them, the engine hands them out, services encode them; an
 * announcement waits here until storage holds what it says (135-2020 clause 13.2.5). */
#include "schemas/bacnet.h"
#include "schemas/image.h"
#include "schemas/tag.h"

struct store;

enum { ALARM_TEXT = 160, ALARM_PRIORITIES = 256, ALARM_NEWS = 1024 };

struct stamp { struct bdate date; struct btime time; };    /* local time, all 255: unspecified    */
struct said {                   /* what a transition says beside its time (clause 13.3)           */
    uint8_t from, to;           /* enum event_state                                               */
    uint8_t type;               /* enum event_type                                                */
    uint8_t reliability, flags; /* Status_Flags after the transition                              */
    uint32_t value;             /* Present_Value; BUFFER_READY: previous notification             */
    uint32_t other;             /* feedback, exceeded limit; BUFFER_READY: current one            */
    uint32_t deadband;          /* bits of a REAL                                                 */
};
struct event {                  /* what intrinsic reporting remembers of an object                */
    uint32_t object;
    uint8_t acked;              /* bit enum event_transition                                      */
    bool memory;                /* latched: the cause has gone, the alarm has not                 */
    bool reset;                 /* somebody asked for it to be forgotten                          */
    bool unsaved;               /* storage failed and had no room: it is to have it later         */
    bool waiting;               /* a condition waits for its delay:                               */
    uint8_t target;             /* the state that it leads to,                                    */
    uint32_t cause;             /* the value that it began with,                                  */
    uint64_t since;             /* and when that was, monotonic ms                                */
    uint8_t owes;               /* bit enum event_transition: acknowledged, and no announcement was free ... */
    uint8_t ack_state[TRANSITIONS];             /* ... to say so: as which state, and when        */
    struct stamp ack_at[TRANSITIONS];
    uint8_t text_n[TRANSITIONS];
    struct stamp stamp[TRANSITIONS];
    struct said said[TRANSITIONS];
};
struct announcement {
    uint64_t ticket;            /* not before the journal has this; 0: at once                    */
    uint32_t next, prev;        /* index + 1 in its list                                          */
    uint32_t older, newer;      /* index + 1: of the same object, queued before and after it      */
    uint32_t serial;            /* its name in storage, beside the object's identity              */
    uint32_t event;             /* index into db->events                                          */
    uint32_t class;             /* number of the Notification Class                               */
    uint32_t refs;              /* deliveries under way                                           */
    uint32_t first;             /* one of them, index + 1; the others are its siblings            */
    uint16_t device;
    uint8_t transition, priority, notify;
    bool ack_required;
    uint8_t line;               /* its priority, or that of a more urgent one that follows it     */
    bool waits;                 /* in that line, nobody has been looked up                        */
    bool live;                  /* not free                                                       */
    bool listed;                /* its recipients are its deliveries; before: the class's list    */
    bool marked;                /* in the list of those whose record in storage is old            */
    uint16_t n_only;            /* a restart or reload: for these recipients alone, by their ...  */
    uint32_t *only;             /* ... marks, malloc'ed; NULL: for the class's list               */
    struct stamp stamp;
    struct said said;
    uint8_t n;
    char text[ALARM_TEXT];
};
struct alarm_news {             /* a transition, for those who watch on the control socket        */
    int64_t time;               /* ms UTC                                                         */
    uint32_t event;
    uint8_t transition, from, to, type, n;
    char text[ALARM_TEXT];
};
enum delivery_end { DELIVERY_NONE, DELIVERY_DONE, DELIVERY_FAILED, DELIVERY_LOST, DELIVERY_AGAIN, DELIVERY_NEVER, DELIVERY_BUSY };
struct delivery {
    uint32_t next, prev, sibling;       /* index + 1                                              */
    uint32_t announcement, process, serial;
    uint32_t mark;              /* of the recipient, within its list                              */
    uint16_t channel;
    uint8_t end, attempts;      /* end: enum delivery_end                                         */
    uint32_t said;              /* number of the message to its recipient, the last time          */
    uint8_t line;               /* of its channel                                                 */
    bool lined;                 /* in it                                                          */
    bool confirmed;
    bool stale;                 /* its list has been written anew: it is not tried again          */
};

struct recipients_left {        /* of a list that has no room for them (object/recipients.c)      */
    struct recipients_left *next;
    uint32_t object, n;
    bool told;
    size_t octets;
    uint8_t bytes[];
};
struct alarms {
    struct store *store;        /* history; NULL: none                                            */
    char (*texts)[TRANSITIONS][ALARM_TEXT];    /* Event_Message_Texts, by event                   */
    struct announcement *announcements;
    uint32_t *newest;           /* by event: the one queued last, if it is live, index + 1        */
    struct delivery *deliveries;
    uint32_t n_announcements, n_deliveries, used, delivering;
    uint32_t held;              /* announcements that are not free                                */
    uint32_t free_announcement, free_delivery; /* index + 1                                       */
    uint32_t first[ALARM_PRIORITIES], last[ALARM_PRIORITIES];   /* waiting, by priority           */
    uint32_t waiting;
    uint32_t restored;          /* from storage or another image, not yet in line, index + 1      */
    uint32_t marked;            /* records in storage to be renewed, index + 1                    */
    uint32_t unsaved, looked;   /* events that storage has not; where the last one was found      */
    uint32_t owing, asked;      /* events that owe an acknowledgement; likewise                   */
    uint32_t announced;         /* newest serial of an announcement                               */
    uint32_t ended;             /* deliveries whose end the engine has not seen, index + 1        */
    uint32_t serial, taken;     /* taken: deliveries that are not free                            */
    uint64_t settled;           /* newest ticket that storage has settled                         */
    struct alarm_news *news;    /* ring of ALARM_NEWS                                             */
    uint32_t news_head, news_n;
    uint64_t news_missed;
    bool heard;                 /* somebody watches                                               */
    bool spoken;                /* the engine is to see that a variable is awaited no more        */
    uint64_t transitions, acknowledged, sent, undelivered;
};

/* For whoever watches; nothing is kept while nobody does. */
void alarms_news(struct alarms *a, const struct alarm_news *what);
bool alarms_news_take(struct alarms *a, struct alarm_news *what);       /* the oldest             */
int alarms_open(struct alarms *a, uint32_t n_events);    /* 0 or -ENOMEM                          */
void alarms_close(struct alarms *a);
/* NULL: no room. A new one is zero; alarms_queue() puts it in line. What an object has said before never comes
 * after it: older ones that wait are as urgent from then on. */
enum { ALARM_OLDER = 8 };       /* so many of them                                                */
struct announcement *alarms_take(struct alarms *a);
static inline bool alarms_free(const struct alarms *a)
{
    return a->free_announcement || a->used < a->n_announcements;
}
void alarms_queue(struct alarms *a, struct announcement *n);
/* The most urgent one that may be said now, off the line; NULL: none. */
struct announcement *alarms_next(struct alarms *a);
void alarms_give(struct alarms *a, struct announcement *n);
/* In line with the next turn; the caller has filled it in, with its serial. */
void alarms_restored(struct alarms *a, struct announcement *n);
struct delivery *delivery_take(struct alarms *a);        /* NULL: no room                         */
void delivery_give(struct alarms *a, struct delivery *d);
/* A client has written the list of that class: what its recipients have not answered is over. */
void deliveries_stale(struct alarms *a, uint16_t device, uint32_t class);
static inline uint32_t deliveries_free(const struct alarms *a)
{
    return a->n_deliveries - a->taken;
}
/* How it ended, once; `serial` guards against one that is gone. */
void delivery_end(struct alarms *a, uint32_t index, uint32_t serial, enum delivery_end end);
#endif
