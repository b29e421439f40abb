/* SPDX-License-Identifier: Apache-2.0 */
/* test_store_honeypot.c - claims about a host of which a service is a honeypot's: it is marked, and
 * nothing of it is affected, whatever came first. */
#include "store_dir.h"
#include "suite.h"

static const uint32_t HOST = 0xc6120005, OTHER = 0xc6120006;

static struct store_dir dir;

/* A service with one CVE that affects it; @trap: its facts are a honeypot's. */
static struct record *service(uint32_t host, uint16_t port, int64_t seen_us, bool trap)
{
	struct record *r = store_dir_record(host, port, seen_us);

	store_dir_grab(r, "nginx", "1.18.0");
	if (trap)
		vd_facts_addf(r->facts, "s7.system", "Technodrome");
	store_dir_vuln(r, "CVE-2021-23017", VD_AFFECTED, 77);
	return r;
}

static void put(const char *scan, struct record *r)
{
	store_dir_put(&dir, scan, r);
}

static void read_host(uint32_t host, struct store_host *h)
{
	const struct dp_addr addr = dp_addr_v4(host);

	ck_assert_int_eq(store_host_get(dir.s, &addr, h), 0);
}

static void check(uint32_t host, bool trap)
{
	struct store_host h;

	read_host(host, &h);
	ck_assert_int_eq(h.honeypot[0] != '\0', trap);
	for (size_t i = 0; i < h.service_count; i++) {
		const struct record *r = h.services[i];

		ck_assert_uint_eq(r->verdict_count, 1);
		ck_assert_int_eq(r->verdicts[0].kind, trap ? VD_POSSIBLE : VD_AFFECTED);
		ck_assert_int_eq(strstr(r->verdicts[0].why, "honeypot") != NULL, trap);
	}
	store_host_fini(&h);
}

/* The service that shows it comes first, last, or in the same batch as the others. */
START_TEST(order_does_not_matter)
{
	struct record *both[2];

	store_dir_open(&dir);
	if (_i < 2) {
		put("s-1", service(HOST, 80, 1000, _i == 0));
		put("s-1", service(HOST, 443, 2000, _i == 1));
	} else {
		both[0] = service(HOST, 80, 1000, _i == 2);
		both[1] = service(HOST, 443, 1000, _i == 3);
		ck_assert_int_eq(store_dir_put_all(&dir, "s-1", both, 2), 0);
		record_free(both[0]);
		record_free(both[1]);
	}
	put("s-1", service(OTHER, 80, 1000, false));
	check(HOST, true);
	check(OTHER, false);
	store_dir_remove(&dir);
}
END_TEST

START_TEST(score_is_that_of_possible_verdicts)
{
	struct store_host h, honest;

	store_dir_open(&dir);
	put("s-1", service(HOST, 80, 1000, false));
	put("s-1", service(HOST, 443, 2000, true));
	put("s-1", service(OTHER, 80, 1000, false));
	put("s-1", service(OTHER, 443, 2000, false));
	read_host(HOST, &h);
	read_host(OTHER, &honest);
	ck_assert_uint_lt(h.score.value, honest.score.value);
	store_host_fini(&h);
	store_host_fini(&honest);
	store_dir_remove(&dir);
}
END_TEST

/* Another device may get the address, or the port. */
START_TEST(host_ceases_to_be_one)
{
	struct record *closed;
	struct store_host h;

	store_dir_open(&dir);
	put("s-1", service(HOST, 80, 1000, true));
	put("s-1", service(HOST, 443, 1000, false));
	check(HOST, true);
	if (_i == 0) {
		/* what another port says does not clear it, what the same port says does */
		put("s-2", service(HOST, 443, 3000, false));
		check(HOST, true);
		put("s-2", service(HOST, 80, 4000, false));
		put("s-2", service(HOST, 443, 5000, false));
		check(HOST, false);
	} else {
		for (uint16_t port = 80; port <= 443; port += 363) {
			closed = store_dir_record(HOST, port, 3000);
			closed->state = RECORD_CLOSED;
			put("s-2", closed);
		}
		read_host(HOST, &h);
		ck_assert_str_eq(h.honeypot, "");
		store_host_fini(&h);
	}
	store_dir_remove(&dir);
}
END_TEST

static int identify(void *arg, struct record *r)
{
	(void)arg;
	(void)r;
	return 0;
}

static const struct vd_verdict affected = {.cve = "CVE-2021-23017",
                                           .kind = VD_AFFECTED,
                                           .confidence = 60,
                                           .cvss_x10 = 77,
                                           .severity = VD_SEV_HIGH,
                                           .epss = -1};

static const struct store_set *set(void *arg, const uint8_t *identity, size_t len, bool list)
{
	static struct store_set one;

	(void)arg;
	(void)identity;
	(void)len;
	(void)list;
	one = (struct store_set){.list = &affected, .count = 1};
	record_verdict_key(&(struct record_verdicts){(struct vd_verdict *)(uintptr_t)&affected, 1,
	                                             0},
	                   one.digest);
	return &one;
}

/* New knowledge says that it is affected. */
START_TEST(judging_again_keeps_the_doubt)
{
	const struct store_judge source = {.set = set, .identify = identify};
	struct store_rejudged done;

	store_dir_open(&dir);
	put("s-1", service(HOST, 80, 1000, true));
	put("s-1", service(HOST, 443, 1000, false));
	put("s-1", service(OTHER, 80, 1000, false));
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(store_rejudge(dir.s, 5000 + i, &source, &done), 0);
	check(HOST, true);
	check(OTHER, false);
	store_dir_remove(&dir);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, order_does_not_matter, 0, 4);
	tcase_add_test(tc, score_is_that_of_possible_verdicts);
	tcase_add_loop_test(tc, host_ceases_to_be_one, 0, 2);
	tcase_add_test(tc, judging_again_keeps_the_doubt);
	return suite_run("store_honeypot", tc);
}
