/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_log.h - the messages of a scan on the standard error: for a person, for a log file, for the
 * journal, or as JSON lines.
 *
 * Where nobody watches, a line of the log says when the state changes, how far the scan is, and what
 * hinders it. A file gets the time in front, the journal a priority instead, because it has the time.
 */
#ifndef SONDE_SCAN_LOG_H
#define SONDE_SCAN_LOG_H

#include "status.h"

enum scan_log_kind {
	SCAN_LOG_TERMINAL, /* a progress line is shown instead */
	SCAN_LOG_FILE,     /* "2026-11-22T02:10:44Z s-20261122-01: ..." */
	SCAN_LOG_JOURNAL,  /* "<6>s-20261122-01: ...": sd-daemon(3) */
	SCAN_LOG_JSON,     /* an object a line */
};

/* How bad it is, as syslog(3) numbers it. */
enum scan_log_level {
	SCAN_LOG_ERROR = 3,
	SCAN_LOG_WARNING = 4,
	SCAN_LOG_NOTICE = 5,
	SCAN_LOG_INFO = 6
};

struct scan_log {
	enum scan_log_kind kind;
	bool quiet; /* nothing but errors */
	char scan[32];
	/* what the last line said */
	char state[32];
	bool slowed;
	uint64_t losses;
	double percent;
	int64_t said_us, slowed_us, lost_us; /* of the status; 0 = never */
};

/* Choose the kind by what the standard error is, and by @json. */
void scan_log_init(struct scan_log *l, bool json, bool quiet);

/* Write a message of the scan as one line. Unprintable bytes are escaped. */
void scan_log_say(const struct scan_log *l, enum scan_log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Write a text of several lines, such as the closing report, without the time. */
void scan_log_text(const struct scan_log *l, const char *text, size_t len);

/* Write a line for what differs from the last call: another state, a lowered rate, losses. Write the
 * progress after each tenth of the scan, and at intervals. Call it about once a second. */
void scan_log_status(struct scan_log *l, const struct status *s);

/* Write the progress once, because somebody asked for it. */
void scan_log_progress(const struct scan_log *l, const struct status *s);

#endif
