/* See audit.h. */
#include "runtime/data/audit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/print.h"
#include "schemas/utf8.h"

static const char *const kind_names[AUDIT_KINDS] = {
    [AUDIT_WRITE] = "write", [AUDIT_MANUAL] = "manual", [AUDIT_AUTO] = "auto",
    [AUDIT_ACK] = "ack",     [AUDIT_RESET] = "reset",   [AUDIT_MANAGE] = "manage",
};

int audit_init(struct audit *a)
{
    *a = (struct audit){.ring = calloc(AUDIT_RING, sizeof *a->ring)};
    return a->ring ? 0 : -ENOMEM;
}

void audit_fini(struct audit *a)
{
    free(a->ring);
    *a = (struct audit){0};
}

void audit_text(char to[AUDIT_TEXT], struct span text)
{
    size_t n = utf8_cut(text.p, text.n, AUDIT_TEXT - 1);
    if (n)
        memcpy(to, text.p, n);
    to[n] = 0;
}

void audit_value(char to[AUDIT_TEXT], uint32_t property, struct span value)
{
    char text[AUDIT_TEXT] = "";         /* an octet more than there is room for: it tells where a character is cut */
    size_t begun = strlen(to);
    struct wr w = wr_of(text, sizeof text - begun);
    print_tagged(&w, rd_of(value.p, value.n), property);
    size_t n = utf8_cut(text, strnlen(text, w.cap), w.cap - 1);     /* what does not fit whole is left off */
    memcpy(to + begun, text, n);
    to[begun + n] = 0;
}

static struct span text_of(const char *s) { return (struct span){(const uint8_t *)s, strlen(s)}; }

void audit_note(struct audit *a, const struct audit_entry *e)
{
    if (!a)
        return;
    struct store_note note = {.time = e->time, .kind = e->kind, .device = e->device,
                              .object = e->oid};
    note.number[AUDIT_property] = e->property;
    note.number[AUDIT_index] = e->index;
    note.number[AUDIT_priority] = e->priority;
    note.number[AUDIT_code] = e->code;
    note.text[AUDIT_peer] = text_of(e->who);
    note.text[AUDIT_source] = text_of(e->name);
    note.text[AUDIT_old] = text_of(e->old);
    note.text[AUDIT_new] = text_of(e->now);
    memcpy(note.id, e->id, sizeof note.id);
    a->noted++;
    if (store_note(a->store, STORE_AUDIT, &note) == STORE_REFUSED)
        a->lost++;
    if (!a->heard || !a->ring)
        return;
    if (a->n == AUDIT_RING) {
        a->missed++;
        return;
    }
    a->ring[(a->head + a->n++) % AUDIT_RING] = *e;
}

bool audit_take(struct audit *a, struct audit_entry *e)
{
    if (!a->n)
        return false;
    *e = a->ring[a->head];
    a->head = (a->head + 1) % AUDIT_RING;
    a->n--;
    return true;
}

void audit_peer(const struct peer *p, char *text, size_t n)
{
    if (!p->snet) {
        snprintf(text, n, "%u.%u.%u.%u:%u", p->mac[0], p->mac[1], p->mac[2], p->mac[3],
                 (unsigned)(p->mac[4] << 8 | p->mac[5]));
        return;
    }
    int at = snprintf(text, n, "%u:", p->snet);
    for (unsigned i = 0; i < p->slen && i < PEER_SADR_MAX && (size_t)at + 3 < n; i++)
        at += snprintf(text + at, n - (size_t)at, "%02x", p->sadr[i]);
}

const char *audit_kind_name(uint32_t kind) { return kind < AUDIT_KINDS ? kind_names[kind] : NULL; }
