/* `bacc new`: a project to start from. It compiles without a warning (tested). */
#include "compiler/commands.h"
#include "compiler/ctx.h"
#include "compiler/options.h"
#include "compiler/outfile.h"
#include "compiler/textbuf.h"
#include "schemas/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!-- A project of bacc. Compile it:        bacc compile\n"
    "     Files for the SCADA engineer:         bacc export-ede\n"
    "     Serve it on the network:              bacrt run project.bin\n"
    "     Keep this file and project.bacids, which holds the objects' numbers, in version control.\n"
    "     All elements and attributes: bacc-project(5). -->\n"
    "<Project xmlns=\"urn:bacc:project:1\"";

static const char body[] =
    ">\n"
    "  <!-- What the values of a variable mean; value is the number that the variable holds. -->\n"
    "  <StateTexts name=\"OffOn\">\n"
    "    <State value=\"0\">Off</State>\n"
    "    <State value=\"1\">On</State>\n"
    "  </StateTexts>\n"
    "\n"
    "  <!-- Where values come from. This one invents them; see also Mqtt and Modbus. -->\n"
    "  <Sources>\n"
    "    <Simulate id=\"sim\"/>\n"
    "  </Sources>\n"
    "\n"
    "  <!-- access: read (an input), readWrite (a value), output (commanded by priority).\n"
    "       bacnetVisible makes an object of the variable. -->\n"
    "  <Variables>\n"
    "    <Variable name=\"RoomTemperature\" type=\"REAL\" unit=\"°C\" access=\"read\" low=\"-10\" high=\"50\"\n"
    "              covIncrement=\"0.2\" description=\"Room temperature\" bacnetVisible=\"true\">\n"
    "      <Bind source=\"sim\" signal=\"sine\" mean=\"21\" amplitude=\"2\" period=\"10min\"/>\n"
    "    </Variable>\n"
    "    <Variable name=\"RoomSetpoint\" type=\"REAL\" unit=\"°C\" access=\"readWrite\" low=\"16\" high=\"28\"\n"
    "              initial=\"21\" retain=\"true\" description=\"Room set point\" bacnetVisible=\"true\"/>\n"
    "    <Variable name=\"Heating\" type=\"BOOL\" stateTexts=\"OffOn\" access=\"output\" initial=\"0\"\n"
    "              description=\"Heating valve\" bacnetVisible=\"true\"/>\n"
    "  </Variables>\n"
    "\n"
    "  <!-- The controller and its BACnet device. The instance must be unique on the network. -->\n"
    "  <Plc";

static const char tail[] =
    ">\n"
    "    <Channel name=\"BACnet\" protocol=\"BACnetServer\" link=\"UDP\">\n"
    "      <Port id=\"1\" network=\"1\" type=\"IPv4\" udpPort=\"47808\"/>\n"
    "      <Device name=\"Main\" instance=\"1001\" port=\"1\"/>\n"
    "    </Channel>\n"
    "  </Plc>\n"
    "</Project>\n";

/* RFC 9562 version 4. */
static bool random_guid(char out[37])
{
    unsigned char b[16];
    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
        return false;
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    for (size_t i = 0, k = 0; i < sizeof b; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[k++] = '-';
        k += (size_t)snprintf(out + k, 3, "%02x", b[i]);
    }
    return true;
}

/* Makes the folder, or accepts an empty one. */
static bool take_folder(struct ctx *ctx, const char *path)
{
    if (mkdir(path, 0777) == 0)
        return true;
    int error = errno;
    DIR *d = error == EEXIST ? opendir(path) : NULL;
    if (!d) {
        diag_machine(ctx, "%s: %s", path, strerror(error == EEXIST ? errno : error));
        return false;
    }
    bool empty = true;
    for (const struct dirent *e; empty && (e = readdir(d));)
        empty = !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..");
    closedir(d);
    if (!empty)
        diag_machine(ctx, "%s: is not empty; name a new folder", path);
    return empty;
}

static size_t without_slashes(const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    return n;
}

/* The folder's own name, without blanks around it. */
static const char *name_of(struct ctx *ctx, const char *path)
{
    size_t n = without_slashes(path), from = n;
    while (from && path[from - 1] != '/')
        from--;
    while (from < n && path[from] == ' ')
        from++;
    while (n > from && path[n - 1] == ' ')
        n--;
    if (n - from == 0 || path[from] == '.')
        return "Project";
    return arena_copy(ctx->arena, path + from, n - from);
}

static bool good_name(const char *name)
{
    for (const char *p = name; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return false;
    return *name && strlen(name) <= 64 && utf8_valid(name, strlen(name));
}

/* As a shell takes it for one word, which is no option. */
static const char *word(struct ctx *ctx, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:,@%=";
    const char *here = *path == '-' ? "./" : "";
    struct textbuf b = { .arena = ctx->arena };
    size_t i = 0;
    while (path[i] && ((unsigned char)path[i] >= 0x80 || strchr(plain, path[i])))
        i++;
    if (!path[i])
        return arena_printf(ctx->arena, "%s%s", here, path);
    textbuf_printf(&b, "'%s", here);
    for (; *path; path++)
        if (*path == '\'')
            textbuf_add(&b, "'\\''");
        else
            textbuf_bytes(&b, path, 1);
    textbuf_add(&b, "'");
    return b.s;
}

int cmd_new(struct ctx *ctx)
{
    const char *dir = opt_arg(ctx, 0), *name = opt_str(ctx, OPT_NAME);
    struct textbuf out = { .arena = ctx->arena };
    char guid[37];
    if (!dir || !*dir) {
        fputs("bacc new: which folder? bacc new DIR [--name=NAME]\n", stderr);
        return 1;
    }
    if (!name)
        name = name_of(ctx, dir);
    if (!good_name(name)) {
        fputs("bacc new: --name=NAME: 1 to 64 printable characters in UTF-8\n", stderr);
        return 1;
    }
    if (!random_guid(guid)) {
        diag_machine(ctx, "no random numbers: %s", strerror(errno));
        return 1;
    }
    textbuf_add(&out, head);
    textbuf_attr(&out, "name", name);
    textbuf_attr(&out, "guid", guid);
    textbuf_add(&out, body);
    textbuf_attr(&out, "name", name);
    textbuf_add(&out, tail);
    if (!take_folder(ctx, dir))
        return 1;
    const size_t n = without_slashes(dir);
    const char *path = arena_printf(ctx->arena, "%.*s%sproject.xml", (int)n, dir, dir[n - 1] == '/' ? "" : "/");
    if (!outfile_write(ctx, path, out.s, out.n, false))
        return 1;
    printf("%s: a project to start from; next: bacc compile %s\n", path, word(ctx, path));
    return 0;
}
