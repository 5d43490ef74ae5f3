/* Reads input files and brings them to UTF-8; whatever encoding they had, later passes see one. */
#include "compiler/source.h"
#include "compiler/ctx.h"
#include "compiler/scan.h"
#include "compiler/text_check.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Large ones lie in an arena of their own, whose pages serve again; small ones where memory checkers
 * see their end. */
enum { LARGE = 1 << 20 };

static bool grow(struct source *s, size_t *cap, size_t need)
{
    char *more = s->arena ? arena_grow(s->arena, s->bytes, cap, need, 1) : realloc(s->bytes, need);
    if (!more)
        return false;
    if (!s->arena)
        *cap = need;
    s->bytes = more;
    return true;
}

static const char *read_into(int fd, size_t expect, struct source *s)
{
    size_t cap = 0;
    for (;;) {
        if (s->n + 1 >= cap && !grow(s, &cap, cap ? cap * 2 : expect + 4096))
            return "not enough memory to read it";
        ssize_t got = read(fd, s->bytes + s->n, cap - s->n - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return strerror(errno);
        s->n += (size_t)got;
        if (s->n > SOURCE_MAX)
            return "larger than 1 GiB";
        if (!got) {
            s->bytes[s->n] = 0;
            return NULL;
        }
    }
}

static const char *read_all(int fd, size_t expect, struct source *out)
{
    *out = (struct source){ .arena = expect >= LARGE ? arena_new() : NULL };
    const char *why = read_into(fd, expect, out);
    if (why)
        source_free(out);
    return why;
}

/* ---- a large file is not copied: its pages are the system's ---- */

enum { MAPPED = 1 << 24 };
static struct {
    bool never;
    unsigned now;                   /* files that are mapped                                   */
    struct sigaction before;
    char told[256];                 /* what to say if one gets shorter                         */
} maps;

/* There is no data any more where the file was. Nothing has been written that would have to be undone. */
static void on_bus(int signal)
{
    ssize_t n = write(STDERR_FILENO, maps.told, strlen(maps.told));
    (void)n;
    (void)signal;
    _exit(1);
}

void source_copy_always(void)
{
    maps.never = true;
}

/* With zeros behind it. false: it has to be read. */
static bool map_file(int fd, size_t n, const char *path, struct source *out)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (n / page + 2) * page;
    char *p = maps.never ? MAP_FAILED : mmap(NULL, room, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return false;
    if (mmap(p, n, PROT_READ, MAP_PRIVATE | MAP_FIXED | MAP_POPULATE, fd, 0) == MAP_FAILED) {
        (void)munmap(p, room);
        return false;
    }
    (void)snprintf(maps.told, sizeof maps.told, "bacc: error: cannot read '%.180s': it got shorter meanwhile\n",
                   path);
    if (!maps.now++) {
        struct sigaction act = {.sa_handler = on_bus};
        (void)sigemptyset(&act.sa_mask);
        (void)sigaction(SIGBUS, &act, &maps.before);
    }
    *out = (struct source){ .bytes = p, .n = n, .mapped = room };
    return true;
}

static void unmap_file(const struct source *s)
{
    (void)munmap(s->bytes - s->skipped, s->mapped);
    if (!--maps.now)
        (void)sigaction(SIGBUS, &maps.before, NULL);
}

const char *source_read(const char *path, struct source *out)
{
    *out = (struct source){ 0 };
    if (!strcmp(path, "-")) {
        const char *unread = read_all(STDIN_FILENO, 0, out);
        out->once = true;
        return unread;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return strerror(errno);
    struct stat st;
    const char *why = NULL;
    if (fstat(fd, &st) < 0)
        why = strerror(errno);
    else if (S_ISDIR(st.st_mode))
        why = "is a directory";
    else if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
        why = "is a device, which may have no end";
    else if (st.st_size > SOURCE_MAX)
        why = "larger than 1 GiB";
    else if (!S_ISREG(st.st_mode) || st.st_size < MAPPED || !map_file(fd, (size_t)st.st_size, path, out))
        why = read_all(fd, (size_t)st.st_size, out);
    out->once = !why && !S_ISREG(st.st_mode);
    if (!why && !out->once)
        out->stamp = (struct source_stamp){st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec};
    close(fd);
    return why;
}

void source_free(struct source *s)
{
    if (s->mapped)
        unmap_file(s);
    else if (s->arena)
        arena_drop(s->arena);
    else if (s->bytes)
        free(s->bytes - s->skipped);
    free(s->lines);
    *s = (struct source){ 0 };
}

/* Where the n-th byte lies, in the bytes as they are now. */
static struct srcpos place(uint32_t file, const struct source *s, size_t n)
{
    struct scan scan = scan_of(s->bytes, s->n);
    scan_to(&scan, s->bytes + n);
    return (struct srcpos){ file, scan.line, scan.col };
}

static bool recode(struct ctx *ctx, uint32_t file, struct source *s, const char *encoding)
{
    iconv_t cd = iconv_open("UTF-8", encoding);
    if ((intptr_t)cd == -1) {
        diag(ctx, (struct srcpos){ file, 1, 1 }, D_BAD_ENCODING, "encoding '%s' is not known",
             encoding);
        diag_hint(ctx, "save the file as UTF-8");
        return false;
    }
    size_t cap = s->n * 3 + 16, left = cap - 1, in_left = s->n;
    char *buf = malloc(cap), *in = s->bytes, *out = buf;
    bool ok = buf && iconv(cd, &in, &in_left, &out, &left) != (size_t)-1;
    iconv_close(cd);
    if (!buf) {
        diag_machine(ctx, "out of memory");
        return false;
    }
    *out = 0;
    size_t at = s->n - in_left;
    bool once = s->once;
    source_free(s);
    *s = (struct source){ .bytes = buf, .n = (size_t)(out - buf), .recoded = true, .once = once };
    if (!ok) {
        diag(ctx, place(file, s, s->n), D_BAD_ENCODING,
             "byte %zu of the file is not valid in its encoding %s", at + 1, encoding);
        char *keep = arena_copy(ctx->arena, s->bytes, s->n);
        diag_file_bytes(ctx, file, keep, s->n);
    }
    return ok;
}

static const char *by_mark(const struct source *s)
{
    const unsigned char *b = (const unsigned char *)s->bytes;
    if (s->n >= 4 && (!memcmp(b, "\xff\xfe\0\0", 4) || !memcmp(b, "\0\0\xfe\xff", 4)))
        return "UTF-32";
    if (s->n >= 2 && (!memcmp(b, "\xff\xfe", 2) || !memcmp(b, "\xfe\xff", 2)))
        return "UTF-16";
    if (s->n >= 4 && !memcmp(b, "<\0?\0", 4))
        return "UTF-16LE";
    if (s->n >= 4 && !memcmp(b, "\0<\0?", 4))
        return "UTF-16BE";
    return s->n >= 3 && !memcmp(b, "\xef\xbb\xbf", 3) ? "UTF-8" : NULL;
}

static bool is_utf8(const char *encoding)
{
    return !strcasecmp(encoding, "UTF-8") || !strcasecmp(encoding, "UTF8") ||
           !strcasecmp(encoding, "US-ASCII") || !strcasecmp(encoding, "ASCII");
}

const char *source_declared(struct ctx *ctx, const char *s, size_t n)
{
    n = n < 512 ? n : 512;
    if (n < 6 || memcmp(s, "<?xml", 5) != 0)
        return NULL;
    const char *end = memmem(s, n, "?>", 2);
    const char *at = end ? memmem(s, (size_t)(end - s), "encoding", 8) : NULL;
    if (!at)
        return NULL;
    at += 8;
    at += strspn(at, " \t\r\n=");
    if (*at != '"' && *at != '\'')
        return NULL;
    size_t len = 0;
    while (isalnum((unsigned char)at[1 + len]) || at[1 + len] == '-' || at[1 + len] == '_' ||
           at[1 + len] == '.')
        len++;
    return arena_copy(ctx->arena, at + 1, len);
}

bool source_takes_utf8(struct ctx *ctx, const char *s, size_t n)
{
    const char *declared = source_declared(ctx, s, n);
    return !declared || !strcasecmp(declared, "UTF-8") || !strcasecmp(declared, "UTF8");
}

bool source_decode(struct ctx *ctx, uint32_t file, struct source *s, const char *encoding)
{
    const char *mark = by_mark(s);
    const char *use = mark ? mark : encoding ? encoding : "UTF-8";
    if (!is_utf8(use)) {
        if (!mark && !strncasecmp(use, "UTF-16", 6)) {
            diag(ctx, (struct srcpos){ file, 1, 1 }, D_BAD_ENCODING,
                 "the file says encoding '%s', but holds 8-bit characters", use);
            return false;
        }
        if (!recode(ctx, file, s, use))
            return false;
    }
    if (s->n >= 3 && !memcmp(s->bytes, "\xef\xbb\xbf", 3)) {
        s->bytes += 3;
        s->skipped += 3;
        s->n -= 3;
    }
    uint32_t *lines = s->n >= LARGE ? malloc((s->n / TEXT_BLOCK + 1) * sizeof *lines) : NULL;
    s->lines = lines;
    size_t bad = text_first_bad(s->bytes, s->n, lines);
    if (bad == s->n)
        return true;
    unsigned byte = (unsigned char)s->bytes[bad];
    if (byte)
        diag(ctx, place(file, s, bad), D_BAD_ENCODING, "byte 0x%02X is not valid UTF-8", byte);
    else
        diag(ctx, place(file, s, bad), D_BAD_CHARACTER, "a NUL byte in the file");
    return false;
}
