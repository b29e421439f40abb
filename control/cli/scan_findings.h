/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_findings.h - prints what a scan finds while it runs, a line a finding, on the standard output.
 *
 * NDJSON has one line for an open port ("event":"open") and another one when its grab is over
 * ("event":"service"); both have the members of an entry of "ports". A table has one line a port, when
 * no further news of it is to come. The reader cannot slow the scan down: what he does not take in
 * time is counted, and missing only in the output.
 */
#ifndef SONDE_SCAN_FINDINGS_H
#define SONDE_SCAN_FINDINGS_H

#include "config.h"
#include "news.h"

struct scan_findings;

/* Begin to print on @fd in the format of @config, whose default depends on what @fd is. *@out becomes
 * NULL if nothing is to be printed: on a terminal with --quiet and without --output. 0 or -errno. */
int scan_findings_open(const struct config *config, int fd, struct scan_findings **out);

/* Print an item; a news_each with the struct scan_findings as @arg. Never blocks. */
void scan_findings_put(void *arg, const struct news_item *item);

/* Show @text below the findings, as outlet_footer(), or print it among them with a line feed. Both
 * only where scan_findings_is_terminal(). */
void scan_findings_footer(struct scan_findings *f, const char *text);
void scan_findings_say(struct scan_findings *f, const char *text);
/* Whether the findings go to the terminal @fd. @f may be NULL. */
bool scan_findings_is_terminal(const struct scan_findings *f, int fd);

/* How the output ended. */
struct scan_findings_end {
	uint64_t dropped; /* findings that the reader did not take in time */
	int error;        /* 0, -ETIMEDOUT (the reader does not read), -EPIPE (gone) or -errno */
};

/* Print what waits and free @f (NULL is fine). Blocks as outlet_close() does. */
struct scan_findings_end scan_findings_close(struct scan_findings *f);

#endif
