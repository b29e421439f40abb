/* SPDX-License-Identifier: Apache-2.0 */
/* enrich.h - derives the identity, verdicts and exposures of a service from its facts. */
#ifndef SONDE_ENRICH_H
#define SONDE_ENRICH_H

#include "record.h"

struct enricher;

/* Make an enricher. @db must outlive it. One thread uses it. 0 or -ENOMEM. */
int enricher_new(const struct vulndb *db, struct enricher **out);
void enricher_free(struct enricher *e);

/* Append the values of the TCP reply ("tcp.ttl", "tcp.window", ...) to the record's facts. */
void enrich_reply_facts(struct record *r);

/*
 * Fill the identity, verdicts and exposures of @r from its facts, in place of what was there. A
 * service that the facts do not name gets its name as in enrich_by_port(). @now_us is as in
 * vulndb_expose(). 0, or -ENOMEM: then @r gets no verdicts, and the rest holds what was found.
 */
int enrich_record(struct enricher *e, struct record *r, int64_t now_us);

/* If the service of @r has no name, give it the name of the service that usually has this port,
 * with source "port". */
void enrich_by_port(struct record *r);

/* The first half of enrich_record(): identity and exposures. 0, or -ENOMEM: then they hold what was
 * found. */
int enrich_identity(struct enricher *e, struct record *r, int64_t now_us);
/* Between them, once the host's other services are known: give the service the hint of its host, if it
 * counts for it (vulndb_hint()), and find its exposures again. 0, or -ENOMEM: then it has no hint. */
int enrich_hint(struct enricher *e, struct record *r, const struct vd_hint *hint, int64_t now_us);
/* The second half: the verdicts for the record's identity. 0, or -ENOMEM: then there are none. */
int enrich_judge(struct enricher *e, struct record *r);

#endif
