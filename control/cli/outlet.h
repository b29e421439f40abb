/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outlet.h - writes text to a descriptor from a thread of its own, so that a reader who does not
 * read holds nobody up.
 *
 * What waits is bounded: a text that finds no room is refused. On a terminal the last line may be a
 * footer, which stays below the texts and is replaced. After an error, such as EPIPE, everything is
 * taken and dropped.
 */
#ifndef SONDE_OUTLET_H
#define SONDE_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

struct outlet;

/* Start the thread. @fd is not owned; at most @limit bytes wait. SIGPIPE must be ignored. Returns 0
 * or -errno. */
int outlet_open(int fd, size_t limit, struct outlet **out);

/* Hand over the @len bytes at @text (copied). Never blocks. False: there is no room, nothing was
 * taken. Any thread. */
bool outlet_put(struct outlet *o, const void *text, size_t len);

/* Replace the footer by @text (copied, at most 511 bytes, without a line feed; "": none). Only for
 * terminals. Any thread. */
void outlet_footer(struct outlet *o, const char *text);

/*
 * Take the footer away, write what waits and @last (NULL: nothing) behind it, and free the outlet.
 * Blocks while the reader reads, and ends when nothing was read for @patience_ms. Returns 0, the
 * -errno with which writing ended before, or -ETIMEDOUT: the reader did not read the rest. *@left:
 * how many lines of it are missing.
 */
int outlet_close(struct outlet *o, const char *last, unsigned patience_ms, size_t *left);

#endif
