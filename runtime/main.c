/* bacrt: the command table. Each command is a file of its own. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "runtime/host.h"
#include "runtime/tool/client.h"
#include "runtime/tool/ctl.h"
#include "schemas/streams.h"
#include "schemas/version.h"

#define CONTROL "  --control PATH       of the running bacrt (default: $BACRT_CONTROL, or the only one found)\n"
#define JSON    "  --json               the answer as JSON\n"

/* clang-format off */
static const struct verb verbs[] = {
    { "run", "serve an image as BACnet/IP devices",
      "bacrt run IMAGE [options]\n"
      "  --bind ADDR[:PORT]   local address (default: the project's adapter, else all addresses)\n"
      "  --port N             UDP port (default: the project's, 47808)\n"
      "  --data DIR           persistent state (default: beside the image, IMAGE.state)\n"
      "  --control PATH       control socket for the other commands (default: control in there)\n"
      "  --metrics ADDR:PORT  counters for Prometheus (default: off)\n"
      "  --simulate           let the simulator move the values of inputs without a source\n"
      "  --log-level LEVEL    error, warning, info (default), debug\n"
      "  --log-format FORMAT  text (default), json\n"
      "SIGTERM stops it cleanly; SIGHUP takes the image anew.\n", cmd_run },
    { "check", "check an image without serving it",
      "bacrt check IMAGE\n", cmd_check },
    { "status", "how a running bacrt is doing",
      "bacrt status [options]\n" CONTROL JSON, cmd_status },
    { "list", "variables and objects with their values",
      "bacrt list [PATTERN] [options]\n"
      "  PATTERN: a name; * stands for any characters, ? for one\n"
      "  --device DEVICE      only what that device shows\n" CONTROL JSON, cmd_list },
    { "get", "values, or a property of objects",
      "bacrt get NAME... [options]\n"
      "  NAME: a variable, an object's name, analog-value,7, or device:object\n"
      "  --property PROPERTY  of the object, by name\n" CONTROL JSON, cmd_ctl },
    { "set", "write a value",
      "bacrt set NAME VALUE [options]\n"
      "  VALUE: a number, true, false, the name of a state, or null (gives the priority back)\n"
      "  --priority N         of a commandable object, 1 to 16 (default: 8, manual operator)\n"
      "  --property PROPERTY  of the object instead of its value\n" CONTROL JSON, cmd_ctl },
    { "manual", "hold a variable at a value, whatever its source says",
      "bacrt manual NAME [VALUE] [options]\n" CONTROL JSON, cmd_ctl },
    { "auto", "give a variable back to its source",
      "bacrt auto NAME [options]\n" CONTROL JSON, cmd_ctl },
    { "start", "let a stopped device answer again",
      "bacrt start DEVICE [options]\n" CONTROL JSON, cmd_ctl },
    { "stop", "silence a device",
      "bacrt stop DEVICE [options]\n" CONTROL JSON, cmd_ctl },
    { "restart", "stop and start a device",
      "bacrt restart DEVICE [options]\n" CONTROL JSON, cmd_ctl },
    { "watch", "values and alarms as they change",
      "bacrt watch [NAME...] [options]\n"
      "A live table on a terminal, otherwise a line per change.\n" CONTROL
      "  --json               events as they come, one JSON object per line\n", cmd_watch },
    { "reload", "take the image anew, or another one",
      "bacrt reload [IMAGE] [options]\n" CONTROL JSON, cmd_ctl },
    { "state", "export, import, prune what is stored",
      "bacrt state export [FILE] | import FILE | prune [--dry-run] [options]\n"
      "  prune: forgets what belongs to no object of the running image\n" CONTROL JSON, cmd_state },
    { "audit", "who wrote what",
      "bacrt audit [NAME] [options]\n"
      "  --since TIME --until TIME   2026-11-21, 2026-11-21T08:00Z\n"
      "  --kind KIND          write, manual, auto, ack, reset, manage\n"
      "  --device DEVICE      only that device's\n"
      "  --limit N            lines (default: 100); without --since the newest; --from N goes on\n" CONTROL JSON, cmd_audit },
    { "alarms", "what is in alarm, or waits to be acknowledged",
      "bacrt alarms [options]\n"
      "  --all                every alarm point, also those that are well\n"
      "  --device DEVICE      only that device's\n" CONTROL JSON, cmd_alarms },
    { "ack", "acknowledge alarms",
      "bacrt ack NAME... | --all [options]\n" CONTROL JSON, cmd_on_alarm },
    { "reset", "let latched alarms whose cause has gone return to normal",
      "bacrt reset NAME... | --all [options]\n" CONTROL JSON, cmd_on_alarm },
    { "events", "history of alarms",
      "bacrt events [NAME] [options]\n"
      "  NAME: a variable, an object's name, analog-value,7, or device:object\n"
      "  --since TIME --until TIME   2026-11-21, 2026-11-21T08:00Z\n"
      "  --kind KIND          transition, ack, reset\n"
      "  --state STATE        that was entered: normal, fault, offnormal, high-limit, low-limit, or\n"
      "                       active: all but normal\n"
      "  --type TYPE          change-of-state, command-failure, out-of-range, buffer-ready,\n"
      "                       change-of-reliability\n"
      "  --unacknowledged     transitions that still wait for their acknowledgement\n"
      "  --priority N[-M]     of the transition's notification class: 0, the most urgent, to 255\n"
      "  --class N            that notification class, by instance\n"
      "  --device DEVICE      only that device's\n"
      "  --limit N            lines (default: 100); without --since the newest; --from N goes on\n" CONTROL JSON, cmd_events },
    { "recipients", "who is told of alarms",
      "bacrt recipients [list | add | remove | copy] [options]\n"
      "  --class NAME         one notification class, by name or instance (default: all)\n"
      "  --of DEVICE          only that device's classes (default: all)\n"
      "  --to-device DEVICE   copy: to the classes of that device (default: of all)\n"
      "  --device N | --mac HEX [--network N] | --broadcast local|remote|global [--network N]\n"
      "  --process N          process identifier (default: 1)\n"
      "  --confirmed          not with a broadcast\n"
      "  --transitions LIST   toOffnormal,toFault,toNormal (default: all)\n"
      "  --days LIST          Mon,Tue,Wed,Thu,Fri,Sat,Sun (default: all)\n"
      "  --from TIME --to TIME   of day: 06:00 (default: the whole day)\n"
      "add replaces an entry for the same recipient; copy takes --class's, or the one named, to all others.\n"
      CONTROL JSON, cmd_recipients },
    { "schedule", "time programs: the week, the value now, the next change",
      "bacrt schedule list [PATTERN] | show NAME [options]\n"
      "  NAME: of the schedule, of its variable, or of the only object that it writes\n" CONTROL JSON, cmd_schedule },
    { "trend", "trend logs and what they recorded",
      "bacrt trend list [PATTERN] | show NAME | export NAME [options]\n"
      "  NAME: of the trend log, or of the only thing that it logs\n"
      "  show: a plot in the terminal; export: CSV, oldest record first\n"
      "  --since TIME --until TIME   2026-11-21, 2026-11-21T08:00Z\n"
      "  --buffer             only what clients can read, not what is kept beyond the buffer\n"
      "  --svg FILE           a picture instead\n" CONTROL JSON, cmd_trend },
    { "doctor", "what keeps bacrt from working on this machine",
      "bacrt doctor [IMAGE] [options]\n"
      "  --bind ADDR          local address\n"
      "  --port N             UDP port (default: the image's, 47808)\n"
      "  --data DIR           persistent state (default: beside the image)\n" JSON, cmd_doctor },
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

/* What could not be written was not said. */
static int ended(int status)
{
    if (!fflush(stdout) && !ferror(stdout))
        return status;
    fprintf(stderr, "bacrt: standard output: it could not be written\n");
    return status ? status : 1;
}

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
    keep_standard_numbers();
    (void)signal(SIGXFSZ, SIG_IGN);     /* a file at its limit is a disk that is full                  */
    if (argc < 2) {
        usage(stderr);
        return 1;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        usage(stdout);
        return ended(0);
    }
    if (!strcmp(argv[1], "--version")) {
        printf("bacrt " BAC_VERSION "\n");
        return ended(0);
    }
    for (int i = 0; i < N_VERBS; i++)
        if (!strcmp(argv[1], verbs[i].name))
            return ended(verbs[i].run(&verbs[i], argc - 2, argv + 2));
    fprintf(stderr, "bacrt: unknown command '%s'\n\n", argv[1]);
    usage(stderr);
    return 1;
}
