#ifndef TOOL_CTL_H
#define TOOL_CTL_H
/* The commands that talk to a running bacrt over its control socket. */
#include "runtime/base/options.h"
#include "runtime/control/json.h"

enum { CTL_REQUEST = 262144 };
struct ctl {                    /* a connection                                                   */
    int fd;
    char *in;                   /* what was read                                                  */
    size_t n, cap, at;
    bool json;
    void (*told)(void *ctx, const struct json *event);     /* an event that came before an answer; or NULL */
    void *ctx;
};
/* `path` NULL: $BACRT_CONTROL, or the only socket in the places where one would be. False: said. */
bool ctl_open(struct ctl *c, const char *path);
void ctl_close(struct ctl *c);
/* The next line, without its end; NULL: the other side has gone. Borrowed until the next call. */
char *ctl_line(struct ctl *c);
/* For what people will read unless c->json: without control characters. NULL: it is no JSON. */
struct json *ctl_parse(const struct ctl *c, const char *line);
/* Sends the request and gives the answer's result, parsed, and as it stands in *raw; NULL: it failed,
 * and why is on stderr. The caller frees. */
struct json *ctl_ask(struct ctl *c, struct wr *request, char **raw);
/* A connection for one request: the answer's result as JSON, or through `print`. The exit status. */
int ctl_once(const char *path, struct wr *request, bool json, void (*print)(const struct json *result));
/* A value that was parsed, written again. */
void ctl_copy(const struct json *j, struct wr *w);
typedef void ctl_print(const struct json *row);
/* Every page of an operation that lists: its array `key`, as JSON if c->json, else row by row through
 * `print`. 1: it failed, and why is on stderr. */
int ctl_list(struct ctl *c, const char *op, const char *key, const char *pattern, ctl_print *print);
/* False: more words than a command takes, which is said. */
bool ctl_words(const struct verb *verb, int n, int most);
/* A row for people. */
void ctl_print_point(const struct json *p);

int cmd_ctl(const struct verb *c, int argc, char **argv);      /* one request, one answer        */
int cmd_list(const struct verb *c, int argc, char **argv);
int cmd_status(const struct verb *c, int argc, char **argv);
int cmd_watch(const struct verb *c, int argc, char **argv);    /* ctl_watch.c                    */
int cmd_state(const struct verb *c, int argc, char **argv);
int cmd_audit(const struct verb *c, int argc, char **argv);
int cmd_alarms(const struct verb *c, int argc, char **argv);
int cmd_on_alarm(const struct verb *c, int argc, char **argv); /* ack, reset                     */
int cmd_events(const struct verb *c, int argc, char **argv);   /* ctl_events.c: the history      */
int cmd_recipients(const struct verb *c, int argc, char **argv);
int cmd_schedule(const struct verb *c, int argc, char **argv);  /* list, show                  */
int cmd_trend(const struct verb *c, int argc, char **argv);    /* list, show, export             */
int cmd_doctor(const struct verb *c, int argc, char **argv);  /* doctor.c: needs no running one */
#endif
