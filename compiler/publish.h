#ifndef COMPILER_PUBLISH_H
#define COMPILER_PUBLISH_H
/* Which variable is which object in which device: the automatic rows of the object table
 * (bacnetVisible), refined or added to by the manual ones (Device/Object). Everything that turns
 * the project into objects (numbering, plan, EDE, diff) reads this list and nothing else. */
#include "compiler/model.h"

/* A large project is mostly these: what the variable says is not repeated. */
struct publication {
    struct variable *variable;
    struct device *device;
    struct publication_more *more;      /* NULL: an automatic row, all is as the variable says */
    uint8_t type;                       /* enum object_type: AI AO AV BI BO BV MI MO MV        */
    bool reverse : 1;                   /* FALSE of the variable is ACTIVE                     */
    bool commandable : 1;               /* has a priority array                                */
    bool writable : 1;                  /* Present_Value, by clients                           */
    bool guessed : 1;                   /* the project fails to say which device: this one
                                           stands for it, so that the rest can be checked      */
};
struct publication_more {
    const struct object_row *row;       /* the manual row, NULL: an automatic one              */
    const struct on_plc *on;            /* the On child of this PLC, or NULL                   */
    struct srcpos pos;                  /* the row, the On child or the variable               */
    struct publication *same_variable;  /* the variable's object in another device, or NULL    */
};

/* Pass "publish": fills device->publications. Publications of one device are contiguous, those
 * of switched-off rows are not there. SCHEDULE_* variables become schedules of their device
 * (device->schedules), written or automatic, and are not in the list. */
void pass_publish(struct ctx *ctx);
void publish_dump(const struct ctx *ctx, FILE *f);
void publish_sources(struct ctx *ctx);                          /* part of the pass, its begin */
/* The device that says that a source is lost; NULL: it feeds nothing in that PLC. */
struct device *source_device(const struct model *m, const struct source *s, const struct plc *plc);

/* What the variable says of that PLC alone, NULL: nothing. */
static inline const struct on_plc *on_of(const struct variable *v, const struct plc *plc)
{
    for (const struct on_plc *on = variable_rare(v)->on_list; on; on = on->next)
        if (on->plc.to == plc)
            return on;
    return NULL;
}
static inline const struct object_row *publication_row(const struct publication *p)
{
    return p->more ? p->more->row : NULL;
}
static inline const struct on_plc *publication_on(const struct publication *p)
{
    return p->more ? p->more->on : NULL;
}
static inline struct srcpos publication_pos(const struct publication *p)
{
    return p->more ? p->more->pos : p->variable->pos;
}
static inline struct publication *publication_next(const struct publication *p)
{
    return p->more ? p->more->same_variable : NULL;
}
/* Object_Name; explicit instance, or NOT_SET: to be numbered. */
struct str publication_name(const struct publication *p);
uint32_t publication_instance(const struct publication *p);
/* What the On says of it: nothing where another device is meant. */
uint32_t publication_on_instance(const struct publication *p);
/* NULL: not alarmable; the class of what is. */
struct alarm_point *publication_alarm(const struct publication *p);
struct notification_class *publication_class(const struct publication *p);
/* Description; and what the row says, else the variable: formerly is the variable's former name. */
struct str publication_description(const struct publication *p);
struct str publication_guid(const struct publication *p);
struct str publication_formerly(const struct publication *p);

/* The object of a variable: in `home` if it has one there, else in another device of that PLC,
 * else NULL. */
struct publication *publication_of(const struct variable *v, const struct device *home);

/* Every publication of the project or of one PLC in order:
 *     for (struct device *d = first_device(m, NULL); d; d = next_device(d, NULL)) ...          */
struct device *first_device(const struct model *m, const struct plc *only);
struct device *next_device(const struct device *d, const struct plc *only);

/* Present_Value of a value of the variable: 0-base and polarity applied. false: a value that is
 * no state of the set (multi-state) or does not exist (binary takes 0 and 1 only). */
bool wire_value(const struct publication *p, double value, double *wire);
/* The same for a schedule: as the first object of this PLC counts that it writes, else as its
 * variable does. A value that has no state stays as it is. */
double schedule_wire(const struct schedule *s, double value);
/* The state of a set by value; NULL: none. */
const struct state *state_by_value(const struct state_set *set, double value);
const struct state *state_by_text(const struct state_set *set, struct str text);
/* A value as written in the project: number, true/false, or the text of one of the variable's
 * states. false: none of these. */
bool value_read(const struct variable *v, struct str text, double *value);
/* The alarm point's alarmStates or faultStates one by one: blanks stand between them, unless that would be a text
 * which the variable's states do not have: then ; or else , does, and a text may be in quotes. */
struct state_list { const char *p; char between; bool quotes; };
struct state_list state_list(struct ctx *ctx, const struct variable *v, struct str states);
bool state_next(struct ctx *ctx, struct state_list *l, struct str *word);
/* The alarm point's alarmStates or faultStates as values of that variable, ascending, in the
 * arena; returns how many. Words that are no state of it are left out (checks report them). */
uint32_t alarm_values(struct ctx *ctx, const struct variable *v, struct str states, double **out);
#endif
