#include "runtime/tool/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runtime/base/options.h"

bool terminal_is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (unsigned i = 0; i < 3; i++) {
        const char *s = getenv(names[i]);
        if (s && *s)
            return strcasestr(s, "utf-8") || strcasestr(s, "utf8");
    }
    return false;
}

void terminal_size(int *width, int *height)
{
    struct winsize w;
    uint64_t columns;
    const char *given = getenv("COLUMNS");
    *width = 80;
    *height = 0;
    if (given && options_number(given, 30, 1000, &columns))
        *width = (int)columns;
    if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) && w.ws_col) {
        *width = w.ws_col;
        *height = w.ws_row;
    }
}
