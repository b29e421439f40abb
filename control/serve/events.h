/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events.h - the change log as a stream of server-sent events, for many clients with one reader.
 *
 *   change log --one job--> frames of the last EVENTS_RING changes --> each client, as it takes them
 *              --a job for a client that is behind the ring------> its own frames
 *
 * A frame is rendered once, whoever gets it: "id: SEQ", "event: TYPE", "data: JSON". The server's
 * thread owns all of it.
 */
#ifndef SONDE_EVENTS_H
#define SONDE_EVENTS_H

#include "caller.h"
#include "jobs.h"

enum { EVENTS_RING = 1024, EVENTS_BATCH = 256, EVENTS_HEARTBEAT_US = 15000000 };

struct events;

/* Begin behind the change number @seq. NULL: no memory. */
struct events *events_new(struct jobs *jobs, uint64_t seq);
void events_free(struct events *e); /* no client is left, and no job runs; NULL is fine */

/* Read what is new, if a client waits and nothing is being read: the database changed. Returns
 * whether a job was put. */
bool events_poll(struct events *e);
/* A job came back from the threads. Returns whether it was one of events; then clients that wait may
 * have something to send. */
bool events_take(struct events *e, struct job *j);

struct event_client;

/* A client that gets the changes behind @after (UINT64_MAX: those from now on) that have one of
 * @types and that @caller may see. NULL: no memory. */
struct event_client *event_client_new(struct events *e, const struct caller *caller, uint32_t types,
                                      uint64_t after);
void event_client_free(struct event_client *c); /* not while it is busy; NULL is fine */

/* Copy up to @size bytes of frames to @out. 0: there is nothing now; the client waits. */
size_t event_client_read(struct event_client *c, char *out, size_t size, int64_t now_us);
/* Whether there may be something to read. */
bool event_client_ready(const struct event_client *c, int64_t now_us);
/* Whether a job is reading for it. */
bool event_client_busy(const struct event_client *c);
unsigned events_clients(const struct events *e);
uint64_t events_last(const struct events *e); /* the number of the newest change in the ring */

#endif
