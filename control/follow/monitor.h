/* SPDX-License-Identifier: Apache-2.0 */
/*
 * monitor.h - monitors: a query, the events that it wants, and where they go.
 *
 * In the folder "monitors" of the database, NAME.conf is a monitor and NAME.state how far it is. Both
 * are replaced by rename, so a reader never sees half of one.
 */
#ifndef SONDE_MONITOR_H
#define SONDE_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

enum { MONITOR_NAME = 48, MONITOR_TEXT = 1024, MONITOR_ERROR = 160 };

enum monitor_on {
	MONITOR_OPENED = 1,
	MONITOR_CLOSED = 2,
	MONITOR_CHANGED = 4,
	MONITOR_VULN = 8,
	MONITOR_SCORE = 16,
	MONITOR_ALL = 31,
};

struct monitor {
	char name[MONITOR_NAME];
	char query[MONITOR_TEXT];
	char on[64];
	char exec[MONITOR_TEXT];        /* a command, or ... */
	char webhook[MONITOR_TEXT];     /* a URL */
	char secret_file[MONITOR_TEXT]; /* "" = events are not signed */
	char ca_file[MONITOR_TEXT];     /* "" = the authorities of the system */
	bool shell;                     /* the command is run by a shell */
	uint32_t timeout_s;
};

/* How far a monitor is. */
struct monitor_state {
	uint64_t cursor;           /* the last entry of the log that it is done with */
	uint64_t sent;             /* events that were delivered */
	uint64_t failed;           /* attempts that failed */
	int64_t sent_us;           /* when the last one was delivered; 0 = never */
	char error[MONITOR_ERROR]; /* of the last attempt; "" = it went well */
};

/* Whether @name can be one: letters, digits, - and _. Pure. */
bool monitor_is_name(const char *name);
/* The bits of a list such as "opened,vuln"; 0: not one. Pure. */
unsigned monitor_read_on(const char *list);

/* Write a new monitor of the database @db, with its state. 0, -EEXIST, or -errno with @err. */
int monitor_add(const char *db, const struct monitor *m, const struct monitor_state *st,
                struct error *err);
/* Read one. 0, -ENOENT, -EINVAL (with @err), -errno. */
int monitor_load(const char *db, const char *name, struct monitor *out, struct error *err);
int monitor_load_state(const char *db, const char *name, struct monitor_state *out);
/* Write the state and flush it to the disk. 0 or -errno. */
int monitor_save_state(const char *db, const char *name, const struct monitor_state *st);
/* 0, -ENOENT or -errno. */
int monitor_remove(const char *db, const char *name);
/* Call @each with the name of each monitor, by name. 0 or -errno; a database without one is fine. */
int monitor_each(const char *db, void (*each)(void *arg, const char *name), void *arg);
/* Lock a monitor for the one process that delivers its events. Returns a descriptor, which the
 * caller closes, -EBUSY (somebody does), or -errno. */
int monitor_lock(const char *db, const char *name);

#endif
