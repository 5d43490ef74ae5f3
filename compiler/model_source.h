#ifndef COMPILER_MODEL_SOURCE_H
#define COMPILER_MODEL_SOURCE_H
/* The model, fourth part: sources and what is bound to them. Included by model.h. */

struct setting {                 /* an attribute kept as written                               */
    struct str name, value;
    struct srcpos pos;           /* of the value                                               */
};
struct fed { const struct plc *plc; struct fed *next; };
struct source {
    struct str kind, id;         /* "Mqtt", "Modbus", "Simulate"                               */
    struct srcpos pos;
    const struct node *node;
    struct setting *settings;    /* without id and alarmPoint                                  */
    uint32_t n_settings;
    struct ref alarm_point;
    struct variable *lost;       /* publish_source.c: true while lost; NULL: no alarm point    */
    bool feeds_all;              /* publish_source.c, of one with an alarm point: it has a
                                    variable of all PLCs, or some of these                     */
    struct fed *fed;
    bool poisoned;
    struct source *next;
};
struct binding {
    struct ref source;
    struct srcpos pos;
    const struct node *node;
    struct setting *settings;    /* without source                                             */
    uint32_t n_settings;
    struct binding *next;
};
#endif
