/* SPDX-License-Identifier: Apache-2.0 */
/* store_dir.h - a database in a temporary directory, for the tests that need one. */
#ifndef SONDE_TEST_STORE_DIR_H
#define SONDE_TEST_STORE_DIR_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store.h"

struct store_dir {
	char path[64];
	struct store *s;
};

static inline void store_dir_open(struct store_dir *d)
{
	struct error err;

	strcpy(d->path, "/tmp/sonde-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(d->path));
	ck_assert_int_eq(store_open(d->path, STORE_WRITE, &d->s, &err), 0);
}

static inline void store_dir_remove(struct store_dir *d)
{
	static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock"};
	char file[128];

	store_close(d->s);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(file, sizeof(file), "%s/%s", d->path, names[i]);
		unlink(file);
	}
	rmdir(d->path);
}

/* An open port that was seen, but not grabbed. */
static inline struct record *store_dir_record(uint32_t v4, uint16_t port, int64_t seen_us)
{
	struct record *r = record_new();

	ck_assert_ptr_nonnull(r);
	r->addr = dp_addr_v4(v4);
	r->port = port;
	r->transport = DP_TRANSPORT_TCP;
	r->state = RECORD_OPEN;
	r->reply.reason = DP_REPLY_OPEN;
	r->reply.wscale = 255;
	r->seen_us = seen_us;
	return r;
}

/* Give @r an identity, as a grab does. */
static inline void store_dir_grab(struct record *r, const char *product, const char *version)
{
	r->grabbed = true;
	strcpy(r->identity.service, "http");
	strcpy(r->identity.service_source, "banner");
	snprintf(r->identity.product, sizeof(r->identity.product), "%s", product);
	snprintf(r->identity.version, sizeof(r->identity.version), "%s", version);
	r->identity.confidence = 90;
	vd_facts_addf(r->facts, "banner", "HTTP/1.1 200 OK\r\nServer: %s/%s\r\n", product, version);
}

static inline void store_dir_vuln(struct record *r, const char *cve, uint8_t kind, uint8_t cvss_x10)
{
	struct vd_verdict *v;

	r->verdicts = realloc(r->verdicts, (r->verdict_count + 1) * sizeof(*v));
	ck_assert_ptr_nonnull(r->verdicts);
	v = &r->verdicts[r->verdict_count++];
	memset(v, 0, sizeof(*v));
	snprintf(v->cve, sizeof(v->cve), "%s", cve);
	v->kind = kind;
	v->confidence = 60;
	v->cvss_x10 = cvss_x10;
	v->severity = cvss_x10 >= 90 ? VD_SEV_CRITICAL : VD_SEV_HIGH;
	v->epss = -1;
	strcpy(v->cvss_version, "3.1");
	strcpy(v->source, "nvd");
	strcpy(v->cpe, "cpe:2.3:a:f5:nginx");
	strcpy(v->range, ">=1.0 <1.20");
	strcpy(v->version, r->identity.version);
}

static inline int store_dir_put_all(struct store_dir *d, const char *scan,
                                    struct record *const *records, size_t n)
{
	struct store_batch b = {.records = records, .record_count = n};

	return store_put_batch(d->s, scan, &b);
}

static inline void store_dir_put(struct store_dir *d, const char *scan, struct record *r)
{
	ck_assert_int_eq(store_dir_put_all(d, scan, &r, 1), 0);
	record_free(r);
}

#endif
