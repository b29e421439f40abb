/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab.h - banner grabs: open ports in, facts out, with bounds on everything.
 *
 * Grabs run over a transport (grab_wire.h): kernel sockets or the dataplane's own TCP. No session can
 * tell which one. Protocol code does no I/O and reads no clock: bytes and `now`
 * in, bytes and actions out. One thread owns a grabber.
 */
#ifndef SONDE_GRAB_H
#define SONDE_GRAB_H

#include "dp.h"
#include "error.h"
#include "vulndb.h"

struct grab_wire;

struct grab_config {
	/* Makes the transport that the grabs travel over, with room for *@max connections or fewer,
	 * which it writes there: 0 or -errno. NULL: kernel sockets (grab_kernel_new()). */
	int (*new_wire)(void *arg, uint32_t *max, struct grab_wire **out);
	void *wire_arg;
	uint32_t max_total; /* connections at once, all hosts; 0 = 1000 */
	/* of these, how many may be lively: their server has said something, or they have begun, in
	 * the last GRAB_QUIET_US. Servers that stay silent take no turn from the others. 0 = all */
	uint32_t max_lively;
	uint32_t max_per_host;       /* 0 = 4 */
	uint32_t max_per_port;       /* connections to one port, one after another; 0 = 5 */
	uint32_t queue_limit;        /* requests waiting; 0 = 65536 */
	uint32_t connect_timeout_ms; /* 0 = 3000 */
	uint32_t server_first_ms;    /* how long we wait for a server that speaks first; 0 = 1500 */
	uint32_t read_timeout_ms;    /* between bytes; 0 = 2000 */
	/* for the first answer to the question of the port's usual protocol; at least
	 * read_timeout_ms */
	uint32_t answer_timeout_ms;
	/* how long a port is listened to once more that never said a byte; 0 = not at all */
	uint32_t patience_ms;
	uint32_t total_timeout_ms; /* of one service, all attempts; 0 = 20000 */
	uint32_t max_bytes;        /* of all answers on a connection; 0 = 65536 */
	const char *user_agent;    /* NULL = "Mozilla/5.0 (compatible; Sonde/VERSION)" */
	/* on every port, ask for other protocols after the port's usual one (grab_plan.h) */
	bool any_port;
	/* compute the hash of JARM of what speaks TLS, by ten further connections (grab_jarm.h) */
	bool jarm;
	/* send fragile devices even requests that upset some of them, see grab_policy.h */
	bool ask_fragile;
};

enum { GRAB_QUIET_US = 250000 };

struct grab_request {
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport;
	void *tag; /* comes back untouched */
};

enum grab_status {
	GRAB_OK = 1,  /* some bytes came */
	GRAB_SILENT,  /* connected, nothing came */
	GRAB_REFUSED, /* the port closed meanwhile */
	GRAB_TIMEOUT, /* no connection */
	GRAB_FAILED,  /* unreachable, local error */
	GRAB_CANCELLED,
};

struct grab_result {
	struct grab_request request;
	enum grab_status status;
	bool truncated;
	bool incomplete; /* memory was short: bytes or facts are missing */
	/* owned by the receiver after grabber_take(); NULL: no memory */
	struct vd_facts *facts;
	uint32_t connect_us;
	/* the protocol that answered, as vd_decode names it; static text, NULL = not known */
	const char *service;
	/* the server speaks TLS here (from the start or by STARTTLS) */
	bool tls;
};

struct grabber;

/*
 * A grabber over the transport of @config, which is copied; user_agent must outlive it. Raises
 * RLIMIT_NOFILE as far as allowed and lowers max_total to what that gives. 0 or -errno; -EMFILE: it
 * gives none.
 */
int grabber_new(const struct grab_config *config, struct grabber **out);
void grabber_free(struct grabber *g); /* resets what is open */
/* Raise RLIMIT_NOFILE for *@max connections of several grabbers over kernel sockets, as far as allowed, and
 * lower *@max to what that gives. 0 or -errno. */
int grabber_raise_files(uint32_t *max);

/* How many connections there may be at once, which is less than max_total where fewer files may be
 * open. Pure. */
uint32_t grabber_most(const struct grabber *g);

/*
 * Let all connections go @way (copied): over its interface, from its address of the target's
 * family. Grabs of a family without a way end as GRAB_FAILED. Call it before the first
 * grabber_submit(); without it the kernel chooses the way. Control thread; does not block.
 *
 * The local ports of its sockets are none of the source ports of @way.
 *
 * Returns 0, -ERANGE (those leave too few local ports) or -errno (the kernel refuses to bind a
 * socket so); @err in words.
 */
int grabber_take_way(struct grabber *g, const struct dp_grab_way *way, struct error *err);

/*
 * 0; -EAGAIN: the queue is full, take results and try again; -EINVAL: not TCP, or no port; -EPERM:
 * a fragile device's port to which nothing may be sent (grab_policy.h); -ENOMEM.
 */
int grabber_submit(struct grabber *g, const struct grab_request *request);

/*
 * Let all connections go through the own TCP of @dp, which must outlive the grabber, instead of through
 * the kernel's sockets. Call it before the first grabber_submit(), in the control thread; it does not
 * block. Returns 0 or -errno.
 */
int grabber_take_dp(struct grabber *g, struct dp *dp);

/* Change how many connections there may be at once, and how many of them may be lively, as in
 * grab_config. Before the first grabber_submit(). */
void grabber_set_limits(struct grabber *g, uint32_t total, uint32_t lively);

enum grab_care {
	/* a fragile device's port of this host is open: one connection to the host at a time, and
	 * the first question to each of its ports before a second one to any */
	GRAB_CARE_ONE = 1,
	/* the host is a fragile device: each port is asked only for the protocol that usually runs
	 * there, and the grabber only listens to an unknown port */
	GRAB_CARE_FRAGILE,
};

/*
 * Ask @addr with care from this call on; that includes waiting and running grabs. The care of a
 * host only grows. At most 2^20 hosts are remembered; if one more comes, all hosts are asked with
 * at least its care.
 */
void grabber_care(struct grabber *g, const struct dp_addr *addr, enum grab_care care);

/*
 * An answer of @addr names an ordinary service (vd_plain_identity()). As long as nothing speaks against
 * it, the unknown ports of the host are asked at once: grab_queue_is_plain() has the rule. At most 2^20
 * hosts are remembered.
 */
void grabber_plain(struct grabber *g, const struct dp_addr *addr);

/* Start, continue and finish grabs as far as possible; block at most @timeout_ms for the network.
 * Returns 0 or -errno. */
int grabber_run(struct grabber *g, int timeout_ms);
/* Let a grabber_run() that waits return. Any thread. */
void grabber_wake(struct grabber *g);
/* Move up to @n finished grabs to @out; returns how many. */
size_t grabber_take(struct grabber *g, struct grab_result *out, size_t n);

struct grab_stats {
	uint64_t submitted, finished, ok, silent, refused, timeout, failed;
	uint32_t active, waiting;
	uint32_t listening; /* of these: silent ports that are listened to once more */
	uint32_t quiet;     /* of the active ones: they wait for a server that says nothing */
	uint64_t bytes_in, bytes_out;
};
/* What the grabber has done since grabber_new(). */
void grabber_stats(const struct grabber *g, struct grab_stats *out);

#endif
