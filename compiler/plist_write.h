#ifndef COMPILER_PLIST_WRITE_H
#define COMPILER_PLIST_WRITE_H
/* A point list as text of a project, whole or in parts. */
#include "compiler/plist.h"

/* A whole new project. */
void plist_write(struct plist *l, struct textbuf *out);
/* Its parts, each line behind `indent`, what is inside further in by `step`; merge.c uses them too. */
void plist_write_states(const struct plist_states *s, const char *indent, const char *step, struct textbuf *out);
void plist_write_alarm(const struct plist_alarm *a, const char *indent, struct textbuf *out);
void plist_write_point(const struct plist_point *p, const char *indent, const char *step, struct textbuf *out);
void plist_write_publish(const struct plist_publish *p, const char *indent, const char *step, struct textbuf *out);
void plist_write_object(const struct plist_point *p, const struct plist_publish *o,
                        const char *indent, struct textbuf *out);
void plist_write_child(const struct plist_child *c, const char *indent, struct textbuf *out);
#endif
