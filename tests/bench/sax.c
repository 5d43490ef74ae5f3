/* The yardstick of the compiler: libxml2's SAX2 parser over a file, with handlers that only count. */
#include <libxml/parser.h>
#include <stdio.h>

struct count {
    unsigned long elements, attributes;
};

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns,
                     const xmlChar **ns, int n_attrs, int n_default, const xmlChar **attrs)
{
    struct count *c = ctx;
    c->elements++;
    c->attributes += (unsigned long)n_attrs;
    (void)name, (void)prefix, (void)uri, (void)n_ns, (void)ns, (void)n_default, (void)attrs;
}

int main(int argc, char **argv)
{
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC, .startElementNs = on_start};
    struct count c = {0, 0};
    if (argc != 2 || xmlSAXUserParseFile(&sax, &c, argv[1])) {
        fputs("usage: sax FILE\n", stderr);
        return 1;
    }
    printf("%lu elements, %lu attributes\n", c.elements, c.attributes);
    return 0;
}
