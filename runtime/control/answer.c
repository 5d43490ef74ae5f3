/* From a line to its answer: what is asked, what is said, now or when the disk, the store's reader or somebody
 * else has done with it. See control.h. */
#include "runtime/control/inside.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- answers ---- */

enum end call_fail(struct call *k, const char *code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(k->text, sizeof k->text, fmt, ap);
    va_end(ap);
    k->code = code;
    return END_FAILED;
}

static void say_error(struct wr *w, const char *id, const char *code, const char *text)
{
    w->len = 0;
    jw_open(w, '{');
    jw_key(w, "id");
    jw_raw(w, id);
    jw_member_bool(w, "ok", false);
    jw_key(w, "error");
    jw_open(w, '{');
    jw_member(w, "code", code);
    jw_member(w, "msg", text);
    jw_close(w, '}');
    jw_close(w, '}');
    wr_u8(w, '\n');
}

static void say_begin(struct wr *w, const char *id)
{
    w->len = 0;
    jw_open(w, '{');
    jw_key(w, "id");
    jw_raw(w, id);
    jw_member_bool(w, "ok", true);
    jw_key(w, "result");
}

static bool hold(struct control *c, const struct call *k)
{
    for (unsigned i = 0; i < PENDING; i++) {
        struct pending *p = &c->pending[i];
        if (p->line)
            continue;
        p->line = malloc(k->out.len);
        if (!p->line)
            return false;
        memcpy(p->line, k->out.buf, k->out.len);
        p->n = k->out.len;
        p->client = (uint32_t)(k->client - c->clients);
        p->generation = k->client->generation;
        p->ticket = k->ticket;
        memcpy(p->id, k->id, sizeof p->id);
        k->client->owed++;
        c->n_pending++;
        return true;
    }
    return false;
}

/* The result is in k->out after say_begin(); closes and sends it, now or when it is durable. */
static void say_end(struct control *c, struct call *k)
{
    jw_close(&k->out, '}');
    wr_u8(&k->out, '\n');
    if (!wr_fits(&k->out))
        say_error(&k->out, k->id, "too-large", "the answer is larger than a line may be; ask for less");
    else if (k->ticket > c->settled && hold(c, k))
        return;
    control_send(c, k->client, k->out.buf, k->out.len);
}

/* The id as it came: a number, a string, null. False: anything else, or too long. */
static bool take_id(const struct json *req, struct span line, char id[ID_MAX])
{
    const struct json *j = json_get(req, "id");
    struct span digits = {NULL, 0};
    struct wr w = wr_of(id, ID_MAX - 1);
    double v;
    if (json_string(j))
        jw_text(&w, json_string(j));
    else if (json_number(j, &v) && !(fabs(v) < 0x1p53) && (digits = json_number_text(line, "id")).n)
        wr_bytes(&w, digits.p, digits.n);
    else if (json_number(j, &v))
        jw_number(&w, v);
    else
        jw_null(&w);
    bool good = wr_fits(&w) && (!j || json_null(j) || json_string(j) || json_number(j, &v)) &&
                !(json_string(j) && strlen(json_string(j)) > 64);
    if (!good)
        w = wr_of(memcpy(id, "null", 5), ID_MAX), w.len = 4;
    id[w.len] = 0;
    return good;
}

static const struct command_row *row_of(const char *op)
{
    static const struct command_row *const tables[] = {value_commands, manage_commands,
                                                       state_commands, alarm_commands, history_commands,
                                                       recipient_commands, schedule_commands,
                                                       trend_commands};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct command_row *r = tables[i]; r->op; r++)
            if (!strcmp(r->op, op))
                return r;
    return NULL;
}

static enum end run(struct call *k, struct span line)
{
    const char *op = json_string(json_get(k->req, "op"));
    if (!json_object(k->req))
        return call_fail(k, "bad-request", "a request is a JSON object");
    if (!take_id(k->req, line, k->id))
        return call_fail(k, "bad-request", "id: a number or a string of at most 64 octets");
    if (!op)
        return call_fail(k, "bad-request", "op is missing");
    const struct command_row *r = row_of(op);
    if (!r)
        return call_fail(k, "unknown-op", "there is no operation '%.40s'", op);
    if (!call_kinds(k))
        return END_FAILED;
    say_begin(&k->out, k->id);
    return r->fn(k);
}

void control_line(struct control *c, struct client *client, const char *line, size_t n)
{
    const char *why;
    struct json *req = json_parse(line, n, &why);
    struct call k = {.c = c, .client = client, .db = c->db, .req = req, .id = "null",
                     .out = wr_of(c->answer, ANSWER_MAX)};
    c->served++;
    enum end end = req ? run(&k, (struct span){(const uint8_t *)line, n}) : call_fail(&k, "bad-json", "%s", why);
    if (end == END_LATER)
        client->owed++;
    if (end == END_DONE)
        say_end(c, &k);
    if (end == END_FAILED) {
        say_error(&k.out, k.id, k.code, k.text);
        control_send(c, client, k.out.buf, k.out.len);
    }
    json_free(req);
}

void control_settled(struct control *c, uint64_t ticket, bool ok)
{
    c->settled = ticket > c->settled ? ticket : c->settled;
    for (unsigned i = 0, left = c->n_pending; i < PENDING && left; i++) {
        struct pending *p = &c->pending[i];
        left -= p->line != NULL;
        if (!p->line || p->ticket > ticket)
            continue;
        struct client *k = &c->clients[p->client];
        bool there = k->fd >= 0 && k->generation == p->generation;
        if (there)
            k->owed--;
        if (there && ok) {
            control_send(c, k, p->line, p->n);
        } else if (there) {
            struct wr w = wr_of(c->answer, ANSWER_MAX);
            say_error(&w, p->id, "not-stored", "done, but storage could not keep it");
            control_send(c, k, w.buf, w.len);
        }
        free(p->line);
        p->line = NULL;
        c->n_pending--;
    }
}

/* ---- what others finish ---- */

struct job *call_job(struct call *k)
{
    for (unsigned i = 0; i < JOBS; i++) {
        struct job *j = &k->c->jobs[i];
        if (j->used)
            continue;
        uint8_t *buf = j->q.buf ? j->q.buf : malloc(ANSWER_MAX / 4);
        if (!buf)
            return NULL;
        *j = (struct job){.used = true, .generation = k->client->generation,
                          .client = (uint32_t)(k->client - k->c->clients)};
        j->q.buf = buf;
        j->q.cap = ANSWER_MAX / 4;
        j->q.kind = CONTROL_QUERY;
        j->q.index = i;
        memcpy(j->id, k->id, sizeof j->id);
        return j;
    }
    return NULL;
}

void control_finish(struct control *c, struct job *j)
{
    struct client *client = &c->clients[j->client];
    struct call k = {.c = c, .client = client, .db = c->db, .out = wr_of(c->answer, ANSWER_MAX)};
    memcpy(k.id, j->id, sizeof k.id);
    if (client->fd >= 0 && client->generation == j->generation) {
        client->owed--;
        say_begin(&k.out, k.id);
        j->finish(&k, j);
        if (k.code) {
            say_error(&k.out, k.id, k.code, k.text);
            control_send(c, client, k.out.buf, k.out.len);
        } else {
            say_end(c, &k);
        }
    }
    free(j->keep);
    j->keep = NULL;
    j->used = false;
}

void control_answered(struct control *c, struct store_query *q)
{
    if (q->index < JOBS && c->jobs[q->index].used)
        control_finish(c, &c->jobs[q->index]);
}

void control_store(struct control *c)
{
    for (unsigned i = 0; i < JOBS; i++) {
        struct job *j = &c->jobs[i];
        if (j->used && j->ticket && store_done(c->c.store) >= j->ticket)
            control_finish(c, j);
    }
}

bool control_next(struct control *c, struct control_ask *ask)
{
    if (!c || !c->n_asks)
        return false;
    *ask = c->asks[0];
    memmove(c->asks, c->asks + 1, --c->n_asks * sizeof *c->asks);
    return true;
}

void control_reply(struct control *c, const struct control_ask *ask, const char *code,
                   const char *text)
{
    struct client *client = &c->clients[ask->client];
    struct call k = {.c = c, .client = client, .db = c->db, .out = wr_of(c->answer, ANSWER_MAX)};
    memcpy(k.id, ask->id, sizeof k.id);
    if (!ask->id[0] || client->fd < 0 || client->generation != ask->generation)
        return;
    client->owed--;
    if (code) {
        say_error(&k.out, k.id, code, text);
        control_send(c, client, k.out.buf, k.out.len);
        return;
    }
    say_begin(&k.out, k.id);
    jw_open(&k.out, '{');
    jw_member(&k.out, "text", text);
    jw_close(&k.out, '}');
    say_end(c, &k);
}
