/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctl.h - the control socket of a running scan: one line of text in, one line of JSON out.
 *
 * Requests are "status", "rate 2M", "pause", "resume", "stop", "exclude add 192.0.2.0/24",
 * "reload"; answers are JSON objects, with a member
 * "error" where the request was refused. The socket lies in the database directory, readable and
 * writable by its owner only. Nothing a client sends or fails to read can hold up the scan.
 */
#ifndef SONDE_CTL_H
#define SONDE_CTL_H

#include "dp_types.h"
#include "json.h"

enum { CTL_CLIENTS = 16, CTL_REQUEST = 256, CTL_REPLY = 16384 };

struct ctl;

/* Answer one request; @argument is "" where there is none. Writes the members of @answer's object,
 * which is open; a refusal is the member "error". In the thread of ctl_poll(). */
typedef void (*ctl_handler)(void *arg, const char *command, const char *argument,
                            struct json *answer);

/*
 * Listen in @db_dir. A socket nobody listens on any more is replaced. 0, -EADDRINUSE (somebody
 * listens), -ENAMETOOLONG, -errno; @err in words.
 */
int ctl_open(const char *db_dir, ctl_handler handler, void *arg, struct ctl **out,
             struct error *err);

/* Serve whoever waits; never blocks. */
void ctl_poll(struct ctl *c);

void ctl_close(struct ctl *c); /* removes the socket; NULL is fine */

/* The client: send @request to the scan that writes @db_dir, wait at most 5 s. @reply is one line
 * without its line feed; it comes from another process and may be no JSON at all. 0, -ENOENT (no
 * scan runs there), -ETIMEDOUT, -EPROTO, -errno; @err in words. */
int ctl_ask(const char *db_dir, const char *request, char reply[CTL_REPLY], struct error *err);

#endif
