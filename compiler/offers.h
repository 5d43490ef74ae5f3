#ifndef COMPILER_OFFERS_H
#define COMPILER_OFFERS_H
/* Nodes on their way from the loader to who takes them, in the order in which they were sent. Where the
 * machine has a second processor and there are many, a thread of its own takes them, while the loader
 * reads on. */
#include <stddef.h>
#include <stdint.h>

struct node;
struct offers;

/* take() is called for each node, by one thread at a time; node and values are gone when it returns. */
struct offers *offers_new(void (*take)(void *arg, const struct node *n), void *arg);
/* A tag as it lies in a source that stays until offers_wait(): of each attribute only where its value is. */
struct offer_value {
    uint32_t at;                /* octets from the tag's '<'                                   */
    uint32_t n : 24;
    uint32_t name : 8;          /* enum at                                                     */
};
struct offer_tag {
    const char *tag;            /* '<'                                                         */
    uint32_t offset;            /* of it in the file                                           */
    uint16_t file, name;        /* name: enum el                                               */
    uint16_t n;                 /* attributes                                                  */
};
/* Room for its values. */
struct offer_value *offers_tag(struct offers *o, const struct offer_tag *tag);
/* An empty node with room for so many attributes, and for the octets of their values in *values. */
struct node *offers_room(struct offers *o, size_t n_attrs, size_t octets, char **values);
/* The tag of the last offers_tag() as a node, since something has to hang on it. */
struct node *offers_whole(struct offers *o);
/* What offers_tag() or offers_room() gave last; the room of what was not sent is given again. */
void offers_send(struct offers *o);
void offers_wait(struct offers *o);             /* until all that was sent has been taken      */
void offers_end(struct offers *o);              /* the same, and the end of it                 */
#endif
