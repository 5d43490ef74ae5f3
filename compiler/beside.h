#ifndef COMPILER_BESIDE_H
#define COMPILER_BESIDE_H
/* Work that another processor does meanwhile, if there is one and the work is worth a thread; else it is
 * done at once. What it touches belongs to it until beside_end(). */
#include <pthread.h>
#include <stdbool.h>

struct beside {
    void (*run)(void *arg);
    void *arg;
    pthread_t thread;
    bool threaded;
};
void beside_begin(struct beside *b, void (*run)(void *arg), void *arg, bool worth_it);
void beside_end(struct beside *b);
#endif
