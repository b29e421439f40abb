/* SPDX-License-Identifier: Apache-2.0 */
/* change.h - describes the states before and after an event of the change log in words. */
#ifndef SONDE_CHANGE_H
#define SONDE_CHANGE_H

#include "record.h"

/* "nginx 1.18.0 (http)", "http", or "" if neither product nor service is known. */
void change_service_words(const struct record *r, char out[160]);

/* "CN=example.test, to 2027-01-01, sha256 0123456789abcdef"; "" without a certificate. */
void change_cert_words(const struct record *r, char out[160]);

/* Whether both records have a certificate and the two differ. */
bool change_cert_differs(const struct record *a, const struct record *b);

/* "CVE-2021-41617 affected high 7.0 kev" */
void change_verdict_words(const struct vd_verdict *v, char out[160]);

/* "Dangerous (70)" */
void change_score_words(const struct vd_score *s, char out[160]);

/* Whether the verdict counts as vulnerable: affected or possible. */
bool change_is_open(const struct vd_verdict *v);

#endif
