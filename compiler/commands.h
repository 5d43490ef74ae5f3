#ifndef COMPILER_COMMANDS_H
#define COMPILER_COMMANDS_H
/* One function per command, each in its own cmd_*.c; main.c has the table. */
struct ctx;

int cmd_compile(struct ctx *ctx);
int cmd_check(struct ctx *ctx);
int cmd_units(struct ctx *ctx);
int cmd_explain(struct ctx *ctx);
int cmd_diff(struct ctx *ctx);
int cmd_dump(struct ctx *ctx);
int cmd_export_ede(struct ctx *ctx);
int cmd_export_epics(struct ctx *ctx);
int cmd_export_pics(struct ctx *ctx);
int cmd_import(struct ctx *ctx);
int cmd_export_csv(struct ctx *ctx);
int cmd_new(struct ctx *ctx);
#endif
