/* Hexadecimal text (comments from # to the end of the line) on standard input to bytes. */
#include <ctype.h>
#include <stdio.h>

static int digit(int c)
{
    return isdigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int main(void)
{
    int c, high = -1;
    while ((c = getchar()) != EOF) {
        if (c == '#')
            while ((c = getchar()) != EOF && c != '\n')
                ;
        if (c == EOF || isspace(c))
            continue;
        int d = digit(c);
        if (d < 0) {
            fprintf(stderr, "hex: '%c' is no digit\n", c);
            return 1;
        }
        if (high < 0) {
            high = d;
        } else {
            putchar(high << 4 | d);
            high = -1;
        }
    }
    return high >= 0;
}
