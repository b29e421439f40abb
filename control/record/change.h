/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change.h - the states before and after an event of the change log, as named values and in words.
 *
 * A state is a text of lines "name<tab>value", at most CHANGE_STATE - 1 bytes; "" means that there
 * is nothing. The names are those of the documents of hosts.
 */
#ifndef SONDE_CHANGE_H
#define SONDE_CHANGE_H

#include "record.h"

enum { CHANGE_STATE = 256, CHANGE_WORDS = 160 };

/* ---- states. All are pure ---- */

/* service, product, version; those that are not known are absent. */
void change_service_state(const struct record *r, char out[CHANGE_STATE]);
/* @state of a port (enum record_state), and if that is open, what runs there. */
void change_port_state(const struct record *r, uint8_t state, char out[CHANGE_STATE]);
/* cn, not_after, sha256; "" without a certificate. */
void change_cert_state(const struct record *r, char out[CHANGE_STATE]);
/* id, verdict, severity, cvss, kev */
void change_verdict_state(const struct vd_verdict *v, char out[CHANGE_STATE]);
/* id, severity, title */
void change_exposure_state(const struct vd_exposure *e, char out[CHANGE_STATE]);
/* level, score */
void change_score_state(const struct vd_score *s, char out[CHANGE_STATE]);

/* What a host has: its open ports, and the findings on them. */
struct change_counts {
	uint32_t ports, affected, possible, exposures;
};
/* ports, affected, possible, exposures, level, score */
void change_host_state(const struct change_counts *n, const struct vd_score *s,
                       char out[CHANGE_STATE]);

/* ---- reading states ---- */

enum change_kind { CHANGE_TEXT, CHANGE_NUMBER, CHANGE_FLAG };

struct change_value {
	char name[24], value[CHANGE_WORDS];
	enum change_kind kind; /* how JSON writes it; a flag is "true" */
};

/* Read the value at *@at into @out and move *@at behind it. False: there is no more. @at begins at
 * the first byte of a state. */
bool change_next(const char **at, struct change_value *out);

/* A state in words: "nginx 1.18.0 (http)", "CVE-2021-41617 affected high 7.0 kev",
 * "Dangerous (70)", "CN=example.test, to 2027-01-01, sha256 0123456789abcdef". */
void change_state_words(const char *state, char out[CHANGE_WORDS]);

/* ---- what the store and the documents ask ---- */

/* "CVE-2021-41617 affected high 7.0 kev" */
void change_verdict_words(const struct vd_verdict *v, char out[CHANGE_WORDS]);

/* Whether both records have a certificate and the two differ. */
bool change_cert_differs(const struct record *a, const struct record *b);

/* Whether @now only says more than @was about the same service: a product or a version that was not
 * known before. */
bool change_is_learned(const struct vd_identity *was, const struct vd_identity *now);

/* Whether the verdict counts as vulnerable: affected or possible. */
bool change_is_open(const struct vd_verdict *v);

#endif
