/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - one service as one scan saw it. The pipeline hands it to the store.
 *
 * A record owns its facts and verdicts. record_new() allocates it and record_free() frees it.
 * record_encode() serialises it in the format described below.
 */
#ifndef SONDE_RECORD_H
#define SONDE_RECORD_H

#include "dp_types.h"
#include "vulndb.h"

enum record_state { RECORD_OPEN = 1, RECORD_MISSING, RECORD_CLOSED, RECORD_FILTERED };

/* A service that is silent in so many scans one after another is gone. One lost answer is no
 * evidence: until then it is `missing`, but counts as if it were open. */
enum { RECORD_MISSES_GONE = 2 };

/* Whether the scan that saw a service last asked it what it is, and why it did not. */
enum record_ask {
	RECORD_ASK_UNKNOWN, /* not yet; or an older version wrote the record */
	RECORD_ASKED,
	/* a printer's or a controller's port, to which a grab may send nothing */
	RECORD_UNASKED_FRAGILE,
	RECORD_UNASKED_CROWDED, /* one of very many open ports of its host */
	RECORD_UNASKED_OFF,     /* the scan asked nothing */
	/* asked, but memory was too short for its verdicts; a rematch computes them */
	RECORD_ASKED_UNJUDGED,
	RECORD_UNASKED_WAY, /* grabs could not go the way of the probe */
	RECORD_ASKS,
};

/* The words that documents, columns, filters and pages use. "" for a value outside its enum.
 * Static. */
/* Whether a record of this transport says only that a host answers pings: it is no port, no service,
 * and has no score. Pure. */
static inline bool record_is_ping(uint8_t transport)
{
	return transport == DP_TRANSPORT_ICMP || transport == DP_TRANSPORT_ICMP6;
}

const char *record_transport_name(uint8_t transport); /* "tcp", "udp", "icmp", "icmp6" */
const char *record_state_name(uint8_t state);         /* "open", "missing", "closed", "filtered" */
/* The reply that gave the state: "syn-ack", "rst", "echo-reply", ... */
const char *record_reason_name(uint8_t transport, uint8_t reason);

/* Whether the value of enum record_ask @ask means that the service was asked. Pure. */
bool record_was_asked(uint8_t ask);
/* "low", "medium", "high" or "critical", by the CVSS score of @v whatever its version: from 0.1, 4.0,
 * 7.0 and 9.0 on. Without a score it is the severity that the source states; NULL: none is known.
 * Static. Pure. */
const char *record_severity_name(const struct vd_verdict *v);
uint8_t record_severity(const struct vd_verdict *v); /* the same as enum vd_severity */
/* Why the service was not asked: "fragile", "crowded", "off" or "way". NULL: it was asked, or that is
 * unknown. Static. */
const char *record_unasked_name(uint8_t ask);
/* The same in words that end a sentence; "" if the service was asked or that is unknown. Static. */
const char *record_unasked_words(uint8_t ask);

/* The parts of the TCP reply worth keeping. */
struct record_reply {
	uint8_t reason; /* enum dp_reply */
	uint8_t ttl;
	uint8_t wscale; /* 255 = absent */
	uint16_t window;
	uint16_t mss;
	uint32_t tcp_options;
	uint32_t rtt_us;
};

/*
 * Verdicts that records share: whoever judges gives each identity one set, so that a record costs a
 * reference instead of a list. Constant once it is made; any thread may hold and drop it.
 */
struct record_set {
	_Atomic uint32_t holders;
	uint32_t count;
	uint32_t candidates; /* as in struct record */
	uint8_t key[16];     /* record_verdict_key() of both */
	struct vd_verdict list[];
};

struct record_verdicts;
/* A set of @v, whose list is copied, held once. NULL: no memory. */
struct record_set *record_set_new(const struct record_verdicts *v);
struct record_set *record_set_hold(struct record_set *s); /* returns @s */
void record_set_drop(struct record_set *s); /* frees it with the last holder; NULL is fine */

struct record {
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport; /* enum dp_transport */
	uint8_t state;     /* enum record_state */
	/* when written, false: port state only, the store keeps the identity that it has; when
	 * read: whether the service was ever grabbed */
	bool grabbed;
	bool truncated; /* the banner was cut */
	uint8_t ask;    /* enum record_ask */
	struct record_reply reply;
	int64_t seen_us; /* when this scan saw it, microseconds since 1970 */

	/* Filled from the store when read; ignored when written. */
	int64_t first_seen_us, last_seen_us, last_changed_us;
	int64_t opened_us; /* when the port was last seen to open */
	uint32_t misses;
	char scan[32];         /* the scan that saw it last */
	struct vd_score score; /* of this service alone; nothing where it is not open */

	struct vd_identity identity;
	struct vd_facts *facts;      /* owned, may be NULL */
	struct vd_verdict *verdicts; /* owned, unless they are those of @set */
	struct record_set *set;      /* held; NULL: the verdicts are this record's own */
	/* owned; parallel to verdicts when read, NULL when written */
	int64_t *verdict_first_seen_us;
	uint32_t verdict_count;
	/* CVEs that name the product, of which no version is known: there are no verdicts on it */
	uint32_t candidates;
	/* filled by store_walk(): the key of the set of verdicts; services that have the same set have
	 * equal verdicts. All zero: not known, or no verdicts */
	uint8_t verdict_set[16];
	/* filled by store_walk(): the number of the identity; services with the same number have equal
	 * identities. 0: not known */
	uint64_t identity_number;
	uint32_t exposure_count;
	struct vd_exposure exposures[VD_EXPOSURES_MAX];
};

/* A reply of a port, without a grab: most results of a scan are of this kind, and this struct is
 * much smaller than a record. */
struct record_sighting {
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport, state;
	uint8_t ask;    /* enum record_ask */
	bool middlebox; /* the host answers on every port */
	struct record_reply reply;
	int64_t seen_us;
};

/* Whether the service counts: it is open, or was missed in fewer than RECORD_MISSES_GONE scans. Reads
 * only state and misses. Pure. */
bool record_is_up(const struct record *r);
/* Whether the service itself has shown what it is: false where only the port's number, or a sign that
 * other services have as well, gave the name. Pure. */
bool record_service_is_sure(const struct vd_identity *id);

struct record *record_new(void);    /* all zero, facts allocated; NULL: no memory */
void record_free(struct record *r); /* NULL is fine */
/* The same with @facts, which it owns from then on. NULL: no memory; @facts stays with the caller. */
struct record *record_new_with(struct vd_facts *facts);
/* Take the verdicts of @set, which is held once more, in place of those that @r has. */
void record_share_verdicts(struct record *r, struct record_set *set);
/* Make the verdicts those of @r alone, so that they may be changed. 0 or -ENOMEM. */
int record_own_verdicts(struct record *r);
/* Free the verdicts. */
void record_drop_verdicts(struct record *r);
/* Reset @r to the state after record_new(); keeps the memory of the fact list. */
void record_clear(struct record *r);

/* ---- what is on disk ------------------------------------------------------------------------- */

/* What the store keeps beside a record; only the store writes and reads it. */
struct record_meta {
	int64_t interval_us;     /* start of the current interval */
	uint64_t fingerprint;    /* record_fingerprint(); 0 = never grabbed */
	uint64_t missed_by;      /* hash of the scan that counted the last miss */
	uint8_t verdict_set[16]; /* key of the set of verdicts; all zero = none */
	bool unlogged;           /* it opened, and the log does not say so yet */
	uint8_t finding_count;
	struct vd_finding findings[VD_REASONS_MAX]; /* of this service, highest first */
};

/*
 * An encoded record, format 2. Integers are little endian. bytes.h defines "text" and "var". A
 * "time" is stored as seen_us minus the time, as a zigzag var.
 *
 * 	the header:
 * 	u8 format, u8 state (+ 128: unlogged), u8 flags (1 grabbed, 2 truncated, 4 fingerprint, 8 verdict_set,
 * 	    16 missed_by, 32 * enum record_ask)
 * 	u8 reason, u8 ttl, u8 wscale, u16 window, u16 mss, var misses, var tcp_options, var rtt_us
 * 	u64 seen_us, time last_seen_us, last_changed_us, opened_us, interval_us, first_seen_us
 * 	by flag: u64 fingerprint, verdict_set[16], u64 missed_by
 * 	text scan
 * 	u8 finding_count, each: u8 base, text code, text ref
 * 	the body:
 * 	var bitmap of the texts of the identity that are not empty, each of these as text; by the
 * 	    first bit behind those of the texts: u8 confidence, u8 os_confidence, u8 cpe_count, u32
 * 	    match_offset, u32 match_len; by the second: the hint, text distro, text release, u8
 * 	    transport, u16 port
 * 	var exposure_count, each: text id, u8 severity, u8 base, text title
 * 	var fact_count, each: text name, var length, bytes
 * 	var verdict_count, then runs of verdicts with one first-seen time, until they cover all:
 * 	    var length, var first-seen time minus first_seen_us of the header (zigzag)
 *
 * The database key holds address, transport and port. The verdicts are stored apart, as a set with
 * its own key. A new reply of a known port changes only the header. RECORD_BODY_NONE is the body of
 * a record of which only the port is known.
 */
enum { RECORD_FORMAT = 2, RECORD_VERDICTS_MAX = 16384 };
#define RECORD_BODY_NONE "\0\0\0" /* four zero bytes */

struct bytes;

/* Append the encoding of @r and @meta to @out. The caller checks @out->failed. */
void record_encode(const struct record *r, const struct record_meta *meta, struct bytes *out);

/* Decode @len bytes into @r, which is cleared first except for address, transport and port. Fills
 * verdict_count and verdict_first_seen_us, but leaves verdicts NULL and candidates 0. 0, -EINVAL (not such an
 * encoding), -ENOMEM. */
int record_decode(const void *buf, size_t len, struct record *r, struct record_meta *meta);

/* What a reader of many records does in its own way. */
struct record_ways {
	bool no_verdicts; /* decode as if the service had none */
	/* Set r->identity to the one that is encoded there: it may be known already. 0, -EINVAL,
	 * -ENOMEM. */
	int (*identity)(void *arg, const void *encoded, size_t len, struct record *r);
	void *arg;
};
/* Decode as record_decode() does, but in the ways of @ways. */
int record_decode_by(const struct record_ways *ways, const void *buf, size_t len, struct record *r,
                     struct record_meta *meta);

/* Encode or decode the header alone. The decoder leaves all other members of @r as they are. It
 * returns the length of the header, behind which the body begins, or -EINVAL. */
void record_encode_header(const struct record *r, const struct record_meta *meta,
                          struct bytes *out);
int record_decode_header(const void *buf, size_t len, struct record *r, struct record_meta *meta);

/* What record_decode_body() finds in the body of a record without decoding it. */
struct record_body {
	const uint8_t *identity; /* encoded; points into the body */
	size_t identity_len;
	bool found; /* @date returned true for a date */
};

/*
 * Step through the @len bytes of a body. Calls @date with each date that findings depend on (the
 * end of a product's life, a certificate's dates) until it returns true. 0 or -EINVAL.
 */
int record_decode_body(const void *buf, size_t len,
                       bool (*date)(void *arg, const char *text, size_t len), void *arg,
                       struct record_body *out);

/* What a body says of the distribution, at a glance: whether the service names its package and the
 * release, and whether it has a hint of its host. Pure. */
enum record_body_sign { RECORD_BODY_NAMES_RELEASE = 1, RECORD_BODY_HINTED = 2 };
unsigned record_body_signs(const void *buf, size_t len);

/* Decode an identity that record_encode_identity() wrote. 0 or -EINVAL. */
int record_decode_identity(const void *buf, size_t len, struct vd_identity *out);

/* The verdicts that an identity gets. */
struct record_verdicts {
	struct vd_verdict *list;
	uint32_t count;
	uint32_t candidates; /* as in struct record */
};

/* Encode a set of verdicts, and decode one into @out, whose list the caller frees. 0, -EINVAL,
 * -ENOMEM. */
void record_encode_verdicts(const struct record_verdicts *v, struct bytes *out);
int record_decode_verdicts(const void *buf, size_t len, struct record_verdicts *out);

/* The key of a set of verdicts: the first 16 bytes of the SHA-256 of its encoding; all zero if the
 * set says nothing. 0 or -ENOMEM. record_verdict_hash() takes the encoding. */
int record_verdict_key(const struct record_verdicts *v, uint8_t key[16]);
void record_verdict_hash(const void *encoded, size_t len, uint8_t key[16]);

/* Append an identity, or the exposures, as record_encode() does. Equal bytes mean equal values, so
 * callers compare the bytes. */
void record_encode_identity(const struct vd_identity *id, struct bytes *out);
void record_encode_exposures(const struct record *r, struct bytes *out);

/* The hash by which the store tells whether a service is the same as before. It covers service,
 * product, vendor, version and version_extra. If the product is unknown, it also covers the banner
 * up to the first control character, at most 256 bytes. Never 0. */
uint64_t record_fingerprint(const struct record *r);

#endif
