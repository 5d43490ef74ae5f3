#ifndef COMPILER_XMLEDIT_H
#define COMPILER_XMLEDIT_H
/* Changes to the text of a project's files at exact places: attribute values, elements put in.
 * Everything else, comments, order and white space, stays byte for byte. Nodes come from the
 * loaded tree; included files are edited where they are. */
#include <stdbool.h>
#include <stddef.h>

struct ctx;
struct node;
struct xmledit;

struct xmledit *xmledit_new(struct ctx *ctx);
/* Sets the attribute, in place if it is there, else behind the last one; value NULL: takes it away. */
void xmledit_attr(struct xmledit *e, const struct node *n, const char *name, const char *value);
/* Puts whole lines before the end tag of n, or before or behind n itself. The text's lines end in
 * '\n' and carry their indentation. */
void xmledit_child(struct xmledit *e, const struct node *n, const char *text);
void xmledit_before(struct xmledit *e, const struct node *n, const char *text);
void xmledit_behind(struct xmledit *e, const struct node *n, const char *text);
/* The white space before n's start tag, and what its children have (found or supposed). */
const char *xmledit_indent(struct xmledit *e, const struct node *n);
const char *xmledit_child_indent(struct xmledit *e, const struct node *n);
/* Writes the files that have changed: all of them, or none. false: reported. */
bool xmledit_save(struct xmledit *e);
#endif
