/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - one service as one scan saw it. It travels from the pipeline to the store.
 *
 * A record owns its facts and verdicts; record_new/record_free. Serialised by record_encode, which
 * draws the format.
 */
#ifndef SONDE_RECORD_H
#define SONDE_RECORD_H

#include "dp_types.h"
#include "vulndb.h"

enum record_state { RECORD_OPEN = 1, RECORD_MISSING, RECORD_CLOSED, RECORD_FILTERED };

/* Whether a service was asked what it is when it was seen last. */
enum record_ask {
	RECORD_ASK_UNKNOWN, /* not yet; or an older version wrote the record */
	RECORD_ASKED,
	/* nothing may be sent to such a port: a printer's, a controller's */
	RECORD_UNASKED_FRAGILE,
	RECORD_UNASKED_CROWDED, /* one of very many open ports of its host */
	RECORD_UNASKED_OFF,     /* the scan asked nothing */
	/* it was; memory was short for its verdicts, which a rematch brings */
	RECORD_ASKED_UNJUDGED,
	RECORD_ASKS,
};

/* The words that documents, columns, filters and pages use. "" for a value that is none of its enum.
 * Static. */
const char *record_transport_name(uint8_t transport); /* "tcp", "udp", "icmp", "icmp6" */
const char *record_state_name(uint8_t state);         /* "open", "missing", "closed", "filtered" */
/* What the state rests on: "syn-ack", "rst", "echo-reply", ... */
const char *record_reason_name(uint8_t transport, uint8_t reason);

/* Whether a question was sent to the service, by an enum record_ask. Pure. */
bool record_was_asked(uint8_t ask);
/* "fragile", "crowded", "off": why nothing was asked; NULL: it was, or that is not known.
 * Static. */
const char *record_unasked_name(uint8_t ask);
/* The same for a person, as the end of a sentence; "" where it was asked or that is not known.
 * Static. */
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

struct record {
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport; /* enum dp_transport */
	uint8_t state;     /* enum record_state */
	bool grabbed;      /* false: port state only, the stored identity stays as it is;
				when read: it was grabbed once */
	bool truncated;    /* the banner was cut */
	uint8_t ask;       /* enum record_ask */
	struct record_reply reply;
	int64_t seen_us; /* when this scan saw it, microseconds since 1970 */

	/* Filled from the store when read; ignored when written. */
	int64_t first_seen_us, last_seen_us, last_changed_us;
	int64_t opened_us; /* since when it has been open without a break that was seen */
	uint32_t misses;
	char scan[32]; /* the scan that saw it last */

	struct vd_identity identity;
	struct vd_facts *facts;      /* owned, may be NULL */
	struct vd_verdict *verdicts; /* owned */
	/* owned; parallel to verdicts when read, NULL when written */
	int64_t *verdict_first_seen_us;
	uint32_t verdict_count;
	uint32_t exposure_count;
	struct vd_exposure exposures[VD_EXPOSURES_MAX];
};

/* A port that answered, and nothing else: most of what a scan brings, without the weight of a
 * record. */
struct record_sighting {
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport, state;
	uint8_t ask;    /* enum record_ask */
	bool middlebox; /* the host answers on everything */
	struct record_reply reply;
	int64_t seen_us;
};

struct record *record_new(void);    /* all zero, facts allocated; NULL: no memory */
void record_free(struct record *r); /* NULL is fine */
/* as record_new left it; keeps the memory of the list of facts */
void record_clear(struct record *r);

/* ---- what is on disk ------------------------------------------------------------------------- */

/* What the store keeps beside a record; only the store writes and reads it. */
struct record_meta {
	int64_t interval_us;     /* start of the interval in force */
	uint64_t fingerprint;    /* record_fingerprint(); 0 = never grabbed */
	uint64_t missed_by;      /* hash of the scan that counted the last miss */
	uint8_t verdict_set[16]; /* key of the set of verdicts; all zero = none */
	uint8_t finding_count;
	struct vd_finding findings[VD_REASONS_MAX]; /* of this service, highest first */
};

/*
 * An encoded record, format 2. Little endian; text, var: bytes.h; time: seen_us minus it, as zigzag
 * var.
 *
 * 	the header:
 * 	u8 format, u8 state, u8 flags (1 grabbed, 2 truncated, 4 fingerprint, 8 verdict_set, 16 missed_by,
 * 	    32 * enum record_ask)
 * 	u8 reason, u8 ttl, u8 wscale, u16 window, u16 mss, var misses, var tcp_options, var rtt_us
 * 	u64 seen_us, time last_seen_us, last_changed_us, opened_us, interval_us, first_seen_us
 * 	by flag: u64 fingerprint, verdict_set[16], u64 missed_by
 * 	text scan
 * 	u8 finding_count, each: u8 base, text code, text ref
 * 	the body:
 * 	var bitmap of the texts of the identity that are not empty, these as text; by its highest bit
 * 	    u8 confidence, u8 os_confidence, u8 cpe_count, u32 match_offset, u32 match_len
 * 	var exposure_count, each: text id, u8 severity, u8 base, text title
 * 	var fact_count, each: text name, var length, bytes
 * 	var verdict_count, then runs until all are told: var length, var first_seen - head's (zigzag)
 *
 * Address, transport and port stand in the key, the verdicts in a set of their own. The header
 * alone changes where a known port answers again; RECORD_BODY_NONE is the body where nothing but
 * the port is known.
 */
enum { RECORD_FORMAT = 2, RECORD_VERDICTS_MAX = 16384 };
#define RECORD_BODY_NONE "\0\0\0" /* four zero bytes */

struct bytes;

/* Append the encoding of @r and @meta to @out. The caller asks @out->failed. */
void record_encode(const struct record *r, const struct record_meta *meta, struct bytes *out);

/* Read @len bytes back into @r (cleared first; address, transport and port are left alone; verdicts
 * stay NULL while verdict_count and verdict_first_seen_us are filled). 0, -EINVAL (not such an
 * encoding), -ENOMEM. */
int record_decode(const void *buf, size_t len, struct record *r, struct record_meta *meta);

/* The header alone. The decoder leaves all else of @r as it is and returns the length of the
 * header, behind which the body begins, or -EINVAL. */
void record_encode_header(const struct record *r, const struct record_meta *meta,
                          struct bytes *out);
int record_decode_header(const void *buf, size_t len, struct record *r, struct record_meta *meta);

/* What can be told of the body of a record without decoding it. */
struct record_body {
	const uint8_t *identity; /* its encoding */
	size_t identity_len;
	bool found; /* a date was */
};

/*
 * Step through the @len bytes of a body. @date is asked about each date on which findings hang (the
 * end of a product's life, a certificate's dates) until it says true. 0 or -EINVAL.
 */
int record_decode_body(const void *buf, size_t len,
                       bool (*date)(void *arg, const char *text, size_t len), void *arg,
                       struct record_body *out);

/* An identity of record_encode_identity(). 0 or -EINVAL. */
int record_decode_identity(const void *buf, size_t len, struct vd_identity *out);

/* A set of verdicts as bytes, and back (*@out is allocated). 0, -EINVAL, -ENOMEM. */
void record_encode_verdicts(const struct vd_verdict *v, uint32_t n, struct bytes *out);
int record_decode_verdicts(const void *buf, size_t len, struct vd_verdict **out, uint32_t *n);

/* The key of a set of verdicts: of its encoding; all zero for none. 0 or -ENOMEM. */
int record_verdict_key(const struct vd_verdict *v, uint32_t n, uint8_t key[16]);
void record_verdict_hash(const void *encoded, size_t len, uint8_t key[16]);

/* Append an identity, or the exposures, as record_encode does: equal bytes, equal meaning. */
void record_encode_identity(const struct vd_identity *id, struct bytes *out);
void record_encode_exposures(const struct record *r, struct bytes *out);

/* What makes a service the same from scan to scan: a hash of service, product, vendor, version and
 * extra; where no product is known, of the banner's first line up to the first byte that is no
 * text. Never 0. */
uint64_t record_fingerprint(const struct record *r);

#endif
