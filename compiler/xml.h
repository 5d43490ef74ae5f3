#ifndef COMPILER_XML_H
#define COMPILER_XML_H
/* XML to syntax tree. The only user of libxml2. */
#include <stddef.h>

struct ctx;
struct node;

/* Pass "load": ctx->project_path and what it includes -> ctx->tree. A path of "-" is standard
 * input. Of a file that is not well-formed, which is told, the tree has what could be read, so that what is wrong
 * elsewhere is found in the same run. */
void xml_load(struct ctx *ctx);
/* The same from memory (tests, fuzzing); name is what diagnostics call it and what relative
 * xi:include start from. Returns the Project, or NULL if nothing is usable. */
struct node *xml_load_buffer(struct ctx *ctx, const char *name, const void *bytes, size_t n);
#endif
