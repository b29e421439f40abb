/* SPDX-License-Identifier: Apache-2.0 */
/* dp_private.h - struct dp, which stands behind the public handle. Control thread. */
#ifndef SONDE_DP_PRIVATE_H
#define SONDE_DP_PRIVATE_H

#include <pthread.h>

#include "dp.h"
#include "link.h"
#include "hops.h"
#include "neigh.h"
#include "port.h"
#include "rights.h"
#include "steer.h"
#include "worker.h"

struct dp_settings {
	enum dp_port_kind kind;
	char name[256];
	uint16_t queues;
	struct dp_addr source[DP_MAX_SOURCES];
	unsigned source_count;
	bool sources_given; /* else: the kernel chooses one for each target, these are the usual */
	uint32_t unshared;  /* bit i: the kernel does not have source i; we do */
	uint16_t port_first;
	uint16_t port_last;
	bool connects;                    /* the kernel takes ports of these for connections, too */
	uint8_t link_len;                 /* of the first IPv4 source's network, 0..32 */
	uint8_t link6_len;                /* of the first IPv6 source's network, 1..128 */
	bool has_link_len, has_link6_len; /* they were given */
	bool has_gateway;                 /* it was given */
	struct dp_addr gateway;
	bool has_gateway6;
	struct dp_addr gateway6;
	bool force_iface;
	bool has_gateway_mac;
	uint8_t gateway_mac[6];
	uint16_t vlan;
	bool generic;
	bool icmp;
	bool conns; /* the scan has connections of its own, whose segments are ours */
};

enum { DP_OWN_TARGETS = 16 };

/* How the targets of a scan are reached. */
struct dp_way {
	struct hops hops;
	struct neigh neigh; /* gateways, and targets that are reached directly */
	/* the sources of the probes: hop.source counts those of its family */
	struct dp_addr source[DP_MAX_SOURCES];
	unsigned source_count;
	bool by_hop; /* the hop decides the source; else any of its family will do */
	struct dp_addr own[DP_OWN_TARGETS]; /* targets that are this machine's own addresses */
	uint64_t own_count;                 /* may be more than there is room for */
	int fd4, fd6;                       /* sockets for ARP and neighbour discovery; -1 = none */
};

/* The thread that resolves the next hops. It owns the scan's dp_way until it has ended. */
struct dp_resolve {
	pthread_t thread;
	bool running; /* the thread was started and not joined; written by control */
	/* written by the thread, read by dp_launch(): the members below have their final values */
	_Atomic bool ended;
	struct neigh_progress progress;
	struct error err;
	int ret;
};

/* What is known of a gateway while a scan runs; times are monotonic. */
struct dp_gateway {
	int64_t asked_us, answered_us;
};

/* What is known of the link while a scan runs. */
struct dp_link_watch {
	int64_t looked_us;  /* when it was last looked at; monotonic */
	uint64_t flaps;     /* link_flaps() then */
	bool flaps_counted; /* the kernel counts them */
};

/* A deny list that workers may still be reading. */
struct dp_stale {
	struct dp_stale *next;
	struct scope *scope;
};

struct dp {
	/* set by dp_open(), read-only afterwards */
	struct dp_settings set;
	struct link link; /* of a kernel interface only */
	bool xdp;         /* the port receives through AF_XDP and the steering program */
	char refusal[RIGHTS_TEXT + 128]; /* why AF_PACKET is used, not AF_XDP; "": it is not */
	char ports_why[160]; /* why the source ports are not the standard ones; "": they are */
	int announce_fd;     /* announces the source ports to other scans; -1 = none */
	int groups_fd;       /* holds the multicast groups of sources of our own; -1 = none */
	struct steer steer;
	struct port port;
	/* of the current scan */
	struct dp_scan_config scan;
	struct worker *worker; /* [workers] */
	void *dedup[DP_MAX_WORKERS];
	struct rte_ring *ring[DP_MAX_WORKERS];
	struct caps *caps[DP_MAX_WORKERS];   /* NULL without caps */
	struct conns *conns[DP_MAX_WORKERS]; /* NULL without dp_scan_config.conns */
	struct slots *slots[DP_MAX_WORKERS]; /* NULL where answers carry no data */
	uint16_t borrowed[DP_MAX_WORKERS];   /* the last slot that dp_receive() lent; 0 = none */
	unsigned workers;                    /* 0 = no scan */
	unsigned next_ring;                  /* the ring that dp_receive() begins with */
	unsigned next_extra;                 /* the worker of the last dp_extra() */
	unsigned next_dial;                  /* the worker of the last dp_conn_dial() */
	unsigned next_conns;                 /* whose events dp_conn_events() takes first */
	uint64_t targets;
	double rate_pps;
	struct probe *probe;
	struct dp_places *places; /* NULL = no workers */
	int64_t again_us; /* the workers shall go back to where they stood then; 0 = need not */
	struct dp_resolve resolve;
	struct dp_way way;
	struct dp_gateway gateway[HOPS_MAX]; /* of way.hops.hop */
	int64_t gateways_us;                 /* when the gateways were last looked at; 0 = never */
	uint64_t moves;           /* times that a gateway took another link-layer address */
	uint64_t gateway_answers; /* valid answers by then */
	int64_t answers_us;       /* when there were last new ones */
	struct post *post[DP_MAX_WORKERS]; /* on a port of one's own; else NULL */
	struct port_loss loss;             /* at the start of the scan */
	struct dp_link_watch watch;
	struct scope *deny; /* the current list; NULL = none */
	struct dp_stale *stale;
	struct worker_shared shared;
};

/* The steps to open a kernel interface: look at it and settle the addresses; settle the queues;
 * then, with the EAL started, open it, or open it through AF_PACKET. All return 0 or -errno as
 * dp_open(). */
int dp_iface_look(struct dp *dp, struct error *err);
int dp_iface_queues(struct dp *dp, struct error *err);
int dp_iface_open(struct dp *dp, struct error *err);
int dp_iface_open_packet(struct dp *dp, struct error *err);
/* Steer the answers to probes from the @count addresses @sources to the port, which receives through
 * AF_XDP. 0 or -errno; @err in words. */
int dp_iface_steer(struct dp *dp, const struct dp_addr *sources, unsigned count, struct error *err);

/* Make the ring of the places where @workers workers stand. NULL: no memory. */
struct dp_places *dp_places_new(unsigned workers);
void dp_places_free(struct dp_places *p); /* NULL is fine */
/* Note where the workers stand at @now_us (monotonic), if the last place is old enough. */
void dp_places_note(struct dp *dp, int64_t now_us);
/* Give an order of dp_send_again() that the workers were not ready for. */
void dp_places_follow(struct dp *dp);

/* Make the connections of worker @i, if the scan has them. 0 or -ENOMEM. */
int dp_conn_prepare(struct dp *dp, unsigned i);
void dp_conn_free(struct dp *dp, unsigned i);

/* Free everything that a scan holds. The workers must have ended. */
void dp_scan_free(struct dp *dp);

/* Free the deny lists. The workers must have ended. */
void dp_exclude_free(struct dp *dp);

/* Find out how the targets of dp->scan are reached: fill in dp->way. Blocks; runs in the thread of
 * dp_resolve. Returns 0, or the errors of dp_launch(). */
int dp_hops_find(struct dp *dp, struct error *err);
/* The first part of it: ranges, next hops and sources, without link-layer addresses. */
int dp_routes_find(struct dp *dp, struct error *err);
/* How to ask for next hops, and to hear of them. The own address to ask from is dp->way's. */
struct neigh_io dp_hops_io(const struct dp *dp);
void dp_way_fini(struct dp_way *w);

/* Follow the gateways while a scan runs: ask them, swap a link-layer address that has changed, hold
 * the scan while one is silent. @now_us: monotonic. */
void dp_gateways_watch(struct dp *dp, int64_t now_us);

#endif
