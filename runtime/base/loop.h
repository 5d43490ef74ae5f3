#ifndef BASE_LOOP_H
#define BASE_LOOP_H
/* The one blocking call: waits for descriptors or a deadline. No CPU while nothing happens. Who a
 * descriptor belongs to is a small tag; no callbacks. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOOP_EVENTS = 32 };
enum loop_flag { LOOP_READ = 1, LOOP_WRITE = 2 };

struct loop {
    int fd;
};
struct loop_event {
    uint32_t tag;       /* as given to loop_add                                                  */
    uint32_t flags;     /* enum loop_flag; an error or hang-up shows as both                     */
};

int loop_open(struct loop *l);                                   /* 0 or -errno                  */
void loop_close(struct loop *l);
int loop_add(struct loop *l, int fd, uint32_t tag, uint32_t flags);
int loop_change(struct loop *l, int fd, uint32_t tag, uint32_t flags);
int loop_remove(struct loop *l, int fd);
/* Waits up to timeout_ms (UINT64_MAX: for ever). Count of events, or -errno (-EINTR is 0). */
int loop_wait(struct loop *l, uint64_t timeout_ms, struct loop_event *out, int max);

/* Descriptors that only the loop's owner needs; all non-blocking and close-on-exec. */
int loop_signals(const int *signals, size_t n);                  /* blocks them; fd or -errno    */
int loop_signal_take(int fd);                                    /* signal number, 0: none left  */
int loop_waker(void);                                            /* another thread's way in      */
/* A descriptor for loop_accept(), or -1. */
int loop_spare(void);
/* The next who waits there, or -1. Where no other descriptors are left he has the spare one, and *room is false: to be
 * told so and closed before the next, for who waits on wakes the loop without end. */
int loop_accept(int listening, int *spare, bool *room);
void loop_wake(int fd);
void loop_wake_take(int fd);
/* Readable when the system's clock has been set, so that nobody sleeps by the old one. fd or -errno. */
int loop_clock(void);
void loop_clock_take(int fd);
#endif
