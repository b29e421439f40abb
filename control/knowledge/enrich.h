/* SPDX-License-Identifier: Apache-2.0 */
/* enrich.h - from the facts of a service to what it is and how bad that is. */
#ifndef SONDE_ENRICH_H
#define SONDE_ENRICH_H

#include "record.h"

struct enricher;

/* @db must outlive it. One thread. 0 or -ENOMEM. */
int enricher_new(const struct vulndb *db, struct enricher **out);
void enricher_free(struct enricher *e);

/* Append what the TCP reply itself says ("tcp.ttl", "tcp.window", ...) to the record's facts. */
void enrich_reply_facts(struct record *r);

/*
 * Fill identity, verdicts and exposures of @r from its facts; whatever was there is replaced. A
 * service that the bytes do not name is named by the port's custom, with source "port". @now_us as
 * in vulndb_expose(). 0, or -ENOMEM: then there are no verdicts, and the rest is of what was found.
 */
int enrich_record(struct enricher *e, struct record *r, int64_t now_us);

/* Name a service that nothing else names by the port's custom, with source "port". */
void enrich_by_port(struct record *r);

/* The first half of that: identity and exposures only. 0, or -ENOMEM: then they are of what was
 * found. */
int enrich_identity(struct enricher *e, struct record *r, int64_t now_us);
/* The other half: the verdicts for the record's identity. 0, or -ENOMEM: then there are none. */
int enrich_judge(struct enricher *e, struct record *r);

#endif
