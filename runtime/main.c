/* bacrt: the command table. Each command is a file of its own. */
#include <stdio.h>
#include <string.h>

#include "runtime/base/version.h"
#include "runtime/host.h"
#include "runtime/tool/client.h"

/* clang-format off */
static const struct verb verbs[] = {
    { "run", "serve an image as BACnet/IP devices",
      "bacrt run IMAGE [options]\n"
      "  --bind ADDR[:PORT]   local address (default: the project's adapter, else all addresses)\n"
      "  --port N             UDP port (default: the project's, 47808)\n"
      "  --data DIR           persistent state (default: beside the image)\n"
      "  --control PATH       control socket for the other commands\n"
      "  --simulate           let the simulator move the values of inputs without a source\n"
      "  --log-level LEVEL    error, warning, info (default), debug\n"
      "  --log-format FORMAT  text (default), json\n"
      "SIGTERM stops it cleanly.\n", cmd_run },
    { "check", "check an image without serving it",
      "bacrt check IMAGE\n", cmd_check },
    { "whois", "look for devices on the network",
      "bacrt whois [LOW [HIGH]] [options]\n"
      "  --to ADDR[:PORT]     ask there instead of everybody (a broadcast address is allowed)\n"
      "  --bind ADDR[:PORT]   local address\n"
      "  --timeout SECONDS    how long to listen (default: 1)\n"
      "  --json               one JSON array\n", cmd_whois },
    { "read", "read a property of any device",
      "bacrt read DEVICE|ADDR[:PORT] OBJECT PROPERTY [INDEX] [options]\n"
      "  DEVICE: instance number, found by Who-Is; OBJECT: analog-value,1 or AV,1;\n"
      "  PROPERTY: name or number\n"
      "  --bind ADDR[:PORT]   local address\n"
      "  --to ADDR[:PORT]     where to look for DEVICE\n"
      "  --timeout SECONDS    for each try (default: 2)\n"
      "  --json               as JSON\n", cmd_read },
};
/* clang-format on */

enum { N_VERBS = sizeof verbs / sizeof *verbs };

static void usage(FILE *f)
{
    fprintf(f, "Usage: bacrt COMMAND [arguments]\n\n");
    for (int i = 0; i < N_VERBS; i++)
        fprintf(f, "  %-8s %s\n", verbs[i].name, verbs[i].summary);
    fprintf(f, "\nbacrt COMMAND --help tells more; bacrt --version.\n");
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        usage(stderr);
        return 1;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        usage(stdout);
        return 0;
    }
    if (!strcmp(argv[1], "--version")) {
        printf("bacrt " BACRT_VERSION "\n");
        return 0;
    }
    for (int i = 0; i < N_VERBS; i++)
        if (!strcmp(argv[1], verbs[i].name))
            return verbs[i].run(&verbs[i], argc - 2, argv + 2);
    fprintf(stderr, "bacrt: unknown command '%s'\n\n", argv[1]);
    usage(stderr);
    return 1;
}
