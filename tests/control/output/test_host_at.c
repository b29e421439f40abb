/* SPDX-License-Identifier: Apache-2.0 */
/* test_host_at.c - claims about what a host was at a moment of the past. */
#include <errno.h>

#include "change.h"
#include "host_at.h"
#include "splitmix.h"
#include "store_dir.h"
#include "suite.h"

enum { PORTS = 3, STEPS = 14, TEXT = 320 };

static const int64_t start_us = 1790000000000000, hour_us = 3600000000;
static const uint32_t host = 0xc6120001;

/* What a port was after a scan, as text: "nginx 1.18 CVE-1 affected"; "" = not open. */
struct snapshot {
	char port[PORTS][TEXT];
};

static struct record *see(uint16_t port, unsigned version, unsigned cves, int64_t seen_us)
{
	struct record *r = store_dir_record(host, port, seen_us);
	char text[24];

	snprintf(text, sizeof(text), "1.%u", version);
	store_dir_grab(r, "nginx", text);
	for (unsigned i = 0; i < 4; i++) {
		snprintf(text, sizeof(text), "CVE-2024-100%u", i);
		if (cves >> i & 1)
			store_dir_vuln(r, text, i % 2 == 0 ? VD_AFFECTED : VD_POSSIBLE, 75);
	}
	return r;
}

static void describe(const struct record *r, char out[TEXT])
{
	snprintf(out, TEXT, "%s %s", r->identity.product, r->identity.version);
	for (uint32_t i = 0; i < r->verdict_count; i++)
		snprintf(out + strlen(out), TEXT - strlen(out), " %s %s", r->verdicts[i].cve,
		         r->verdicts[i].kind == VD_AFFECTED ? "affected" : "possible");
}

static void describe_past(const struct host_at *h, uint16_t port, char out[TEXT])
{
	out[0] = '\0';
	for (size_t i = 0; i < h->port_count; i++)
		if (h->ports[i].what.port == port)
			snprintf(out, TEXT, "%s %s", h->ports[i].what.product,
			         h->ports[i].what.version);
	for (size_t i = 0; i < h->vuln_count; i++)
		if (h->vulns[i].port == port)
			snprintf(out + strlen(out), TEXT - strlen(out), " %s %s", h->vulns[i].id,
			         h->vulns[i].verdict);
}

static void check_moment(struct store *s, int64_t at_us, const struct snapshot *was)
{
	const struct dp_addr addr = dp_addr_v4(host);
	struct host_at past;

	ck_assert_int_eq(host_at_read(s, &addr, at_us, &past), 0);
	for (uint16_t p = 0; p < PORTS; p++) {
		char text[TEXT];

		describe_past(&past, (uint16_t)(8000 + p), text);
		ck_assert_str_eq(text, was->port[p]);
	}
	host_at_fini(&past);
}

/* What the store says now. */
static void take_snapshot(struct store *s, struct snapshot *out)
{
	const struct dp_addr addr = dp_addr_v4(host);
	struct store_host h;

	if (store_host_get(s, &addr, &h) != 0)
		return;
	for (size_t i = 0; i < h.service_count; i++)
		if (record_is_up(h.services[i]))
			describe(h.services[i], out->port[h.services[i]->port - 8000]);
	store_host_fini(&h);
}

/* Whatever scans see, each moment between two of them is what was known behind the first. */
START_TEST(each_past_moment_is_what_was_known_then)
{
	uint64_t state = (uint64_t)_i + 1;
	struct snapshot after[STEPS + 1] = {0};
	struct store_dir d;

	store_dir_open(&d);
	for (int step = 1; step <= STEPS; step++) {
		int64_t now = start_us + step * hour_us;
		struct store_scan scan = {.state = STORE_SCAN_RUNNING};

		ck_assert_int_eq(store_scan_begin(d.s, &scan, NULL, now), 0);
		for (uint16_t p = 0; p < PORTS; p++) {
			struct record *r = see((uint16_t)(8000 + p),
			                       (unsigned)(splitmix(&state) % 3),
			                       (unsigned)(splitmix(&state) % 16), now);
			unsigned what = (unsigned)(splitmix(&state) % 5);

			if (what == 0) {
				record_free(r);
				continue;
			}
			if (what == 1) {
				record_clear(r);
				r->state = RECORD_CLOSED;
				r->seen_us = now;
			}
			store_dir_put(&d, scan.id, r);
		}
		ck_assert_int_eq(store_settle(d.s, now), 0);
		take_snapshot(d.s, &after[step]);
	}
	for (int step = 0; step <= STEPS; step++)
		check_moment(d.s, start_us + step * hour_us + hour_us / 2, &after[step]);
	store_dir_remove(&d);
}
END_TEST

START_TEST(a_host_that_is_not_known_had_nothing_open)
{
	const struct dp_addr addr = dp_addr_v4(host);
	struct host_at past;
	struct store_dir d;
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	store_dir_open(&d);
	ck_assert_int_eq(host_at_read(d.s, &addr, start_us, &past), 0);
	ck_assert_int_eq(host_at_write(&past, f, OUTPUT_TABLE, 0), 0);
	ck_assert_int_eq(host_at_write(&past, f, OUTPUT_NDJSON, 0), 0);
	fclose(f);
	ck_assert_str_eq(text,
	                 "198.18.0.1 at 2026-09-21T14:13:20Z: nothing open\n"
	                 "{\"ip\":\"198.18.0.1\",\"at\":\"2026-09-21T14:13:20Z\",\"ports\":[]}\n");
	free(text);
	host_at_fini(&past);
	store_dir_remove(&d);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("host_at");

	tcase_add_loop_test(tc, each_past_moment_is_what_was_known_then, 0, 40);
	tcase_add_test(tc, a_host_that_is_not_known_had_nothing_open);
	return suite_run("host_at", tc);
}
