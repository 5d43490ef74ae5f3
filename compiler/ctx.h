#ifndef COMPILER_CTX_H
#define COMPILER_CTX_H
/* One run of bacc: what every pass and command is given. The passes fill it from left to right. */
#include "compiler/arena.h"
#include "compiler/diag.h"
#include "compiler/lost.h"
#include "compiler/str.h"

struct ahead;
struct lock_early;
struct model;
struct node;
struct options;
struct plan;
struct progress;

struct ctx {
    struct arena *arena;
    struct arena *nodes;                /* of variables, by far the most; passes_run() drops them
                                           as soon as nothing can be said of them any more     */
    struct arena *early_nodes;          /* the same, of those that were offered                */
    bool keeps_nodes;                   /* the command reads them after the passes             */
    struct strs *strs;
    struct diags *diags;
    const struct options *options;      /* compiler/options.h                                  */
    bool prints;                        /* the command's result goes to standard output        */
    const char *project_path;           /* as given on the command line                        */
    struct lost lost;
    struct node *tree;                  /* load: the Project element, NULL if unusable         */
    struct model *model;                /* build: compiler/model.h                             */
    struct build *build;                /* compiler/build.h                                    */
    struct offers *offers;              /* load: gets each Variable that stands in Variables, in
                                           the project's order (compiler/offers.h); NULL: it
                                           becomes part of the tree. While they are under way
                                           their taker owns strs                               */
    struct lock_early *lock_early;      /* compiler/lock.h: being read; NULL: not begun, or taken */
    struct ahead *ahead;                /* compiler/ahead.h; NULL: nothing was begun           */
    bool writes;                        /* files will be written if there is no error          */
    struct progress *progress;          /* NULL: no line is shown                              */
    struct plan *plan;                  /* plan: compiler/plan.h                               */
};

/* A context without options, enough for every pass. */
void ctx_init(struct ctx *ctx);

/* Nodes of Variable elements are gone from here on. */
void ctx_forget_nodes(struct ctx *ctx);

static inline struct str ctx_str(struct ctx *ctx, const char *s, size_t n)
{
    return str_intern(ctx->strs, s, n);
}
#endif
