/* The table of `bacrt watch` on a terminal: rows that scroll, what changed a moment ago in bold, what is
 * wrong or held by hand in colour, the latest events below. Names are other people's: nothing that a
 * terminal would obey is ever sent to it. */
#include "runtime/tool/watch.h"

#ifndef HAVE_NCURSES

bool watch_screen(struct ctl *c, struct watch *w, int *status)
{
    (void)c;
    (void)w;
    (void)status;
    return false;
}

#else

#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <ncurses.h>

enum { NEWS_ROWS = 5, FRESH_MS = 2000, FILTER = 40, RED = 1, YELLOW, FRAME_MS = 50 };
struct view {
    struct watch *w;
    uint32_t *shown, n, cap;    /* rows that match the filter                                     */
    uint32_t top, rows_seen;
    char filter[FILTER];
    size_t n_filter;
    bool typing, dirty, news;
};

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Text in so many columns, cut or filled; controls and what is no UTF-8 as a question mark. */
static void put(int y, int x, int width, bool right, const char *text)
{
    wchar_t wide[WATCH_TEXT + 1];
    mbstate_t state = {0};
    int n = 0, used = 0;
    while (*text && n < WATCH_TEXT) {
        wchar_t c;
        size_t k = mbrtowc(&c, text, strlen(text), &state);
        int w = k && k < (size_t)-2 ? wcwidth(c) : -1;
        if (w < 0) {
            c = L'?';
            w = 1;
            state = (mbstate_t){0};
        }
        text += k && k < (size_t)-2 ? k : 1;
        if (used + w > width)
            break;
        wide[n++] = c;
        used += w;
    }
    if (width <= 0 || y >= LINES || x >= COLS)
        return;
    mvprintw(y, x, "%*s", width, "");
    mvaddnwstr(y, right ? x + width - used : x, wide, n);
}

static bool matches(const struct view *v, const char *name)
{
    return !v->n_filter || strcasestr(name, v->filter);
}

static void find_rows(struct view *v, bool anew)
{
    if (anew)
        v->n = v->rows_seen = 0;
    for (; v->rows_seen < v->w->n; v->rows_seen++) {
        if (!matches(v, v->w->rows[v->rows_seen].name))
            continue;
        if (v->n == v->cap) {
            uint32_t cap = v->cap ? v->cap * 2 : 256;
            uint32_t *more = realloc(v->shown, cap * sizeof *more);
            if (!more)
                return;
            v->shown = more;
            v->cap = cap;
        }
        v->shown[v->n++] = v->rows_seen;
    }
}

/* ---- drawing ---- */

struct columns { int name, value, unit, state, quality, time; };

/* The name has what the others leave; a narrow terminal loses columns from the right. */
static struct columns columns_of(int width)
{
    struct columns c = {.name = 20, .value = 13};
    int left = width - c.name - c.value - 1;
    struct { int *column, want; } rest[] = {{&c.unit, 9}, {&c.state, 12}, {&c.quality, 14}, {&c.time, 14}};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
        *rest[i].column = left > rest[i].want ? rest[i].want : 0;
        left -= *rest[i].column ? rest[i].want + 1 : 0;
    }
    c.name += left > 0 ? left : 0;
    c.name = c.name > width ? width : c.name;
    return c;
}

static void put_cells(int y, const struct columns *c, const char *const cells[6])
{
    const int widths[6] = {c->name, c->value, c->unit, c->state, c->quality, c->time};
    for (int i = 0, x = 0; i < 6; i++) {
        put(y, x, widths[i], i == 1, cells[i]);
        x += widths[i] + (widths[i] > 0);
    }
}

static void draw_row(int y, const struct columns *c, const struct watch_row *r, uint64_t now)
{
    char time[24] = "";
    if (strlen(r->time) > 22)
        snprintf(time, sizeof time, "%.12s", r->time + 11);     /* of day, UTC */
    const char *const cells[6] = {r->name, r->value, r->unit, r->state,
                                  *r->quality ? r->quality : r->manual ? "manual" : "", time};
    attr_t look = r->told_ms && now - r->told_ms < FRESH_MS ? A_BOLD : A_NORMAL;
    look |= *r->quality ? (attr_t)COLOR_PAIR(RED) : r->manual ? (attr_t)COLOR_PAIR(YELLOW) : 0;
    attron(look);
    put_cells(y, c, cells);
    attroff(look);
}

static void draw_news(const struct view *v, int y, int n)
{
    const struct watch *w = v->w;
    attron(A_REVERSE);
    put(y, 0, COLS, false, " latest events");
    attroff(A_REVERSE);
    uint32_t have = w->n_news < (uint32_t)n ? w->n_news : (uint32_t)n;
    for (uint32_t i = 0; i < have; i++) {
        const struct watch_news *e = &w->news[(w->n_news - have + i) % WATCH_NEWS];
        attr_t look = e->alarm ? (attr_t)COLOR_PAIR(RED) : A_NORMAL;
        attron(look);
        put(y + 1 + (int)i, 0, COLS, false, e->text);
        attroff(look);
    }
}

static int table_rows(const struct view *v)
{
    int rows = LINES - 2 - (v->news && LINES > NEWS_ROWS + 6 ? NEWS_ROWS + 1 : 0);
    return rows > 0 ? rows : 1;
}

static void draw_foot(const struct view *v)
{
    char text[WATCH_TEXT];
    uint32_t to = v->top + (uint32_t)table_rows(v);
    char missed[48] = "";
    if (v->w->missed)
        snprintf(missed, sizeof missed, "  %llu events missed", (unsigned long long)v->w->missed);
    if (v->typing)
        snprintf(text, sizeof text, " filter: %s_   Enter keeps it, Esc drops it", v->filter);
    else
        snprintf(text, sizeof text, " %u-%u of %u%s%s%s   arrows scroll  / filters  q ends",
                 v->n ? v->top + 1 : 0, to < v->n ? to : v->n, v->n, v->n_filter ? " with " : "",
                 v->filter, missed);
    attron(A_REVERSE);
    put(LINES - 1, 0, COLS, false, text);
    attroff(A_REVERSE);
}

static void draw(struct view *v)
{
    static const char *const titles[6] = {"name", "value", "unit", "state", "", "changed (UTC)"};
    struct columns c = columns_of(COLS);
    int rows = table_rows(v);
    uint64_t now = now_ms();
    find_rows(v, false);
    if (v->top + (uint32_t)rows > v->n)
        v->top = v->n > (uint32_t)rows ? v->n - (uint32_t)rows : 0;
    erase();
    attron(A_REVERSE);
    put(0, 0, COLS, false, "");
    put_cells(0, &c, titles);
    attroff(A_REVERSE);
    for (int y = 0; y < rows && v->top + (uint32_t)y < v->n; y++)
        draw_row(y + 1, &c, &v->w->rows[v->shown[v->top + (uint32_t)y]], now);
    if (rows < LINES - 2)
        draw_news(v, 1 + rows, NEWS_ROWS);
    draw_foot(v);
    refresh();
    v->dirty = false;
}

/* ---- keys ---- */

static void scroll_by(struct view *v, long by)
{
    long top = (long)v->top + by, last = (long)v->n - table_rows(v);
    top = top > last ? last : top;
    v->top = top < 0 ? 0 : (uint32_t)top;
}

static void type(struct view *v, int key)
{
    if (key == 27 || key == '\n' || key == '\r' || key == KEY_ENTER) {
        v->typing = false;
        v->n_filter = key == 27 ? 0 : v->n_filter;
    } else if ((key == KEY_BACKSPACE || key == 127 || key == 8) && v->n_filter) {
        v->n_filter--;
    } else if (key >= ' ' && key < 256 && key != 127 && v->n_filter < FILTER - 1) {
        v->filter[v->n_filter++] = (char)key;
    }
    v->filter[v->n_filter] = 0;
    v->top = 0;
    find_rows(v, true);
}

/* False: enough. */
static bool press(struct view *v, int key)
{
    v->dirty = true;
    if (v->typing) {
        type(v, key);
        return true;
    }
    switch (key) {
    case 'q': case 'Q': case 3: return false;
    case '/': v->typing = true; break;
    case 27:
        v->filter[v->n_filter = 0] = 0;
        find_rows(v, true);
        break;
    case KEY_UP: case 'k': scroll_by(v, -1); break;
    case KEY_DOWN: case 'j': scroll_by(v, 1); break;
    case KEY_PPAGE: scroll_by(v, -table_rows(v)); break;
    case KEY_NPAGE: case ' ': scroll_by(v, table_rows(v)); break;
    case KEY_HOME: case 'g': v->top = 0; break;
    case KEY_END: case 'G': scroll_by(v, (long)v->n); break;
    default: break;             /* KEY_RESIZE too: everything is drawn anew */
    }
    return true;
}

/* All lines that are there, without waiting for more. */
static bool hear(struct ctl *c, struct view *v)
{
    do
        if (!watch_take(c, v->w))
            return false;
    while (memchr(c->in + c->at, '\n', c->n - c->at));
    while (v->w->anew) {
        if (!watch_begin(c, v->w))
            return false;
        find_rows(v, true);
    }
    v->news = v->w->n_news > 0;
    v->dirty = true;
    return true;
}

static int loop(struct ctl *c, struct view *v)
{
    uint64_t drawn = 0;
    for (;;) {
        struct pollfd p[2] = {{.fd = c->fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
        uint64_t now = now_ms();
        if (v->dirty && now - drawn >= FRAME_MS) {      /* a flood of changes draws twenty times a second */
            draw(v);
            drawn = now;
        }
        int wait = v->dirty ? FRAME_MS : now - drawn < 2 * FRESH_MS ? 500 : -1;
        int ready = poll(p, 2, wait);
        if (!ready)
            v->dirty = true;    /* what was fresh is so no more */
        if (ready > 0 && p[0].revents && !hear(c, v))
            return 1;
        if (ready > 0 && p[1].revents & (POLLHUP | POLLERR))
            return 0;
        for (int key; (key = getch()) != ERR;)
            if (!press(v, key))
                return 0;
    }
}

bool watch_screen(struct ctl *c, struct watch *w, int *status)
{
    struct view v = {.w = w, .dirty = true};
    locale_t own = newlocale(LC_CTYPE_MASK, "", (locale_t)0);   /* the terminal's characters */
    if (own)
        uselocale(own);
    SCREEN *screen = newterm(NULL, stdout, stdin);
    if (!screen)
        return false;           /* a terminal that nobody knows: lines then */
    cbreak();
    noecho();
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    set_escdelay(50);
    curs_set(0);
    if (has_colors() && start_color() == OK && use_default_colors() == OK) {
        init_pair(RED, COLOR_RED, -1);
        init_pair(YELLOW, COLOR_YELLOW, -1);
    }
    *status = loop(c, &v);
    endwin();
    delscreen(screen);
    free(v.shown);
    uselocale(LC_GLOBAL_LOCALE);
    if (own)
        freelocale(own);
    if (*status)
        fprintf(stderr, "bacrt: the connection ended\n");
    return true;
}

#endif
