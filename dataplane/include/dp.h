/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dp.h - the dataplane: targets and a rate in, validated replies out.
 *
 * For who uses it this header is all; dp_addr.h, dp_space.h and dp_known_open.h are its parts that
 * need no port.
 *
 * Threads: one control thread owns a struct dp and calls everything here, except where a prototype
 * says otherwise. Workers run on their own lcores and never call back.
 */
#ifndef SONDE_DP_H
#define SONDE_DP_H

#include "dp_addr.h"
#include "dp_known_open.h"
#include "dp_space.h"
#include "dp_types.h"

/* ---- the port -------------------------------------------------------------------------------- */

enum dp_port_kind {
	DP_PORT_IFACE,     /* a kernel interface, shared by AF_XDP and the steering program */
	DP_PORT_PCI,       /* a PCI address: the NIC is ours */
	DP_PORT_AF_PACKET, /* a kernel interface through AF_PACKET: the last resort */
	DP_PORT_VDEV,      /* any DPDK vdev string, for tests */
};

struct dp_port_config {
	enum dp_port_kind kind;
	const char *name;              /* "eth1", "0000:01:00.0", "net_ring0"; copied */
	uint16_t queues;               /* 0 = one */
	const struct dp_addr *sources; /* own addresses; NULL on an interface: its first address */
	unsigned source_count;
	uint16_t source_port_first; /* 0,0 = 61000..65531: outside Linux's ephemeral range */
	uint16_t source_port_last;
	/* of the source's network, where there is no kernel to ask; 0 = 32 */
	uint8_t prefix_len;
	uint8_t prefix6_len; /* the same of the first IPv6 source; 0 = 128 */
	bool has_gateway;
	struct dp_addr gateway; /* default: the kernel's default route over the interface */
	bool has_gateway_mac;
	uint8_t gateway_mac[6];      /* skips resolution */
	uint16_t vlan;               /* 0 = untagged */
	const char *const *eal_args; /* extra EAL arguments, may be NULL */
	unsigned eal_arg_count;
	bool force_generic_xdp;
	/* scans will send DP_PROBE_ICMP_ECHO: echo replies whose identifier is one of the source
	 * ports are ours, not the kernel's */
	bool icmp;
};

/* What dp_open() found, for the screen. */
struct dp_port_info {
	char name[64];
	char driver[32];
	char mode[96]; /* "AF_XDP native zero-copy, steering by bpf_link", ... */
	uint8_t mac[6];
	struct dp_addr source;
	struct dp_addr gateway;
	bool has_gateway;
	uint32_t link_mbps; /* 0 = not known */
	uint16_t queues;
	bool hugepages; /* false: says in dp_port_info.hint what they would bring */
	char hint[192];
};

struct dp;

/*
 * Start the EAL (once in a process), take the port, attach the steering program.
 *
 * Returns 0 or -errno with @err in words (no such interface, interface down, no privileges, ...).
 * Nothing is sent. On every exit of the process, SIGKILL included, the steering program goes.
 */
int dp_open(const struct dp_port_config *config, struct dp **out, struct error *err);
void dp_port_describe(const struct dp *dp, struct dp_port_info *out);
void dp_close(struct dp *dp); /* stops the workers; NULL is fine */

/* ---- a scan ---------------------------------------------------------------------------------- */

struct dp_scan_config {
	const struct dp_space *space; /* sealed; must outlive the scan */
	uint8_t key[16];              /* order and cookie are pure functions of it */
	uint32_t shard;               /* 0-based */
	uint32_t shards;              /* >= 1 */
	uint32_t passes;              /* >= 1 */
	double rate_pps;              /* packets a second over all workers; > 0 */
	struct dp_rate_cap cap;
	uint32_t cooldown_ms; /* how long replies are awaited after the last probe */
	uint32_t workers;     /* 0 = as many as queues */
	/* dp_extra() will be used; takes source ports as two more passes do */
	bool extra;
	bool want_closed; /* report RST and unreachable too, not only count them */
	/* report them of these ports in any case; NULL = none; not owned */
	const struct dp_known_open *known_open;
	enum dp_probe probe;
	const struct dp_payload *payloads; /* of DP_PROBE_UDP; copied by dp_begin() */
	unsigned payload_count;            /* at most 255 */
	/* Where each worker goes on: positions already done of its own stride; NULL = the start. */
	const uint64_t *resume; /* [workers] */
};

/*
 * Begin a scan: a thread resolves the next hops (ARP, neighbour discovery; seconds in a large own
 * network). Until dp_launch() says 0 nothing is probed, and dp_stop() ends it. 0, -EBUSY, -EINVAL,
 * -errno; @err in words.
 */
int dp_begin(struct dp *dp, const struct dp_scan_config *scan, struct error *err);

/*
 * Launch the workers as soon as the next hops are known. 0: they run. -EAGAIN: not yet, call again.
 * -EHOSTUNREACH (gateway silent, no route), -EINVAL, -ECANCELED (dp_stop() was called), -errno:
 * there is no scan; @err in words.
 */
int dp_launch(struct dp *dp, struct error *err);

/* Up to @n results, oldest first; returns how many. Never blocks. */
unsigned dp_receive(struct dp *dp, struct dp_result *out, unsigned n);

/* The first bytes of what a result of the last dp_receive() carried, *@len <= DP_DATA_MAX of them;
 * NULL: none. Valid until the next dp_receive(). */
const void *dp_data(const struct dp *dp, const struct dp_result *r, size_t *len);

/* The counters as of now, each read once: they do not belong to one moment. Asks the NIC for its losses.
 * In the thread of dp_receive(). Does not block. */
void dp_stats(const struct dp *dp, struct dp_stats *out);

enum { DP_NIC_COUNTERS = 64 }; /* more than any driver has of interest */

/* What the driver counts and is not zero, since dp_open(): the whole port's first, then those of
 * its queues. At most @n into @out; returns how many there are, which may be more. Asks the NIC:
 * for once a second. */
unsigned dp_nic_counters(const struct dp *dp, struct dp_counter *out, unsigned n);

/* Positions done per worker, for a checkpoint; returns the number of workers. Every probe at a
 * position below the figure has been handed to the NIC. */
unsigned dp_progress(const struct dp *dp, uint64_t out[DP_MAX_WORKERS]);

/* effective within 100 ms; below 0.1 is taken as 0.1 */
void dp_set_rate(struct dp *dp, double pps);
void dp_pause(struct dp *dp, bool paused);
/*
 * Send an extra probe, which is of none of the passes, to an address of the scan, at any port,
 * soon. The answer is a result whose pass is the scan's number of passes + @kind; it counts neither
 * as open nor as closed. Exclusions, pauses and caps hold for it as for all probes; one that is
 * sent in the cooldown begins that anew, none is sent after dp_stop_sending(). Needs
 * dp_scan_config.extra. False: no address of the scan, or too many wait.
 */
bool dp_extra(struct dp *dp, const struct dp_addr *addr, uint16_t port, enum dp_extra kind);
/*
 * From now on probe none of the @n ranges (copied), in place of what an earlier call named; before
 * a scan or during it. Blocks until every worker obeys, at most 500 ms; a worker that a stalled NIC
 * holds up longer obeys in its next burst. 0, -EINVAL (first > last, mixed families), -ENOMEM.
 */
int dp_exclude(struct dp *dp, const struct dp_addr_range *ranges, size_t n);
void dp_stop_sending(struct dp *dp); /* the cooldown starts now */
/* ends resolution and workers at once and waits for them */
void dp_stop(struct dp *dp);

/* ---- how fast this machine is ---------------------------------------------------------------- */

struct dp_bench_result {
	double mpps; /* of all workers; time is that of their cores alone */
	/* the same packets through DPDK without any work on them, same run */
	double floor_mpps;
	double ratio_to_floor;    /* the median of the rounds' ratios */
	double cycles_per_packet; /* TSC cycles */
	uint64_t results;         /* that came out of the result rings */
	uint64_t lost;            /* that found them full */
	const char *variant;      /* of the probe's code: "avx512", ...; static */
	unsigned workers;
	bool hugepages;
};

/* The name of benchmark @index, or NULL beyond the last. */
const char *dp_bench_name(unsigned index);

/*
 * Time the workers' own code on ports in memory: medians of @rounds (1..101) in which floor and
 * work take turns. Starts the EAL; several may follow one another. 0, -ENOENT (no such name),
 * -EINVAL, -ENOMEM, -ENODEV; @err in words.
 */
int dp_bench(const char *name, unsigned workers, unsigned rounds, struct dp_bench_result *out,
             struct error *err);

/* ---- what this machine can do ---------------------------------------------------------------- */

/* The names of the DPDK drivers compiled in, comma separated, into @out. Needs no EAL. */
void dp_drivers(char *out, size_t len);
const char *dp_dpdk_version(void);

#endif
