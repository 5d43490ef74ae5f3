/* Sources of values, tied to the loop and shown in status. Part of the host; see host.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/host.h"
#include "runtime/source/source.h"

static void folder_of(const char *image, char folder[HOST_PATH])
{
    snprintf(folder, HOST_PATH, "%s", image);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = 0;
    else
        folder[0] = 0;
}

static void open_sources(struct host *h, struct sources *before, const struct image *image_before)
{
    char folder[HOST_PATH];
    folder_of(h->image, folder);
    struct source_config c = {
        .db = &h->db, .loop = &h->loop, .timers = &h->timers, .clock = &h->clock, .log = &h->log,
        .tag = HOST_TAG_SOURCE, .timer = HOST_TIMER_SOURCES, .folder = folder,
        .simulate = h->options.simulate, .before = before, .image_before = image_before,
    };
    int err = sources_open(&h->sources, &c);
    if (err)
        log_say(&h->log, LOGGED_ERROR, "source", "%s; no source is served", strerror(-err));
    h->source_view = calloc(sources_count(h->sources) + 1, sizeof *h->source_view);
}

void host_sources_open(struct host *h) { open_sources(h, NULL, NULL); }

void host_sources_swap(struct host *h, const struct image *was, const char *path)
{
    struct sources *before = h->sources;
    char folder[HOST_PATH], folder_was[HOST_PATH];
    folder_of(h->image, folder);
    folder_of(path, folder_was);
    free(h->source_view);
    h->view.n_sources = 0;
    open_sources(h, strcmp(folder, folder_was) ? NULL : before, was);   /* files beside the image */
    sources_close(before, false);
}

void host_sources_close(struct host *h, bool last)
{
    sources_close(h->sources, last);
    free(h->source_view);
    h->sources = NULL;
    h->source_view = NULL;
    h->view.n_sources = 0;
}

bool host_sources_event(struct host *h, const struct loop_event *e)
{
    if (e->tag < HOST_TAG_SOURCE || e->tag >= HOST_TAG_SOURCE + SOURCE_TAGS)
        return false;
    if (h->sources)
        sources_event(h->sources, e->tag);
    return true;
}

void host_sources_show(struct host *h)
{
    size_t n = h->source_view ? sources_count(h->sources) : 0;
    for (size_t i = 0; i < n; i++) {
        struct source_status s = sources_status(h->sources, i);
        h->source_view[i] =
            (struct control_source){s.id, s.kind, s.state, s.reason, s.samples, s.failures};
    }
    h->view.sources = h->source_view;
    h->view.n_sources = n;
}
