#ifndef COMPILER_OFFERS_H
#define COMPILER_OFFERS_H
/* Nodes on their way from the loader to who takes them, in the order in which they were sent. Where the
 * machine has a second processor and there are many, a thread of its own takes them, while the loader
 * reads on. */
#include <stddef.h>

struct node;
struct offers;

/* take() is called for each node, by one thread at a time; node and values are gone when it returns. */
struct offers *offers_new(void (*take)(void *arg, const struct node *n), void *arg);
/* An empty node with room for so many attributes, and for the octets of their values in *values. The
 * room that was not sent is given again. */
struct node *offers_room(struct offers *o, size_t n_attrs, size_t octets, char **values);
void offers_send(struct offers *o);             /* the node of the last offers_room()          */
void offers_wait(struct offers *o);             /* until all that was sent has been taken      */
void offers_end(struct offers *o);              /* the same, and the end of it                 */
#endif
