/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - the database in LMDB: current records, history, change log, scans.
 *
 * One process writes (a lock file says who), any number read snapshots. A process opens one
 * database once at a time; a writer reads through its own handle. One thread uses a handle. No LMDB
 * type appears here. Calls block while the disk reads or writes; readers and the writer never wait
 * for each other.
 */
#ifndef SONDE_STORE_H
#define SONDE_STORE_H

#include "dp.h"
#include "record.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/* What the judgements that are written hang on. */
struct store_stamp {
	const struct vd_model *model; /* the score's weights; copied */
	uint8_t digest[16];           /* of all that says who a service is and what is exposed */
};

/* Open (STORE_WRITE: create) the database directory @path. 0, -ENOENT, -EBUSY (another scan writes;
 * the text names its pid and scan), -EINVAL (not a Sonde database), -EACCES, -ENOSPC. */
int store_open(const char *path, enum store_mode mode, struct store **out, struct error *err);
void store_close(struct store *s);
/*
 * Say by what the records that follow were judged: before the first store_put_batch() of a scan. Where it
 * is not what the database knows, the next store_rejudge() looks at every service anew. Writer. 0
 * or -errno.
 */
int store_stamp(struct store *s, const struct store_stamp *k);

/* ---- scans ----------------------------------------------------------------------------------- */

enum store_scan_state {
	STORE_SCAN_RUNNING = 1,
	STORE_SCAN_DONE,
	STORE_SCAN_STOPPED,
	STORE_SCAN_FAILED
};

/* How many positions were behind a scan at a moment. */
struct store_sample {
	int64_t time_us;
	uint64_t done; /* of all its workers and passes */
};

enum { STORE_SAMPLES = 128 };

struct store_scan {
	char id[32]; /* "s-20261122-01" */
	uint8_t state;
	int64_t start_us, end_us;
	char user[64];
	char version[32];
	char command[1024]; /* the command line, for the audit and for --resume */
	uint8_t key[16];
	uint64_t space_digest; /* dp_space_info.digest */
	uint32_t shard, shards, passes, workers;
	uint64_t progress[DP_MAX_WORKERS];
	struct dp_stats stats;                      /* as of the last checkpoint */
	struct store_sample samples[STORE_SAMPLES]; /* oldest first, see store_scan_sample() */
	uint32_t sample_count;
	int64_t sample_gap_us; /* at least between two of them */
};

/* Note where the scan is at @time_us: at first each second, then, as it gets longer, less often.
 * Pure. */
void store_scan_sample(struct store_scan *scan, int64_t time_us, uint64_t done);

/* Reserve the next id of the day (from @now_us), write *@scan with it. Writer. 0 or -errno. */
int store_scan_begin(struct store *s, struct store_scan *scan, int64_t now_us);
/* Write state, progress, counters, and flush all before to the disk: the checkpoint. Put what the
 * progress found first, so that a crash between the two probes again and never skips. */
int store_scan_update(struct store *s, const struct store_scan *scan);
int store_scan_get(struct store *s, const char *id, struct store_scan *out); /* "" = the newest */
int store_scan_each(struct store *s, bool (*each)(void *arg, const struct store_scan *), void *arg);

/* ---- writing --------------------------------------------------------------------------------- */

/* Whether a host answers on every port; a sample of its ports is all that is kept. Ignored where
 * the host is not known by then. */
struct store_flag {
	struct dp_addr addr;
	bool middlebox;
};

/* What one transaction takes; all of it stays the caller's, in any order. */
struct store_batch {
	const struct record_sighting *sightings; /* ports that answered; they count as seen first */
	size_t sighting_count;
	struct record *const *records;
	size_t record_count;
	const struct store_flag *flags; /* applied after the others */
	size_t flag_count;
	const struct store_scan *checkpoint; /* NULL = none; written as store_scan_update() does */
};

/*
 * Merge what @scan saw in one transaction: current record, intervals, change log, host summary and
 * score. Idempotent for a record seen twice by one scan. Batches of 1000 and more are fastest.
 *
 * A record that was not grabbed, or whose grab brought no fact, leaves the stored identity as it
 * is. Closed and filtered ports are kept only where a service was known before. When it returns,
 * the batch survives the end of the process; a power cut may take the batches since the last
 * store_scan_update().
 *
 * 0, -ENOSPC (nothing of the batch is kept, all before is), -EIO.
 */
int store_put_batch(struct store *s, const char *scan, const struct store_batch *batch);

/*
 * After a complete scan: every stored service that @covered says was probed and that this scan did
 * not see counts a miss and, if it was open, becomes `missing` (log: port.closed; host.gone after
 * the last one). Interrupted, it can be called again: no miss is counted twice. @scan->end_us is
 * the time of the events. Where @scan->stats says that replies were lost (at the NIC or the ring),
 * nobody knows which: nothing is marked. Nor are ports of a host that this scan saw and that
 * answers on every port: only a sample of them is kept. 0, 1 (lost replies: nothing was marked), or
 * -errno.
 */
int store_finish(struct store *s, const struct store_scan *scan,
                 bool (*covered)(void *arg, const struct dp_addr *addr, uint16_t port,
                                 uint8_t transport),
                 void *arg);

/* A set of verdicts. */
struct store_set {
	uint8_t digest[16]; /* record_verdict_key() of them */
	const struct vd_verdict *list;
	uint32_t count;
};

/* Where a pass gets what the knowledge of today says. Called in the caller's thread. */
struct store_rejudge_source {
	void *arg;
	/* Identity and exposures of @r from its facts, afresh. 0 or -ENOMEM. */
	int (*identify)(void *arg, struct record *r);
	/* What an identity of record_encode_identity() gets; @list: with the verdicts, not only
	 * their digest. It holds until the next call. NULL: no memory. */
	const struct store_set *(*set)(void *arg, const uint8_t *identity, size_t len, bool list);
	void (*progress)(void *arg, uint64_t services); /* looked at so far; NULL: none */
};

struct store_rejudged {
	uint64_t services; /* looked at */
	uint64_t restated; /* sets that say the same in other words */
	uint64_t whole;    /* services that were judged whole */
};

/*
 * Judge every open service again, after the knowledge changed (store_stamp() says to what), and
 * drop sets of verdicts that no service has any more. Services of which something else is said are
 * written, and sets whose words changed. The log says cause "db". Blocks as long as that takes.
 * Writer; 0 or -errno. Interrupted, it can be called again.
 */
int store_rejudge(struct store *s, int64_t now_us, const struct store_rejudge_source *source,
                  struct store_rejudged *out);

/* Every host that answers on every port or is a fragile device (vd_fragile_identity()). 0 or
 * -errno. */
typedef void (*store_flagged_each)(void *arg, const struct dp_addr *addr, bool middlebox,
                                   bool fragile);
int store_each_flagged(struct store *s, store_flagged_each each, void *arg);

/* ---- accepted findings ----------------------------------------------------------------------- */

/* A finding that somebody takes responsibility for: out of the score until a date, still shown. */
struct store_accept {
	struct dp_addr addr;
	uint16_t port;    /* 0 = every port of the host */
	char id[40];      /* CVE or exposure id */
	int64_t until_us; /* in force before that moment */
	int64_t made_us;
	char user[64];
	char reason[256];
};

/* Add or replace; the host's score is recomputed as of made_us. 0 or -errno. Writer. */
int store_accept_put(struct store *s, const struct store_accept *a);
/* Take back. 0, -ENOENT. Writer. */
int store_accept_remove(struct store *s, const struct store_accept *a, int64_t now_us);
int store_accept_each(struct store *s, const struct dp_addr *addr,
                      bool (*each)(void *arg, const struct store_accept *), void *arg);

/* ---- reading (a snapshot each call) ---------------------------------------------------------- */

struct store_host {
	struct dp_addr addr;
	int64_t first_seen_us, last_seen_us;
	char last_scan[32];
	bool middlebox, truncated, fragile;
	struct vd_score score;        /* as of the last write */
	const struct vd_model *model; /* the weights behind it; the store's */
	struct record **services;     /* by transport and port */
	size_t service_count;
	struct store_accept *accepts; /* of this host, expired ones too */
	size_t accept_count;
};

/* 0, -ENOENT. store_host_fini frees what is inside. */
int store_host_get(struct store *s, const struct dp_addr *addr, struct store_host *out);
void store_host_fini(struct store_host *h);

/* Every service, by address, transport, port, from @from on (NULL = all). @each returns false to
 * end; the record is the callee's only during the call. 0 or -errno. */
int store_each(struct store *s, const struct dp_addr *from,
               bool (*each)(void *arg, const struct record *r), void *arg);
/* The services that have a verdict on @cve, as store_each() gives them, without reading the others
 * whole. */
int store_each_with(struct store *s, const char *cve,
                    bool (*each)(void *arg, const struct record *r), void *arg);
/* How many services are known, and the open ones of them by key alone: much cheaper than
 * store_each(). */
size_t store_service_count(struct store *s);
int store_each_open(struct store *s,
                    void (*each)(void *arg, const struct dp_addr *addr, uint16_t port,
                                 uint8_t transport),
                    void *arg);
int store_each_host(struct store *s, const struct dp_addr *from,
                    bool (*each)(void *arg, const struct store_host *h), void *arg);

struct store_interval {
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport;
	char fingerprint[17]; /* of product, version, banner; hex */
	char product[96], version[64];
	int64_t start_us, end_us; /* end 0 = still so */
};
/* The states of a host's services, service by service: the past ones by their start, then the one in
 * force. @each returns false to end. 0 or -errno. */
int store_each_interval(struct store *s, const struct dp_addr *addr,
                        bool (*each)(void *arg, const struct store_interval *), void *arg);

struct store_change {
	uint64_t seq; /* monotonic: the cursor of a pipeline */
	int64_t time_us;
	char type[24]; /* "port.opened", "vuln.added", ... */
	struct dp_addr addr;
	uint16_t port; /* 0 for host events */
	uint8_t transport;
	char scan[32];
	char cause[8];                /* "scan" or "db" */
	char ref[40];                 /* vuln.*: the CVE; else empty */
	char before[160], after[160]; /* what changed, in words */
};
/* Changes with seq > @after_seq and time >= @since_us, in order. */
int store_each_change(struct store *s, uint64_t after_seq, int64_t since_us,
                      bool (*each)(void *arg, const struct store_change *), void *arg);

#endif
