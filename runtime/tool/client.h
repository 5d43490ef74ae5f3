#ifndef TOOL_CLIENT_H
#define TOOL_CLIENT_H
/* `bacrt whois` and `bacrt read`: a look at any device on the network. */
#include "runtime/base/options.h"

int cmd_whois(const struct verb *v, int argc, char **argv);
int cmd_read(const struct verb *v, int argc, char **argv);
#endif
