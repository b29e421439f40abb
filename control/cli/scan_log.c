/* SPDX-License-Identifier: Apache-2.0 */
/* scan_log.c - writes the log of a scan, and decides what of its status is worth a line. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calendar.h"
#include "clock.h"
#include "json.h"
#include "scan_log.h"
#include "term.h"

static const int64_t line_us = 60000000;  /* at least one line in that time */
static const int64_t tenth_us = 10000000; /* and one for each tenth of the way, but not oftener */
static const int64_t again_us = 10000000; /* the same trouble is told again */

/* Whether the standard error is the journal's: systemd tells device and inode of its socket. */
static bool is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;
	char end;

	return stream != NULL && sscanf(stream, "%20llu:%20llu%c", &dev, &ino, &end) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev && st.st_ino == ino;
}

void scan_log_init(struct scan_log *l, bool json, bool quiet)
{
	*l = (struct scan_log){.quiet = quiet};
	l->kind = json                    ? SCAN_LOG_JSON
	          : is_journal()          ? SCAN_LOG_JOURNAL
	          : isatty(STDERR_FILENO) ? SCAN_LOG_TERMINAL
	                                  : SCAN_LOG_FILE;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void write_json(const struct scan_log *l, enum scan_log_level level, const char *text,
                       size_t len)
{
	static const char *const names[] = {[SCAN_LOG_ERROR] = "error",
	                                    [SCAN_LOG_WARNING] = "warning",
	                                    [SCAN_LOG_NOTICE] = "notice",
	                                    [SCAN_LOG_INFO] = "info"};
	struct json *j = json_begin(stderr, false);

	if (j == NULL)
		return;
	json_open_object(j, NULL);
	json_time(j, "time", clock_now_us());
	json_text(j, "level", names[level]);
	json_text(j, "scan", l->scan);
	json_bytes(j, "message", text, len);
	json_close_object(j);
	json_done(j);
}

/* Write a line; the kinds but JSON have the @head of a line in front. */
static void write_line(const struct scan_log *l, enum scan_log_level level, const char *head,
                       const char *text, size_t len)
{
	if (l->kind == SCAN_LOG_JSON) {
		write_json(l, level, text, len);
		return;
	}
	if (l->kind == SCAN_LOG_JOURNAL)
		fprintf(stderr, "<%d>", level);
	fputs(head, stderr);
	term_print(stderr, text, len);
	fputc('\n', stderr);
}

static bool is_wanted(const struct scan_log *l, enum scan_log_level level)
{
	return !l->quiet || level == SCAN_LOG_ERROR;
}

/* Write a line that says when and of which scan it is. */
static void say(const struct scan_log *l, enum scan_log_level level, const char *text)
{
	char head[CALENDAR_TEXT + sizeof(l->scan) + 4] = "", now[CALENDAR_TEXT];

	if (l->kind == SCAN_LOG_FILE)
		snprintf(head, sizeof(head), "%s %s: ", calendar_format(clock_now_us(), now),
		         l->scan);
	else if (l->kind == SCAN_LOG_JOURNAL)
		snprintf(head, sizeof(head), "%s: ", l->scan);
	write_line(l, level, head, text, strlen(text));
}

void scan_log_say(const struct scan_log *l, enum scan_log_level level, const char *format, ...)
{
	char text[1024];
	va_list ap;

	if (!is_wanted(l, level))
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	say(l, level, text);
}

void scan_log_text(const struct scan_log *l, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		size_t n = strcspn(text, "\n");

		write_line(l, SCAN_LOG_INFO, "", text, n);
		text += n + 1;
	}
}

/* ---- what differs, and the progress ---------------------------------------------------------- */

void scan_log_progress(const struct scan_log *l, const struct status *s)
{
	char line[STATUS_LINE];

	say(l, SCAN_LOG_INFO, status_line(s, STATUS_LINE, line));
}

static bool is_bad(const char *state)
{
	return strcmp(state, "link down") == 0 || strcmp(state, "gateway silent") == 0;
}

/* A state that is told with the progress; one that hinders the scan is a warning. How the scan ended
 * is told at its end. */
static bool tell_state(struct scan_log *l, const struct status *s)
{
	char line[STATUS_LINE];

	if (strcmp(l->state, s->state) == 0)
		return false;
	snprintf(l->state, sizeof(l->state), "%s", s->state);
	if (strcmp(s->state, "done") == 0)
		return false;
	scan_log_say(l, is_bad(s->state) ? SCAN_LOG_WARNING : SCAN_LOG_INFO, "%s",
	             status_line(s, STATUS_LINE, line));
	return true;
}

static void tell_rate(struct scan_log *l, const struct status *s)
{
	bool slowed = s->dp.sending && !s->rate_automatic && s->rate_reason != NULL &&
	              s->dp.rate_pps < 0.99 * s->rate_wanted;
	char rate[16];

	if (slowed == l->slowed || (l->slowed_us != 0 && s->elapsed_us - l->slowed_us < again_us))
		return;
	l->slowed = slowed;
	l->slowed_us = s->elapsed_us;
	if (slowed)
		scan_log_say(l, SCAN_LOG_WARNING, "rate lowered to %s packets/s: %s",
		             term_count(s->dp.rate_pps, rate), s->rate_reason);
	else if (s->dp.sending)
		scan_log_say(l, SCAN_LOG_INFO, "rate is %s packets/s again",
		             term_count(s->dp.rate_pps, rate));
}

static void tell_losses(struct scan_log *l, const struct status *s)
{
	uint64_t losses = status_losses(s) + s->lost_store;

	if (losses <= l->losses || (l->lost_us != 0 && s->elapsed_us - l->lost_us < again_us))
		return;
	scan_log_say(l, SCAN_LOG_WARNING,
	             "%" PRIu64 " lost: %" PRIu64 " at the NIC, %" PRIu64
	             " at the result ring, %" PRIu64 " at the store",
	             losses - l->losses, s->dp.nic_missed + s->dp.nic_errors, s->dp.ring_drops,
	             s->lost_store);
	l->losses = losses;
	l->lost_us = s->elapsed_us;
}

void scan_log_status(struct scan_log *l, const struct status *s)
{
	double percent = s->dp.targets > 0 ? 100.0 * (double)s->done / (double)s->dp.targets : 0;
	int64_t since_us = s->elapsed_us - l->said_us;
	bool said;

	if (l->kind == SCAN_LOG_TERMINAL || l->quiet)
		return;
	tell_rate(l, s);
	tell_losses(l, s);
	said = tell_state(l, s);
	if (!said &&
	    (since_us >= line_us || (since_us >= tenth_us && percent - l->percent >= 10))) {
		scan_log_progress(l, s);
		said = true;
	}
	if (said) {
		l->said_us = s->elapsed_us;
		l->percent = percent;
	}
}
