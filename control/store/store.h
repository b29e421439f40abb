/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - the database in LMDB: current records, history, change log, scans.
 *
 * One process writes; the lock file names it. Any number of processes read snapshots. A process
 * must not have the same database open twice: a writer reads through its own handle. Only one
 * thread uses a handle. No LMDB type appears here. Calls block while the disk reads or writes;
 * readers and the writer never wait for each other.
 */
#ifndef SONDE_STORE_H
#define SONDE_STORE_H

#include "dp.h"
#include "place.h"
#include "record.h"

struct store;

/* STORE_READ_SHARED: as STORE_READ, for several threads, each with a handle of store_share(). The
 * database may then have 1 TiB at most. */
enum store_mode { STORE_READ, STORE_WRITE, STORE_READ_SHARED };

/* The knowledge by which written services are judged: identified, matched and scored. */
struct store_stamp {
	const struct vd_model *model; /* the score's weights; copied */
	uint8_t digest[16];           /* of all that decides identities and exposures */
};

/* Open (STORE_WRITE: create) the database directory @path. 0, -ENOENT, -EBUSY (another scan writes;
 * the text names its pid and scan), -EINVAL (not a Sonde database), -EACCES, -ENOSPC. */
int store_open(const char *path, enum store_mode mode, struct store **out, struct error *err);
void store_close(struct store *s);

/* Make a further handle of a database that is open as STORE_READ_SHARED, for another thread. It is
 * closed before @s is. 0, -EINVAL (not open so), -ENOMEM. */
int store_share(struct store *s, struct store **out);
/* The number of the last commit: what was read stays as it is while this does. Any thread, with a
 * handle of its own; reads memory only. */
uint64_t store_commit(const struct store *s);
/*
 * Name the knowledge by which the following records are judged. Call it before the first
 * store_put_batch() of a scan. If the digest differs from that of the database, the next
 * store_rejudge() identifies every service again; if the weights differ, it computes all findings
 * again. Writer. 0 or -errno.
 */
int store_stamp(struct store *s, const struct store_stamp *k);

/* ---- scans ----------------------------------------------------------------------------------- */

enum store_scan_state {
	STORE_SCAN_RUNNING = 1,
	STORE_SCAN_DONE,
	STORE_SCAN_STOPPED,
	STORE_SCAN_FAILED,
	/* stored as running, but no process runs it: it was killed. Never stored; store_scan_look()
	 * sets it */
	STORE_SCAN_INTERRUPTED,
};

/* "running", "interrupted", ...; "" for a value outside the enum. Static. */
const char *store_scan_state_name(uint8_t state);

/* How many positions of the probe order a scan had done at a time. */
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
	/* the command line, quoted, for the audit; ends with ... where it is cut */
	char command[1024];
	uint8_t key[16];
	uint64_t space_digest; /* dp_space_info.digest */
	uint32_t shard, shards, passes, workers;
	uint64_t progress[DP_MAX_WORKERS];
	struct dp_stats stats; /* as of the last checkpoint */
	/* entries that the scan made in the change log, as of then; 0 of older versions */
	uint64_t opened, closed, changed, findings;
	struct store_sample samples[STORE_SAMPLES]; /* oldest first, see store_scan_sample() */
	uint32_t sample_count;
	int64_t sample_gap_us; /* least time between two samples */
};

/* Add a sample of the scan's progress at @time_us. Samples are at least a second apart; each time
 * the array is full, the function drops every other sample and doubles the gap. Pure. */
void store_scan_sample(struct store_scan *scan, int64_t time_us, uint64_t done);

/* The command line of a scan: its words one after another, each with its NUL byte. */
struct store_words {
	char *text;
	size_t len;
};

/* Give *@scan the next free id of the day of @now_us and the start @now_us, and write it with @words
 * (NULL: none). Writer. 0 or -errno. */
int store_scan_begin(struct store *s, struct store_scan *scan, const struct store_words *words,
                     int64_t now_us);
/* Read the command line of the scan @id; the caller frees out->text. 0, -ENOENT (there is none: an
 * older version wrote the scan), -ENOMEM, -EIO (not understood) or -errno. */
int store_scan_words(struct store *s, const char *id, struct store_words *out);
/* Write the checkpoint (state, progress and counters) and flush it with everything before it to the
 * disk. The caller first writes the records that the progress covers: after a crash between the
 * two, the scan probes some targets again but skips none. Writer. 0, -EINVAL (no id) or -errno. */
int store_scan_update(struct store *s, const struct store_scan *scan);
/* Read a scan. 0, -ENOENT or -errno. */
int store_scan_get(struct store *s, const char *id, struct store_scan *out); /* "" = the newest */
/* Call @each for every scan, by id, until it returns false. 0 or -errno. */
int store_scan_each(struct store *s, bool (*each)(void *arg, const struct store_scan *), void *arg);

/*
 * Set the state of @scan, which was read from the database directory @path, to interrupted if it is
 * stored as running and no process writes it. The lock of the writer decides, which the kernel
 * releases however a process ends. Blocks for an instant.
 */
void store_scan_look(const char *path, struct store_scan *scan);
/* The number of the last entry of the change log; 0: there is none. Returns 0 or -errno. */
int store_change_last(struct store *s, uint64_t *seq);

/* ---- writing --------------------------------------------------------------------------------- */

/* Marks whether a host answers on every port; a scan records only a sample of such a host's ports.
 * Ignored if the store does not know the host after the sightings and records of the batch. */
struct store_flag {
	struct dp_addr addr;
	bool middlebox;
};

/* The input of one transaction, in any order. The caller owns all of it. */
struct store_batch {
	const struct record_sighting *sightings; /* merged before a record of the same service */
	size_t sighting_count;
	struct record *const *records;
	size_t record_count;
	const struct store_flag *flags; /* applied after the services of the host */
	size_t flag_count;
	const struct store_scan *checkpoint; /* NULL = none; written as store_scan_update() does */
	/* written: whether each sighting, and behind them each record, made a port count that did
	 * not count before; NULL: nobody asks */
	bool *opened;
	/* written: whether each record showed that its host, taken for an honest one so far, is a
	 * honeypot, which changed the verdicts of its other services; NULL: nobody asks */
	bool *traps;
};

/*
 * Merge what @scan saw in one transaction: update current records, intervals, change log, host
 * summaries and scores. Merging the same record twice in one scan changes nothing. Batches of 1000
 * and more are fastest.
 *
 * A host of which a service is a honeypot's (vd_honeypot()) has no verdict that is affected: those
 * of @batch are changed in place.
 *
 * A record without a grab, or whose grab gave no fact, leaves the stored identity as it is. The
 * store keeps a closed or filtered port only if it knew a service there before. When the function
 * returns, the batch survives the end of the process; a power cut may undo the batches since the
 * last checkpoint.
 *
 * 0, -ENOSPC (nothing of this batch is stored, all earlier ones are), -EIO, -ENOMEM.
 */
int store_put_batch(struct store *s, const char *scan, const struct store_batch *batch);

/*
 * Mark the services that a complete scan did not see. @covered tells whether the scan probed a
 * stored service. If it did and did not see the service, the service counts a miss and, if it was
 * open, becomes `missing`. After RECORD_MISSES_GONE misses it counts no more (log: port.closed).
 * @scan->end_us is the time of the events. If interrupted, the function can be called again and
 * counts no miss twice.
 *
 * It marks nothing if @scan->stats shows replies lost at the NIC or the ring, because nobody knows
 * which ones. It also skips a host that this scan saw and that answers on every port, because the
 * scan recorded only a sample of its ports. Writer. 0, 1 (lost replies: nothing was marked), or
 * -errno.
 */
int store_finish(struct store *s, const struct store_scan *scan,
                 bool (*covered)(void *arg, const struct dp_addr *addr, uint16_t port,
                                 uint8_t transport),
                 void *arg);

/*
 * Judge again, with the cause "host", what the services of each host that a scan saw now tell of each
 * other (store_judge_by()), and log what the scan changed in hosts as a whole: host.new with the sum of what was found, host.gone,
 * score.level_changed, and the new ports of which no grab said what they are. Each host gets at most
 * one change of its level in a scan. The caller does so at the end of each scan, after
 * store_finish(); what a killed scan left behind is logged by store_scan_begin() of the next one.
 * @now_us is the time of the events; 0: when each host was last seen. Blocks for a pass over all
 * hosts. If interrupted, it can be called again. Writer. 0 or -errno.
 */
int store_settle(struct store *s, int64_t now_us);

/* A set of verdicts, as struct record_verdicts. */
struct store_set {
	uint8_t digest[16]; /* record_verdict_key() of them */
	const struct vd_verdict *list;
	uint32_t count;
	uint32_t candidates;
};

/* How the store asks the current knowledge. It calls these functions in the caller's thread. */
struct store_judge {
	void *arg;
	/* Compute identity and exposures of @r again from its facts. 0 or -ENOMEM. */
	int (*identify)(void *arg, struct record *r);
	/* Give @r the hint of its host if it counts for it, else an empty one (vulndb_hint()), and
	 * compute its exposures again. 0 or -ENOMEM. NULL: hosts tell nothing. */
	int (*hint)(void *arg, struct record *r, const struct vd_hint *hint);
	/* Returns the set of verdicts for an identity that record_encode_identity() encoded. @list:
	 * with the verdicts, not only their digest. Valid until the next call. NULL: no memory. */
	const struct store_set *(*set)(void *arg, const uint8_t *identity, size_t len, bool list);
	/* of store_rejudge(): visited so far; NULL: not called */
	void (*progress)(void *arg, uint64_t services);
};

/*
 * Let @judge, which the caller keeps (NULL: nobody), judge services by what the other services of
 * their hosts tell: store_put_batch() by what a host told when its last scan had ended, and
 * store_settle() by what it tells then. Writer.
 */
void store_judge_by(struct store *s, const struct store_judge *judge);

struct store_rejudged {
	uint64_t services; /* visited */
	uint64_t
		restated; /* sets of verdicts that were overwritten because only texts and numbers differed */
	uint64_t whole; /* services that were judged in full and written */
};

/*
 * Judge every service that counts (record_is_up()) again after the knowledge changed; store_stamp() names the current one.
 * Writes the services whose judgement changed, overwrites sets of verdicts in which only texts
 * changed, and deletes sets that no service uses. Logged events have the cause "db", or "host" where
 * the service is judged by another hint of its host than before. Blocks during
 * the whole pass. If interrupted, it can be called again. Writer. 0 or -errno.
 */
int store_rejudge(struct store *s, int64_t now_us, const struct store_judge *judge,
                  struct store_rejudged *out);

/* A database whose contents another one takes over. */
struct store_source {
	const char *name; /* at most STORE_SOURCE_NAME bytes; stands before the ids of its scans */
	struct store *s;  /* open for reading */
};
enum { STORE_SOURCE_NAME = 12 };

struct store_imported {
	uint64_t hosts, services, changes, scans; /* that were written */
};

/*
 * Take the contents of other databases: services, intervals, scans, accepted findings, and the log
 * in the order of its times. The scan of a service becomes NAME:ID and thus says which database it
 * comes from. Of a service that several have, the one that was seen last stays, with the earliest
 * time at which it was first seen. Changes of hosts as a whole are not copied, but found anew from
 * all services of the host, with the cause "merge". What was taken before is not taken again. If
 * interrupted, the function can be called again. Writer. Blocks. 0 or -errno.
 */
int store_import(struct store *s, const struct store_source *sources, size_t n,
                 struct store_imported *out);

/* Call @each for every host that answers on every port or is a fragile device
 * (vd_fragile_identity()). 0 or -errno. */
typedef void (*store_flagged_each)(void *arg, const struct dp_addr *addr, bool middlebox,
                                   bool fragile);
int store_each_flagged(struct store *s, store_flagged_each each, void *arg);

/* ---- accepted findings ----------------------------------------------------------------------- */

/* A finding that somebody takes responsibility for: until a date it does not count for the score,
 * but is still shown. It is that of one address, or with @range that of all addresses from @addr to
 * @last, also of hosts that are found later. */
struct store_accept {
	struct dp_addr addr, last;
	bool range;
	uint16_t port;    /* 0 = every port */
	char id[40];      /* CVE or exposure id */
	int64_t until_us; /* in force before that time */
	int64_t made_us;
	char user[64];
	char reason[256];
};

/* Add or replace @a and compute the scores of its hosts as of @a->made_us. A level that changes is
 * logged with the cause "accept" and the id of @a. A range takes a pass over all services. 0 or
 * -errno. Writer. */
int store_accept_put(struct store *s, const struct store_accept *a);
/* Remove the accepted finding with the addresses, port and id of @a, and compute the scores of its
 * hosts as of @now_us. 0, -ENOENT (there is none) or -errno. Writer. */
int store_accept_remove(struct store *s, const struct store_accept *a, int64_t now_us);
/* Call @each for the accepted findings that cover @addr (NULL: for all) until it returns false. 0 or
 * -errno. */
int store_accept_each(struct store *s, const struct dp_addr *addr,
                      bool (*each)(void *arg, const struct store_accept *), void *arg);

/* ---- reading (a snapshot each call) ---------------------------------------------------------- */

struct store_host {
	struct dp_addr addr;
	int64_t first_seen_us, last_seen_us;
	int64_t read_us; /* when it was read */
	char last_scan[32];
	bool middlebox, truncated, fragile;
	char honeypot[VD_HONEYPOT_TEXT]; /* why the host is one (vd_honeypot()); "" = it is none */
	struct vd_score score;           /* as of the last write */
	struct place_info place;      /* what the files of the database tell of the address, now */
	const struct vd_model *model; /* the weights behind it; owned by the store */
	struct record **services;     /* sorted by transport and port */
	size_t service_count;
	struct store_accept *accepts; /* of this host, expired ones too */
	size_t accept_count;
};

/* What the files beside the database (PATH/place, see place.h) can tell, as bits of place_kinds(). */
unsigned store_place_kinds(const struct store *s);

/* Read a host into *@out; the caller frees its contents with store_host_fini(). 0, -ENOENT or
 * -errno. */
int store_host_get(struct store *s, const struct dp_addr *addr, struct store_host *out);
void store_host_fini(struct store_host *h);

/* Call @each for every service from address @from on (NULL = all), by address, transport and port,
 * until it returns false. The record is valid only during the call. 0 or -errno. */
int store_each(struct store *s, const struct dp_addr *from,
               bool (*each)(void *arg, const struct record *r), void *arg);
/* The same for the services that have a verdict on @cve. Of all others it reads only the header. */
int store_each_with(struct store *s, const char *cve,
                    bool (*each)(void *arg, const struct record *r), void *arg);
/* The number of stored services; 0 also after an error. */
size_t store_service_count(struct store *s);
/* Call @each for every service that counts (record_is_up()). Reads no more than the header of a record, which is much
 * cheaper than store_each(). 0 or -errno. */
int store_each_open(struct store *s,
                    void (*each)(void *arg, const struct dp_addr *addr, uint16_t port,
                                 uint8_t transport),
                    void *arg);
/* Call @each for every host from @from on (NULL = all) until it returns false. The host is valid
 * only during the call. 0 or -errno. */
int store_each_host(struct store *s, const struct dp_addr *from,
                    bool (*each)(void *arg, const struct store_host *h), void *arg);

/* A service that the change log names, or a whole host, whose transport and port are 0. */
struct store_touch {
	struct dp_addr addr;
	uint8_t transport;
	uint16_t port;
};

/* Whether @r is among the @n touches of its host, or its host is; @touches NULL: all are. Pure. */
bool store_touched(const struct store_touch *touches, size_t n, const struct record *r);

struct store_walk {
	/* from this address to that one, including both; @last all zero: to the end */
	struct dp_addr first, last;
	bool no_verdicts; /* reads services as if they had none, which is much faster */
	/* only hosts of which the log has entries with a number above @after_seq and a time of
	 * @since_us or later */
	bool changed;
	uint64_t after_seq;
	int64_t since_us;
	uint64_t last_seq; /* out: the number of the last change in the snapshot */
	/* out: the digest of the knowledge that identified all services; all zero: it is not the same
	 * for all, or there was none */
	uint8_t knowledge[16];
};

/*
 * Call @each for every host of the walk, by address, until it returns false, all from one snapshot.
 * With walk.changed, it gets the touches of that host, else NULL. Host and touches are valid only
 * during the call; a reader who copies the verdicts of a record copies what they point to. Needs 20
 * bytes of memory for each entry of the log that it reads. 0 or -errno.
 */
int store_walk(struct store *s, struct store_walk *walk,
               bool (*each)(void *arg, const struct store_host *h,
                            const struct store_touch *touches, size_t n),
               void *arg);

struct store_interval {
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport;
	char fingerprint[17]; /* record_fingerprint() in hex; "" = never grabbed */
	char service[32], product[96], version[64];
	char ssl_sha256[65]; /* digest of the certificate at the end of the interval; "" = none */
	int64_t start_us, end_us; /* end 0 = not ended */
};
/* Call @each for the intervals of a host, service by service, until it returns false: first the
 * ended ones by their start, then the current one if the service is open. 0 or -errno. */
int store_each_interval(struct store *s, const struct dp_addr *addr,
                        bool (*each)(void *arg, const struct store_interval *), void *arg);

struct store_change {
	uint64_t seq; /* grows with each change; consumers use it as a cursor */
	int64_t time_us;
	char type[24]; /* "port.opened", "vuln.added", ... */
	struct dp_addr addr;
	uint16_t port; /* 0 for host events */
	uint8_t transport;
	char scan[32];
	/* "scan", "db" (newer knowledge), "host" (what another port of the host tells), "accept" or
	 * "merge" */
	char cause[8];
	char ref[40];                 /* the CVE or the exposure; else empty */
	char was[256], is[256];       /* what changed, as states: change.h */
	char before[160], after[160]; /* the same in words */
};

/* Which changes store_find_changes() passes on. All zero: all of them, the oldest first. */
struct store_change_filter {
	bool newest_first;
	uint64_t after_seq, before_seq; /* between these numbers; before_seq 0: to the last */
	int64_t since_us, until_us;     /* from since_us to before until_us; 0: no end */
	uint32_t types;                 /* bits of store_change_type(); 0: all */
	struct dp_addr first, last;     /* of these addresses; last all zero: no end */
};
/* Call @each for the changes that fit, by their numbers, until it returns false. 0 or -errno. */
int store_find_changes(struct store *s, const struct store_change_filter *filter,
                       bool (*each)(void *arg, const struct store_change *), void *arg);
/* The bits of the types that @len bytes of @name mean: one type ("port.opened") or a group ("vuln").
 * 0: there is no such type. Pure. */
uint32_t store_change_type(const char *name, size_t len);
/* The name of type number @i; NULL behind the last. Static. */
const char *store_change_type_name(unsigned i);

/* Call @each for the changes with seq > @after_seq and time >= @since_us, by seq, until it returns
 * false. 0 or -errno. */
int store_each_change(struct store *s, uint64_t after_seq, int64_t since_us,
                      bool (*each)(void *arg, const struct store_change *), void *arg);

#endif
