#ifndef COMPILER_DIAG_LIST_H
#define COMPILER_DIAG_LIST_H
/* Every diagnostic, once. X(number, NAME, ERROR or WARNING, hint, explanation); the name shown is
 * NAME in lower case with '-'. Numbers are forever, texts may improve. Each row has a directory
 * tests/compile/E<number>-<name> (or W...). Families: 1xx XML and form, 2xx attribute values,
 * 3xx references, duplicates, numbering, 4xx warnings about meaning, 5xx limits, 6xx lock file,
 * 7xx EDE and output, 8xx import. */

#define DIAGS_1XX(X)                                                                               \
    X(104, UNKNOWN_ELEMENT, ERROR, "bacc-project(5) lists the elements allowed here",             \
      "An element stands where the project's grammar has none of that name.")

#define DIAGS_2XX(X)

#define DIAGS_3XX(X)

#define DIAGS_4XX(X)

#define DIAGS_5XX(X)

#define DIAGS_6XX(X)

#define DIAGS_7XX(X)

#define DIAGS_8XX(X)

#define DIAGS(X)                                                                                   \
    DIAGS_1XX(X)                                                                                   \
    DIAGS_2XX(X)                                                                                   \
    DIAGS_3XX(X)                                                                                   \
    DIAGS_4XX(X)                                                                                   \
    DIAGS_5XX(X)                                                                                   \
    DIAGS_6XX(X)                                                                                   \
    DIAGS_7XX(X)                                                                                   \
    DIAGS_8XX(X)
#endif
