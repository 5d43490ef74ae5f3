/* The loader on damaged input: every prefix of a project and many changed bytes must end in a tree
 * or in diagnostics, never in both missing; places of attributes must be where their names are. */
#include "compiler/build.h"
#include "compiler/ctx.h"
#include "compiler/model_pass.h"
#include "compiler/syntax.h"
#include "compiler/xml.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char project[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!-- <Project> in a comment -->\n"
    "<p:Project xmlns:p=\"urn:bacc:project:1\" xmlns:xi=\"http://www.w3.org/2001/XInclude\"\n"
    "   name=\"\xc5\xbdlut\xc3\xbd\" description='a &lt; b\n c' xml:lang=\"cs\" author=\"x\">\n"
    "  <p:StateTexts name = \"S\"><p:State value=\"0\">A<![CDATA[ <State> ]]>&amp;</p:State>\n"
    "    <p:State\n\tvalue =\n\"1\">B</p:State></p:StateTexts>\n"
    "  <?pi <Variables> ?>\n"
    "  <p:Variables><p:Variable name=\"N\xc3\xa1\" type=\"BOOL\" unit=\"\"/></p:Variables>\n"
    "  <xi:include href=\"none.xml\"><xi:fallback><p:Units/></xi:fallback></xi:include>\n"
    "</p:Project>\n";

static struct node *load(struct ctx *ctx, const char *bytes, size_t n)
{
    ctx_init(ctx);
    return xml_load_buffer(ctx, "test.xml", bytes, n);
}

/* The bytes at a place of the test's project. */
static const char *at(uint32_t line, uint32_t col)
{
    const char *p = project;
    while (--line)
        p = strchr(p, '\n') + 1;
    while (--col)
        do
            p++;
        while ((*p & 0xc0) == 0x80);
    return p;
}

static void check_places(const struct node *n)
{
    for (; n; n = n->next) {
        const char *p = at(n->line, n->col);
        assert(*p == '<');
        assert(!strncmp(p + 3, el_names[n->name], strlen(el_names[n->name])));
        for (size_t i = 0; i < n->n_attrs; i++) {
            const struct attr *a = &n->attrs[i];
            const char *name = at_names[a->name];
            assert(!strncmp(at(a->line, a->col), name, strlen(name)));
            struct srcpos value = value_pos(n, a);
            if (value.col != a->col)
                assert(strchr("\"'", at(value.line, value.col)[-1]));
        }
        check_places(n->child);
    }
}

static void test_whole(void)
{
    struct ctx ctx;
    struct node *root = load(&ctx, project, sizeof project - 1);
    assert(root && !diag_errors(&ctx) && root->name == EL_Project);
    check_places(root);
    assert(!strcmp(node_attr(root, AT_description)->value, "a < b  c"));
    const struct node *texts = node_child(root, EL_StateTexts);
    assert(texts && !strcmp(texts->child->text, "A <State> &"));
    const struct attr *apart = node_next(texts->child, EL_State)->attrs;
    assert(value_pos(texts, apart).col == apart->col);
    assert(node_child(root, EL_Units) && node_child(root, EL_Variables));
    assert(node_attr(node_child(root, EL_Variables)->child, AT_unit)->n == 0);
}

static void test_prefixes(void)
{
    for (size_t n = 0; n + 2 < sizeof project; n++) {
        struct ctx ctx;
        load(&ctx, project, n);
        assert(diag_errors(&ctx));
    }
}

static void test_changes(void)
{
    static const char bytes[] = { '<', '>', '"', '&', '\0', '\x80', ' ', '/', '\n', 'x' };
    char copy[sizeof project];
    for (size_t i = 0; i + 1 < sizeof project; i++)
        for (size_t k = 0; k < sizeof bytes; k++) {
            struct ctx ctx;
            memcpy(copy, project, sizeof copy);
            copy[i] = bytes[k];
            struct node *root = load(&ctx, copy, sizeof copy - 1);
            assert(root || diag_errors(&ctx));
        }
}

static void write_file(const char *text)
{
    FILE *f = fopen("again.xml", "w");
    assert(f && fputs(text, f) >= 0 && !fclose(f));
}

/* What is read again must be what was read: an attribute of another variable that stands there now is none of this
 * one. After that nothing else is told. */
static void test_again(void)
{
    static const char *const now[] = {"Name", "Same", "Longer", NULL};
    for (unsigned i = 0; i < 4; i++) {
        struct ctx ctx;
        char text[400];
        ctx_init(&ctx);
        ctx.project_path = "again.xml";
        write_file("<Project xmlns=\"urn:bacc:project:1\" name=\"P\"><Variables><Variable name=\"Name\" type=\"REAL\">"
                   "<Bind source=\"s\"/></Variable></Variables></Project>");
        pass_load(&ctx);
        assert(ctx.build->n_waiting == 1 && !diag_machine_failed(&ctx));
        const struct node *n = ctx.build->waiting[0]->node;
        assert(n->n_attrs == 2 && !n->attrs);
        (void)snprintf(text, sizeof text, "<Project xmlns=\"urn:bacc:project:1\" name=\"P\"><Variables><Variable name=\"%s\" "
                       "type=\"REAL\"><Bind source=\"s\"/></Variable></Variables></Project>", now[i] ? now[i] : "");
        if (i && now[i])
            write_file(text);
        if (!now[i])
            assert(!remove("again.xml"));
        struct timespec then[2] = {{1000000000 + (time_t)i, 0}, {1000000000 + (time_t)i, 0}};
        assert(!i || !now[i] || !utimensat(AT_FDCWD, "again.xml", then, 0));
        assert(!strcmp(node_attr(n, AT_name)->value, i ? "" : "Name"));
        assert(diag_machine_failed(&ctx) == (i != 0));
        size_t told = diag_errors(&ctx);
        diag(&ctx, node_pos(n), D_EMPTY_NAME, "nothing");
        diag_hint(&ctx, "nothing");
        assert(diag_errors(&ctx) == told + !i);
    }
    (void)remove("again.xml");
}

int main(void)
{
    test_again();
    test_whole();
    test_prefixes();
    test_changes();
    return 0;
}
