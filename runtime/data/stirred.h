#ifndef DATA_STIRRED_H
#define DATA_STIRRED_H
/* Which of many things have been changed since somebody last looked: a bit for each, and how many. */
#include <stdint.h>

struct stirred {
    uint64_t *words;
    uint32_t n;                 /* bits that are set                                              */
};

static inline uint32_t stirred_words(uint32_t n) { return n / 64 + 1; }

static inline void stir(struct stirred *s, uint32_t i)
{
    uint64_t bit = UINT64_C(1) << i % 64, *w = &s->words[i / 64];
    s->n += !(*w & bit);
    *w |= bit;
}

static inline void stirred_clear(struct stirred *s, uint32_t i)
{
    uint64_t bit = UINT64_C(1) << i % 64, *w = &s->words[i / 64];
    s->n -= (*w & bit) != 0;
    *w &= ~bit;
}

/* The first from `i` on; `end`: none before that one. */
static inline uint32_t stirred_next(const struct stirred *s, uint32_t i, uint32_t end)
{
    while (i < end) {
        uint64_t w = s->words[i / 64] >> i % 64;
        if (w) {
            i += (uint32_t)__builtin_ctzll(w);
            return i < end ? i : end;
        }
        i = (i | 63) + 1;
    }
    return end;
}
#endif
