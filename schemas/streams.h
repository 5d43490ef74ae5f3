#ifndef SCHEMAS_STREAMS_H
#define SCHEMAS_STREAMS_H
/* For both programs, before they open anything. */
#include <fcntl.h>
#include <unistd.h>

/* A standard stream that is closed gets a place where it fails: the next file or socket that is opened would get
 * its number, and with it whatever is printed. */
static inline void keep_standard_numbers(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return;
}
#endif
