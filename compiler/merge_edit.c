/* Where in the project's files what is new goes, and how it is indented there. */
#include "compiler/merge.h"

bool merge_made(const struct merge *m, const struct node *n)
{
    return n->file >= m->n_files;
}

void merge_edit_attr(struct merge *m, const struct node *n, const char *name, const char *value)
{
    m->refused |= merge_made(m, n);
    if (!merge_made(m, n))
        xmledit_attr(m->edit, n, name, *value ? value : NULL);
}

void merge_edit_child(struct merge *m, const struct node *n, const char *text)
{
    m->refused |= merge_made(m, n);
    if (!merge_made(m, n))
        xmledit_child(m->edit, n, text);
}

const char *merge_inside(struct merge *m, const struct node *parent)
{
    return parent ? xmledit_child_indent(m->edit, parent) : arena_printf(m->ctx->arena, "%s%s", m->step, m->step);
}

void merge_insert_new(struct merge *m)
{
    const struct node *root = m->ctx->tree, *before = NULL, *plc = NULL;
    for (const struct node *n = root->child; n; n = n->next) {
        const bool ours = n->file == root->file && n->line;             /* without a line: of templates */
        if (ours && !before && (n->name == EL_Sources || n->name == EL_Variables || n->name == EL_Plc))
            before = n;
        if (ours && !plc && n->name == EL_Plc)
            plc = n;
    }
    struct textbuf text = { .arena = m->ctx->arena };
    if (m->new_states.n && m->states_last)
        xmledit_behind(m->edit, m->states_last, m->new_states.s);
    else if (m->new_states.n)
        textbuf_add(&text, m->new_states.s);
    if (m->new_alarms.n && m->alarms_last)
        xmledit_child(m->edit, m->alarms_last, m->new_alarms.s);
    else if (m->new_alarms.n)
        textbuf_printf(&text, "%s<AlarmPoints>\n%s%s</AlarmPoints>\n", m->step, m->new_alarms.s, m->step);
    if (m->new_sources.n && m->sources_last)
        xmledit_child(m->edit, m->sources_last, m->new_sources.s);
    else if (m->new_sources.n)
        textbuf_printf(&text, "%s<Sources>\n%s%s</Sources>\n", m->step, m->new_sources.s, m->step);
    if (text.n && before)
        xmledit_before(m->edit, before, text.s);
    else if (text.n)
        xmledit_child(m->edit, root, text.s);
    if (m->new_variables.n && m->variables_last) {
        xmledit_child(m->edit, m->variables_last, m->new_variables.s);
    } else if (m->new_variables.n) {
        char *all = arena_printf(m->ctx->arena, "%s<Variables>\n%s%s</Variables>\n", m->step, m->new_variables.s, m->step);
        if (plc)
            xmledit_before(m->edit, plc, all);
        else
            xmledit_child(m->edit, root, all);
    }
}
