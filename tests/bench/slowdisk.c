/* bacrt run on a disk whose every sync takes that long: SQLite's files lie on the tests' own disk.
 *     slowdisk MS IMAGE [option of bacrt run...] */
#include "tests/fault/vfs.c"

#include <stdlib.h>

#include "runtime/host.h"

int cmd_run(const struct verb *c, int argc, char **argv);

int main(int argc, char **argv)
{
    static const struct verb run = {"run", "", "", cmd_run};
    if (argc < 3) {
        fputs("usage: slowdisk MS IMAGE [option...]\n", stderr);
        return 1;
    }
    fault_install();
    fault_slow_sync((unsigned)strtoul(argv[1], NULL, 10));
    return cmd_run(&run, argc - 2, argv + 2);
}
