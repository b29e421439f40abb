/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dp.h - the dataplane: targets and a rate in, validated replies out.
 *
 * Users of the dataplane include only this header. dp_addr.h, dp_space.h and dp_known_open.h are
 * the parts of it that need no port.
 *
 * Threads: one control thread owns a struct dp and calls everything here, except where a prototype
 * says otherwise. Workers run on their own lcores and never call back.
 */
#ifndef SONDE_DP_H
#define SONDE_DP_H

#include "dp_addr.h"
#include "dp_conn.h"
#include "dp_known_open.h"
#include "dp_space.h"
#include "dp_types.h"

/* ---- the port -------------------------------------------------------------------------------- */

enum dp_port_kind {
	DP_PORT_IFACE,     /* a kernel interface, shared by AF_XDP and the steering program */
	DP_PORT_PCI,       /* a PCI address: Sonde alone owns the NIC */
	DP_PORT_AF_PACKET, /* a kernel interface through AF_PACKET: the last resort */
	DP_PORT_VDEV,      /* any DPDK vdev string, for tests */
};

struct dp_port_config {
	enum dp_port_kind kind;
	const char *name; /* "eth1", "0000:01:00.0", "net_ring0"; copied */
	uint16_t queues;  /* 0 = one */
	/* own; NULL on an interface: for each target the one that the kernel would choose */
	const struct dp_addr *sources;
	unsigned source_count;
	/* 0,0: 61000 to 65531, which is outside Linux's usual ephemeral range; on an interface that
	 * the kernel shares, ports that no socket, no connection to come and no other scan has */
	uint16_t source_port_first;
	uint16_t source_port_last;
	uint16_t source_ports_least; /* of those that dp_open() chooses; 0 = one */
	/* prefix length of the first IPv4 source's network, where no kernel can be asked; 0 = 32 */
	uint8_t prefix_len;
	uint8_t prefix6_len; /* the same for the first IPv6 source; 0 = 128 */
	/* the router for targets beyond the own network, of each family; default: what the kernel's
	 * routes say */
	bool has_gateway, has_gateway6;
	struct dp_addr gateway, gateway6;
	/* true: probe targets over the interface that the kernel would reach by another one */
	bool force_iface;
	bool has_gateway_mac;
	uint8_t gateway_mac[6];      /* used for every probe, without resolving next hops */
	uint16_t vlan;               /* 0 = untagged */
	const char *const *eal_args; /* extra EAL arguments, may be NULL */
	unsigned eal_arg_count;
	bool force_generic_xdp;
	/* true: scans will send DP_PROBE_ICMP_ECHO, so that echo replies whose identifier is one of
	 * the source ports go to the scan and not to the kernel */
	bool icmp;
};

/* What dp_open() found, for the user to read. */
struct dp_port_info {
	char name[64];
	char driver[32];
	char mode[96]; /* "AF_XDP native zero-copy, steering by bpf_link", ... */
	uint8_t mac[6];
	struct dp_addr source;
	uint16_t source_port_first;
	uint16_t source_port_last;
	char source_ports_why[160]; /* why they are not the standard ones; "": they are, or given */
	struct dp_addr gateway;
	bool has_gateway;
	uint32_t link_mbps; /* 0 = not known */
	uint16_t queues;
	/* false: dp_port_info.hint says what they would bring, unless it says why AF_XDP was
	 * refused */
	bool hugepages;
	char hint[640];
};

struct dp;

/*
 * Start the EAL (once in a process), open the port and attach the steering program. Sends no probe.
 *
 * Returns 0 and the new handle in @out, which dp_close() frees, or -errno with @err in words (no
 * such interface, interface down, no privileges, ...). -EADDRINUSE: a socket or another scan has
 * source ports that are given. -EBUSY: another scan or a foreign XDP program has the interface. The kernel detaches the steering program
 * whenever the process ends, also after SIGKILL.
 */
int dp_open(const struct dp_port_config *config, struct dp **out, struct error *err);
void dp_port_describe(const struct dp *dp, struct dp_port_info *out);
void dp_close(struct dp *dp); /* stops the workers; NULL is fine */

enum { DP_IFACE_NAME = 16 };
/*
 * Find the interface by which the kernel would send to all targets of a sealed space; the machine's
 * own addresses and broadcast ones do not count. Needs no port. Asks the kernel for its routes:
 * blocks, usually for less than a millisecond. Returns 0 with its name, -EINVAL (several interfaces,
 * or only own addresses), -EHOSTUNREACH (no route) or -errno; @err in words.
 */
int dp_iface_towards(const struct dp_space *space, char name[DP_IFACE_NAME], struct error *err);

/* How the kernel's sockets reach what the probes reach: over the same interface, from the same
 * address, through the same gateway. */
struct dp_grab_way {
	char iface[16];    /* the interface to bind to; "": none */
	bool has_v4;       /* IPv4 targets can be reached this way, from @v4 */
	bool has_v6;       /* the same for IPv6, from @v6 */
	struct dp_addr v4; /* the first source of the family that the kernel has, too */
	struct dp_addr v6;
	bool any_source; /* the kernel chooses the source for each target, as for the probes */
	/* the source ports of the probes, which no other socket may have */
	uint16_t port_first;
	uint16_t port_last;
	char why[288]; /* why a family of the sources has no way; "": each has one */
};

/*
 * Find out how kernel sockets can go the way of the probes of @dp. There is no way where the
 * interface, the VLAN, the addresses, their network or the gateway are not the kernel's own. Asks
 * the kernel for its routes: blocks, usually for less than a millisecond. Returns whether a family
 * has a way. Control thread.
 */
bool dp_grab_way(const struct dp *dp, struct dp_grab_way *out);

/* ---- a scan ---------------------------------------------------------------------------------- */

struct dp_scan_config {
	const struct dp_space *space; /* sealed; must outlive the scan */
	uint8_t key[16];              /* the order of the targets depends only on it */
	/* keys everything that nobody may predict: cookies, tags, the slots of tables. Random, and
	 * new in each run, also of the same scan. */
	uint8_t secret[16];
	uint32_t shard;  /* 0-based */
	uint32_t shards; /* >= 1 */
	uint32_t passes; /* >= 1 */
	double rate_pps; /* packets a second over all workers; > 0 */
	struct dp_rate_cap cap;
	uint32_t cooldown_ms; /* how long replies are awaited after the last probe */
	uint32_t workers;     /* 0 = as many as queues */
	/* true: dp_extra() will be used; it takes as many source ports as two more passes */
	bool extra;
	/* true: dp_conn.h will be used; it takes as many source ports as DP_CONN_ATTEMPTS and DP_EXTRAS
	 * more passes */
	bool conns;
	/* a bit for each port, DP_CONN_PORTS in all: SYN-ACKs of these are reset at once, not offered;
	 * NULL = none; not owned, must outlive the scan */
	const uint64_t *never;
	bool want_closed; /* report RST and unreachable replies, do not only count them */
	/* report RST and unreachable replies of these ports even without want_closed; NULL = none;
	 * not owned, must outlive the scan */
	const struct dp_known_open *known_open;
	enum dp_probe probe;
	const struct dp_payload *payloads; /* for DP_PROBE_UDP; copied by dp_launch() */
	unsigned payload_count;            /* at most 255 */
	/* The step at which each worker resumes: how many positions of its own stride are done, as
	 * dp_progress() gave them; beyond the last one: nothing is left. NULL = the start. Read by
	 * dp_launch(). */
	const uint64_t *resume; /* [workers] */
};

/*
 * Begin a scan: start a thread that resolves the next hops (ARP, neighbour discovery; this takes
 * seconds in a large own network). No probe is sent before dp_launch() returns 0. dp_stop() ends
 * the resolution. A later scan may begin on the same port when the workers of the one before have
 * ended. Returns 0, -EBUSY (a scan is running), -EINVAL or -errno; @err in words.
 */
int dp_begin(struct dp *dp, const struct dp_scan_config *scan, struct error *err);

/*
 * Launch the workers if the next hops are resolved. Does not wait for them. Returns 0: the workers
 * run. -EAGAIN: not resolved yet, call again. -EHOSTUNREACH (no reply from the gateway, no route),
 * -EINVAL, -ECANCELED (dp_stop() was called) or -errno: the scan is over; @err in words.
 */
int dp_launch(struct dp *dp, struct error *err);

/* The targets that are this machine's own addresses: they are not probed. Writes at most @n into @out
 * and returns how many there are. Valid once dp_launch() has returned 0. */
uint64_t dp_own_targets(const struct dp *dp, struct dp_addr *out, unsigned n);

/* Receives targets that are not probed. Returns 0 to go on, anything else to end. */
typedef int (*dp_unreached_each)(void *arg, const struct dp_addr_range *range);

/*
 * Call @each for the targets without a next hop, range by range: neighbours that did not answer, own
 * and broadcast addresses. Valid once dp_launch() has returned 0. Takes time in proportion to the
 * targets in own networks. Returns 0 or the value with which @each ended it.
 */
int dp_each_unreached(const struct dp *dp, dp_unreached_each each, void *arg);

/* What may keep answers away from a scan. */
struct dp_trouble {
	bool link_down;
	bool no_program;     /* AF_XDP: the steering program is not on the interface any more */
	bool gateway_silent; /* a gateway answers no questions */
	bool other_route;    /* the kernel's route to the first targets is not the probes' */
	bool no_next_hop;    /* no target has a next hop whose link-layer address is known */
	bool alone;          /* probes are sent from an address that the kernel does not have */
	bool nothing_heard;  /* no frame of any kind arrived */
};

/* Check what may keep answers away. Between dp_launch() and dp_close(), also when the workers have
 * ended. Asks the kernel: blocks, usually for less than a millisecond. */
void dp_check(const struct dp *dp, struct dp_trouble *out);

/* Move up to @n results, each worker's oldest first, into @out. Returns how many. Never blocks. */
unsigned dp_receive(struct dp *dp, struct dp_result *out, unsigned n);

/* The first bytes of the data that a reply carried: *@len of them, at most DP_DATA_MAX. @r is a
 * result of the last dp_receive(). Returns NULL if there are none. The bytes belong to @dp and are
 * valid until the next dp_receive(). */
const void *dp_data(const struct dp *dp, const struct dp_result *r, size_t *len);

/* Read the counters and the state of the scan. Each counter is read once, so that they do not all
 * belong to the same moment. Asks the NIC for its losses. Call it in the thread of dp_receive().
 * Does not block. */
void dp_stats(const struct dp *dp, struct dp_stats *out);

enum { DP_NIC_COUNTERS = 64 }; /* enough for the counters of any driver */

/* The driver's own counters since dp_open() that are not zero: first those of the whole port, then
 * those of its queues. Writes at most @n into @out and returns how many there are, which may be
 * more than @n. Asks the NIC: meant to be called about once a second. */
unsigned dp_nic_counters(const struct dp *dp, struct dp_counter *out, unsigned n);

/* The number of steps of its walk that each worker has done, for a checkpoint. Returns the number
 * of workers. Every probe of a step below that number has been handed to the NIC. */
unsigned dp_progress(const struct dp *dp, uint64_t out[DP_MAX_WORKERS]);

/* Set the rate of all workers together, in packets a second. Takes effect within 100 ms. A rate
 * below 0.1 counts as 0.1. */
void dp_set_rate(struct dp *dp, double pps);
void dp_pause(struct dp *dp, bool paused);
/*
 * Queue an extra probe, which belongs to none of the passes, to an address of the scan, at any
 * port. A worker sends it soon. Its reply is a result whose pass is the scan's number of passes +
 * @kind; except for DP_EXTRA_KNOWN it counts neither as open nor as closed. Exclusions, pauses and caps apply to it as to all
 * probes. One that is sent in the cooldown restarts the cooldown. None is sent after
 * dp_stop_sending(). Needs dp_scan_config.extra. Returns false if @addr is no address of the scan,
 * or too many probes wait.
 */
bool dp_extra(struct dp *dp, const struct dp_addr *addr, uint16_t port, enum dp_extra kind);
/*
 * Replace the list of excluded addresses by the @n ranges (copied): from then on they are not
 * probed. May be called before a scan or during one. Blocks until every worker uses the new list,
 * at most 500 ms; a worker that a stalled NIC holds up for longer uses it from its next burst on.
 * Returns 0, -EINVAL (first > last, mixed families) or -ENOMEM.
 */
int dp_exclude(struct dp *dp, const struct dp_addr_range *ranges, size_t n);
/*
 * Send again what was sent since @since_us (clock_monotonic_us()), because it or its answers were
 * lost: each worker goes back to where it stood then, also from the cooldown. dp_stats.again counts
 * the positions. Places of the last 25 s are known; a place is up to 100 ms older than asked for.
 * Returns how many positions will be sent again; 0 also if the workers have ended. After
 * dp_stop_sending() the progress goes back, but nothing is sent. Does not block.
 */
uint64_t dp_send_again(struct dp *dp, int64_t since_us);
/* While @lingers, the workers do not end when the cooldown is over, so that dp_extra() and
 * dp_send_again() are possible. False at the launch. Ignored by dp_stop(). */
void dp_linger(struct dp *dp, bool lingers);
/* Follow the state of the link and remember where the workers stand. dp_receive() does so as well;
 * call it at least every 20 ms while that is not called. Does not block. */
void dp_watch(struct dp *dp);
void dp_stop_sending(struct dp *dp); /* send no more probes: the cooldown starts */
/* End the resolution and the workers at once, and block until they have ended. */
void dp_stop(struct dp *dp);

/* ---- how fast this machine is ---------------------------------------------------------------- */

struct dp_bench_result {
	double mpps; /* all workers together, over the CPU time that they used */
	/* the same for DPDK alone: the same packets, no work on them, in the same run */
	double floor_mpps;
	double ratio_to_floor;    /* the median of the rounds' ratios */
	double cycles_per_packet; /* TSC cycles */
	uint64_t results;         /* taken from the result rings */
	uint64_t lost;            /* dropped because a result ring was full */
	const char *variant;      /* the variant of the probe code: "avx512", ...; static */
	unsigned workers;
	bool hugepages;
};

/* The name of benchmark @index, a static text, or NULL beyond the last. */
const char *dp_bench_name(unsigned index);

/*
 * Measure the speed of the workers' own code on ports in memory. The results are medians of @rounds
 * (1..101) rounds; each round measures first DPDK alone, then the work. Starts the EAL and blocks
 * until the last round is over. May be called several times. Returns 0, -ENOENT (no such name),
 * -EINVAL, -ENOMEM or -ENODEV; @err in words.
 */
int dp_bench(const char *name, unsigned workers, unsigned rounds, struct dp_bench_result *out,
             struct error *err);

/* ---- what this machine can do ---------------------------------------------------------------- */

/* Write the names of the installed DPDK network drivers, comma separated, into the @len bytes at
 * @out. Needs no EAL. */
void dp_drivers(char *out, size_t len);
const char *dp_dpdk_version(void);

/* What a port of the kernel's interfaces needs of the process. */
enum dp_need { DP_NEED_AF_PACKET, DP_NEED_AF_XDP, DP_NEED_MEMORY };
enum { DP_LACK_TEXT = 320 };

/* Whether the process lacks it. If so, @out says what is missing and, behind ": ", the way to get it,
 * in the words in which dp_open() says it. Needs no EAL; does not block. */
bool dp_lacks(enum dp_need need, char out[DP_LACK_TEXT]);

/* Whether enough hugepages are free for a port with @queues queues; if not, *@advised is how many
 * of 2 MB would do. Needs no EAL. */
bool dp_has_hugepages(unsigned queues, unsigned *advised);
/* What hugepages would bring, as dp_port_info.hint says it. Static. */
const char *dp_hugepages_gain(void);

#endif
