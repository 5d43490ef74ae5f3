#ifndef DATA_SUBS_INT_H
#define DATA_SUBS_INT_H
/* Between subs.c (who subscribes to what) and subs_line.c (who is next). */
#include "runtime/data/subs.h"

enum { SUBS_LIFETIME, SUBS_PAUSE };     /* kinds of the timers inside                            */

void subs_line_leave(struct subs *s, struct sub *x);     /* out of its line, off its account     */
void subs_line_close(struct subs *s, struct subscriber *r);      /* out of the round             */
void subs_line_resume(struct subs *s, struct subscriber *r);     /* its pause is over            */
void subs_watch_free(struct subs *s, struct watch *w);
#endif
