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

/* Answer one request. @argument is "" if the request has none. The handler writes members into the
 * object that is open in @answer; the member "error" refuses the request. Runs in the thread of
 * ctl_poll(). */
typedef void (*ctl_handler)(void *arg, const char *command, const char *argument,
                            struct json *answer);

/*
 * Listen on a socket in @db_dir. A socket on which no process listens is replaced. Returns 0,
 * -EADDRINUSE (another process listens), -EEXIST (its name belongs to a file that is no socket),
 * -ENAMETOOLONG or -errno; @err in words.
 */
int ctl_open(const char *db_dir, ctl_handler handler, void *arg, struct ctl **out,
             struct error *err);

/* Accept clients and answer the requests that have arrived. Never blocks. */
void ctl_poll(struct ctl *c);

void ctl_close(struct ctl *c); /* removes the socket; NULL is fine */

/* The client: send @request to the scan that writes @db_dir, and wait for the reply. Connecting,
 * sending and each read of the reply block at most 5 s. @reply is one line without its line feed;
 * it comes from another process and need not be JSON. Returns 0, -ENOENT (no scan runs there),
 * -ETIMEDOUT, -EPROTO, -E2BIG (@request is too long) or -errno; @err in words. */
int ctl_ask(const char *db_dir, const char *request, char reply[CTL_REPLY], struct error *err);

#endif
