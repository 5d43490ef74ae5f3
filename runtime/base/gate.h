#ifndef BASE_GATE_H
#define BASE_GATE_H
/* Passwords against crypt(3) hashes, off the loop: hashing takes milliseconds by intention. A few
 * at a time; whoever floods it gets no more than that, and others wait for GATE_ROOM. Comparisons take
 * the same time whatever differs. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gate;
enum gate_answer { GATE_WAIT, GATE_YES, GATE_NO, GATE_BUSY };
/* The longest that a client may give (clause 16.1.1.1.3): characters, and octets of UTF-8. */
enum { GATE_PASSWORD = 20, GATE_OCTETS = 4 * GATE_PASSWORD };

/* `waker`: written when an answer is ready (loop_waker), -1: no thread, answers come at once.
 * 0 or -errno. */
int gate_open(struct gate **g, int waker);
void gate_close(struct gate *g);
/* Ask again with the same arguments after WAIT, when gate_done() has said the token. */
enum gate_answer gate_ask(struct gate *g, uint32_t who, const char *hash, const void *given,
                          size_t n, uint64_t now_ms, uint64_t *token);
/* After BUSY: is there room to ask now? */
#define GATE_ROOM ((uint64_t)1 << 61)
bool gate_room(struct gate *g, uint64_t now_ms);
/* A token whose answer is ready, each once; 0: none. */
uint64_t gate_done(struct gate *g);
#endif
