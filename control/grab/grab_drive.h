/* SPDX-License-Identifier: Apache-2.0 */
/* grab_drive.h - moves the grabs of a grabber: begins them, does what their sessions want, ends them. Only
 * grab.c uses it, in the thread of the grabber. */
#ifndef SONDE_GRAB_DRIVE_H
#define SONDE_GRAB_DRIVE_H

#include <sys/queue.h>

#include "grab_patience.h"
#include "grab_queue.h"
#include "grab_session.h"
#include "grab_wheel.h"
#include "grab_wire.h"

struct grab {
	LIST_ENTRY(grab) active; /* in the list active, begun or unused */
	STAILQ_ENTRY(grab) finished;
	struct grab_timer timer; /* while it is active */
	struct grab_conn *conn;
	uint64_t lively_us; /* when something happened to it last */
	bool granted;       /* it may listen once more */
	bool known;         /* as in its ticket */
	bool quiet;
	struct grab_session session;
};

struct grabber {
	struct grab_config config;
	struct grab_wire *wire;
	struct grab_queue *queue;
	struct grab_means means; /* of the sessions; tls and lore are owned */
	int fd;                  /* epoll over the transport and @wake */
	int wake;                /* eventfd, by which another thread ends a wait */
	struct grab_wheel wheel; /* the deadlines of those that are active */
	LIST_HEAD(, grab) active;
	LIST_HEAD(, grab) begun;      /* they wait in the queue for their next attempt */
	LIST_HEAD(, grab) unused;     /* kept for the next ones, with their buffers */
	STAILQ_HEAD(, grab) finished; /* waiting to be taken */
	struct grab_patience patience;
	struct grab_stats stats;
};

/* Begin the grabs whose turn it is, within the limits. */
void grab_drive_begin(struct grabber *g, uint64_t now_us);
/* Something happened on the connection of @b; @what: as in struct grab_wire_event. */
void grab_drive_event(struct grabber *g, struct grab *b, unsigned what, uint64_t now_us);
/* Call the sessions whose time has come. */
void grab_drive_sweep(struct grabber *g, uint64_t now_us);
/* Let a session take care (enum grab_care). */
void grab_drive_care(struct grab_session *s, uint8_t care);
/* Close the connection, if there is one: by a FIN for fragile devices, whose small TCP stacks know it best,
 * otherwise by a RST. */
void grab_drive_hang_up(struct grabber *g, struct grab *b);

#endif
