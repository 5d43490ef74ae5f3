#ifndef COMPILER_EMIT_H
#define COMPILER_EMIT_H
/* Plan to image, one per PLC, in memory. Same plan and lock, same bytes. */
#include "compiler/beside.h"
#include "compiler/image_build.h"
#include "compiler/plan.h"
#include "compiler/sort.h"

enum { EMIT_SEEN = 128 };
/* Two halves, which nobody needs to make one after the other: the objects with their values, and the
 * variables with all texts and the tables that find things by name. */
struct emit {
    struct ctx *ctx;
    struct image_build b;
    struct ctx side;            /* of the second half: with an arena of its own                */
    struct image_build t;       /* strings; variables, states, sources, bindings; hash tables  */
    struct emit_seen {          /* texts of variables that are mostly the same ones            */
        const char *s;          /* mostly interned; NULL: none                                 */
        le32 at;
    } seen[EMIT_SEEN];
    const struct plc *of;
    const struct plan_plc *plc; /* of it; NULL: not planned yet                                */
    const struct alarm_point **alarms;          /* of SEC_alarms; NULL: of a log               */
    size_t alarms_cap;
    uint32_t *variable_at;      /* by serial: index in the image, IMG_NONE: not in it; NULL: all
                                   are, in that order                                          */
    struct variable **variables;        /* in the image; NULL: all                             */
    uint32_t n_variables;
    const struct plan_object **objects;         /* by index: device by device                  */
    uint32_t *variable_of;      /* by object: index of its variable, or IMG_NONE               */
    uint32_t n_objects, *first; /* first: of each device, the index of its first               */
    struct sort_item *trends;   /* the trend logs, each with its object's index                */
    uint32_t n_trends;
    size_t trends_cap;
    struct map *state_sets, *sources;           /* by name: index + 1 as a pointer             */
    const struct source **source_of;            /* by index                                    */
    size_t source_of_cap;
    struct intern shapes;
    const struct emit_next *next;               /* NULL: nothing                               */
    bool begun;                 /* the variables are under way until ahead_wait()              */
    struct emit_kin *kin;       /* emit_shape.c: objects with the same shared properties       */
    uint32_t n_kin;
    size_t kin_cap;
    struct intern kin_table;
    struct const_value value;                   /* scratch                                     */
};

/* An image; the file is its pieces one behind the other. Stays where it is until emit_checked(). */
struct emitted {
    struct arena *side;         /* holds some of the pieces                                    */
    struct image img;           /* borrows the pieces                                          */
    struct buf pieces[BUILD_SECTIONS];
    struct emitted_check {      /* by the rules of the reader: records, hash tables            */
        struct beside beside;
        const struct image *img;
        bool right;
        char why[256];
    } checks[2];
};
/* An image of which nothing is made yet; emit_variables() may follow at once where there is one PLC only, for then
 * all variables are in it. It ends in emit_image() or with emit_abandon(). */
struct emit *emit_begin(struct ctx *ctx, const struct plc *plc);
void emit_abandon(struct emit *e);
/* The image of a PLC, of which the check is under way. false: reported. What the plan has of that PLC
 * is used up: an image is large, and so is what it was made of. next->run, where there is a next, is what the
 * processor of the shorter half then begins. */
struct emit_next {
    void (*run)(void *arg);
    void *arg;
};
bool emit_image(struct ctx *ctx, struct plan_plc *plc, const struct emit_next *next, struct emitted *out);
/* Follows emit_image() that returned true. false: the image is not right, which is reported. */
bool emit_checked(struct ctx *ctx, const struct plan_plc *plc, struct emitted *x);
/* Its bytes are not needed any more. */
void emit_drop(struct emitted *x);

/* The object's variable: whose value it shows, or that it is made of; NULL: none. */
const struct variable *emit_variable_of(const struct plan_object *o);

/* emit_variable.c: which variables are in the image; their sections; their objects, once these have numbers. */
void emit_choose(struct emit *e);
void emit_variables(struct emit *e);
void emit_links(struct emit *e);
uint32_t emit_variable_index(const struct emit *e, const struct variable *v);
const struct variable *emit_chosen(const struct emit *e, uint32_t i);           /* the i-th in the image */
/* emit_object.c */
void emit_objects(struct emit *e, const struct plan_device *d, uint32_t device);
void emit_trends(struct emit *e);               /* once all objects have been emitted          */
void emit_alarm_texts(struct emit *e);          /* once the variables' texts have              */
/* emit_identity.c: identities in the image; fills in hashes of identifiers and names, by index. */
void emit_identities(struct emit *e, uint32_t *oids, uint32_t *names);
/* Of the variables: by index, with the first object of each, or IMG_NONE. */
void emit_variable_identities(struct emit *e, const uint32_t *objects);
/* emit_shape.c: the object's constants behind the others; its shape. */
uint32_t emit_shape(struct emit *e, const struct plan_object *o, const struct plan_device *d);
/* emit_password.c: crypt(3) hash of the device's management password, "" where there is none. */
struct str emit_password(struct ctx *ctx, const struct device *d, const struct img_identity *id);
#endif
