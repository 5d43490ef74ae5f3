/* Entrance: the file of a restore, and what is made of it. Input: an octet of flags (1: sizes and sum
 * are mended, 2: the rest is the file itself), else the rest are edits of a good file, each two octets
 * of place and one to be added. Whatever is taken must come out again: a backup after the restore,
 * restored, gives the same backup. The image comes from $FUZZ_IMAGE. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runtime/object/backup.h"
#include "runtime/object/prop.h"
#include "tests/dut.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { FILE_MAX = 1 << 16 };

/* A client has written something to every property that takes its own value back. */
static void write_all(struct device *d)
{
    static uint8_t value[OVERLAY_VALUE_MAX];
    static const struct peer nobody;
    const struct origin by = {BY_CLIENT, 8, &nobody};
    const struct db *db = d->db;
    for (uint32_t i = 0; i < d->n_objects; i++) {
        uint32_t object = d->first_object + i;
        const struct shape *s = &db->shapes[le16_get(db->img.objects[object].shape)];
        for (uint32_t k = 0; k < s->n_slots; k++) {
            struct wr w = wr_of(value, sizeof value);
            uint32_t property = db->slots[s->first_slot + k].property;
            if (property != P_out_of_service && !prop_read(d, object, property, BACNET_INDEX_ALL, &w) && wr_fits(&w))
                (void)prop_write(d, object, property, BACNET_INDEX_ALL, (struct span){value, w.len}, &by, NULL);
        }
    }
}

static void put32(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static void mend(uint8_t *file, size_t n, const struct device *d)
{
    uint64_t h = 0xcbf29ce484222325u;
    uint32_t records = 0;
    size_t at = BACKUP_HEAD;
    if (n < BACKUP_HEAD)
        return;
    for (; n - at >= BACKUP_RECORD; records++) {
        const uint8_t *p = file + at + 20;
        size_t len = p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
        if (len > n - at - BACKUP_RECORD)
            break;
        at += BACKUP_RECORD + len;
    }
    static const char magic[16] = "bacrt config 1\r\n";
    for (size_t i = 0; i < sizeof magic; i++)   /* octets, not text */
        file[i] = (uint8_t)magic[i];
    memcpy(file + 16, d->img->identity.b, 16);
    put32(file + 32, records);
    put32(file + 36, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        if (i < 40 || i >= BACKUP_HEAD)
            h = (h ^ file[i]) * 0x100000001b3u;
    put32(file + 40, (uint32_t)h);
    put32(file + 44, (uint32_t)(h >> 32));
}

static size_t backup(struct device *d, uint8_t out[FILE_MAX])
{
    static const struct peer me;
    struct span s = {NULL, 0};
    bool end = false;
    if (backup_begin(d, &me) || backup_read(d, 0, FILE_MAX, &s, &end) || !end)
        abort();
    if (s.n)
        memcpy(out, s.p, s.n);
    backup_end(d, BACKUP_IDLE);
    return s.n;
}

static bool restore(struct device *d, const uint8_t *file, size_t n)
{
    static const struct peer me;
    uint32_t where;
    if (restore_begin(d, &me))
        abort();
    for (size_t at = 0; at < n; at += 1000) {
        size_t piece = n - at < 1000 ? n - at : 1000;
        if (backup_write(d, &me, -1, (struct span){file + at, piece}, &where))
            abort();
    }
    if (restore_end(d))
        return false;
    while (!restore_turn(d))
        continue;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static uint8_t file[FILE_MAX], first[FILE_MAX], second[FILE_MAX];
    size_t size, len;
    if (!n || n > FILE_MAX / 2)
        return 0;
    const uint8_t *img = dut_image(&size);
    struct dut *t = dut_open(img, size);
    struct device *d = &dut_db(t)->devices[0];
    write_all(d);
    len = backup(d, file);
    if (bytes[0] & 2) {
        len = n - 1;
        memcpy(file, bytes + 1, len);
    } else {
        size_t whole = len ? len : 1;
        for (size_t i = 1; i + 2 < n; i += 3)
            file[(bytes[i] | (size_t)bytes[i + 1] << 8) % whole] += bytes[i + 2];
    }
    if (bytes[0] & 1)
        mend(file, len, d);
    bool good = restore(d, file, len);
    if (n == 1 && !(bytes[0] & 2) && !good)
        abort();                        /* a good file is refused */
    if (good) {
        size_t a = backup(d, first);
        if (!restore(d, first, a))
            abort();                    /* our own file is refused */
        if (backup(d, second) != a || memcmp(first, second, a) != 0)
            abort();                    /* what was restored is not what was saved */
    }
    dut_sleep(t, 1000);
    dut_close(t);
    return 0;
}
