#ifndef DATA_LOG_READER_H
#define DATA_LOG_READER_H
/* Questions of clients about the records of logs, under way to the store's reader and back. A
 * service asks, waits (SVC_WAIT) for the token, is executed again and finds its answer here. */
#include "runtime/data/store_query.h"
#include "schemas/tag.h"

enum { LOG_QUERY = 0x4c4f47 };                 /* store_query.kind                                */
struct log_question {                          /* what was asked, as it was asked                 */
    uint32_t object, kind, reference;
    int32_t count;
    struct bdate date;
    struct btime time;
};
struct log_answer {
    uint8_t state;
    struct log_question what;
    struct store_query q;                      /* low, high: the buffer when it was asked         */
    uint64_t token;
};
struct log_reader;

int log_reader_open(struct log_reader **r, struct store *s);   /* 0 or -ENOMEM                    */
void log_reader_close(struct log_reader *r);                   /* after the store                 */
/* The answer to this question, if it has just come; NULL: ask. */
const struct log_answer *log_reader_answer(const struct log_reader *r, const struct log_question *what);
/* Is there room for one more question? If not: who asks waits for LOG_READER_ROOM. */
#define LOG_READER_ROOM ((uint64_t)1 << 62)
bool log_reader_room(const struct log_reader *r);
/* Posts q, all but kind, buffer and its size. Token to wait for; 0: it cannot be asked. */
uint64_t log_reader_ask(struct log_reader *r, const struct log_question *what,
                        const struct store_query *q);
/* From the loop: q, which is of LOG_QUERY, was answered; the token that waits for it. After those
 * who wait have been executed it is forgotten. */
uint64_t log_reader_answered(struct log_reader *r, const struct store_query *q);
void log_reader_forget(struct log_reader *r, uint64_t token);
#endif
