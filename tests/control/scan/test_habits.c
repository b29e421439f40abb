/* SPDX-License-Identifier: Apache-2.0 */
/* test_habits.c - claims about the words of other scanners. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "habits.h"
#include "suite.h"

static int apply(const char *line, struct habits *out, struct error *err)
{
	static char text[512];
	static char *words[64];
	int n;

	snprintf(text, sizeof(text), "%s", line);
	n = config_words(text, words, 63);
	ck_assert_int_ge(n, 1);
	words[n] = NULL;
	return habits_apply(&config_spec, n, words, out, err);
}

static const struct {
	const char *line, *becomes;
	unsigned notes;
} good[] = {
	{"scan 192.0.2.1 -p 80", "scan 192.0.2.1 -p 80", 0},
	{"scan -iL list", "scan @list", 0},
	{"scan -iL -", "scan @-", 0},
	{"scan -e eth0 --excludefile x", "scan --iface=eth0 --exclude-file=x", 0},
	{"scan --excludefile=x", "scan --exclude-file=x", 0},
	{"scan --top-ports 100", "scan --ports=top:100", 0},
	{"scan --top-ports=100", "scan --ports=top:100", 0},
	{"scan -F", "scan --ports=top:100", 0},
	{"scan --router-mac 02:00:00:00:00:01", "scan --gateway-mac=02:00:00:00:00:01", 0},
	{"scan --adapter-ip 192.0.2.1", "scan --source-ip=192.0.2.1", 0},
	{"scan -B 10M", "scan --bandwidth=10M", 0},
	{"scan --wait 3", "scan --cooldown=3", 0},
	{"scan --min-rate 100", "scan --rate=100", 1},
	{"scan -T4 -Pn -v -6", "scan --rate=20k", 4},
	{"scan -T3", "scan", 1},
	{"scan -sS 192.0.2.1", "scan 192.0.2.1", 1},
	{"scan -sU 192.0.2.1", "scan 192.0.2.1 --probe=udp", 0},
	{"scan -sS -sU x", "scan x --probe=syn,udp", 0},
	{"scan -sSU x", "scan x --probe=syn,udp", 0},
	{"scan -sSV x", "scan x", 2},
	{"scan -sn x", "scan x --probe=icmp", 0},
	{"scan -sV x", "scan x", 1},
	{"scan --version-intensity 7 x", "scan --effort=7 x", 1},
	{"scan --version-light x", "scan --effort=2 x", 1},
	{"scan --version-all x", "scan --effort=9 x", 1},
	{"scan --json x", "scan --output=ndjson x", 1},
	{"scan --output-format csv x", "scan --output=csv x", 0},
	/* values, own options and what follows -- are left alone */
	{"scan -p -sS", "scan -p -sS", 0},
	{"scan --seed -T4 -n", "scan --seed -T4 -n", 0},
	{"scan -- -sS -iL", "scan -- -sS -iL", 0},
	{"scan -sU -- -sS", "scan --probe=udp -- -sS", 0},
	{"scan --rate=1e6 -i eth0 -b 1M -r 5", "scan --rate=1e6 -i eth0 -b 1M -r 5", 0},
	{"scan --status-json -Pn", "scan --status-json", 1},
	{"scan -", "scan -", 0},
	{"scan --no-such -x", "scan --no-such -x", 0},
};

START_TEST(habits_become_words_of_our_own)
{
	struct error err = {""};
	struct habits h;
	char text[512] = "";

	ck_assert_msg(apply(good[_i].line, &h, &err) == 0, "%s", err.text);
	for (int i = 0; i < h.argc; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i > 0 ? " " : "",
		         h.argv[i]);
	ck_assert_str_eq(text, good[_i].becomes);
	ck_assert_ptr_null(h.argv[h.argc]);
	ck_assert_uint_eq(h.note_count, good[_i].notes);
	habits_fini(&h);
}
END_TEST

static const struct {
	const char *line, *say;
} bad[] = {
	{"scan -O", "-O: "},
	{"scan -A", "-A: "},
	{"scan -sT x", "-sT: Sonde connects only to open ports"},
	{"scan -sX x", "-sX: Sonde probes TCP ports with SYN only"},
	{"scan -sN x", "-sN: Sonde probes TCP ports with SYN only"},
	{"scan -sC x", "-sC: Sonde runs no scripts"},
	{"scan --script=vuln", "--script=vuln: Sonde runs no scripts"},
	{"scan --script vuln", "--script: Sonde runs no scripts"},
	{"scan -D RND:5", "-D: Sonde sends no decoys"},
	{"scan -S 192.0.2.1", "-S: Sonde forges no address"},
	{"scan -f", "-f: Sonde sends no decoys"},
	{"scan -oX f", "-oX: a scan prints what it finds, and keeps it"},
	{"scan -oA f", "-oA: a scan prints"},
	{"scan -oL f", "-oL: a scan prints"},
	{"scan --output-file f", "--output-file: a scan prints"},
	{"scan -c 3", "-c: say --cooldown TIME"},
	{"scan -iL", "option -iL: a value is missing"},
};

START_TEST(habits_that_cannot_be_served_are_refused_with_the_reason)
{
	struct error err = {""};
	struct habits h;

	ck_assert_int_eq(apply(bad[_i].line, &h, &err), -EINVAL);
	ck_assert_msg(strncmp(err.text, bad[_i].say, strlen(bad[_i].say)) == 0, "%s", err.text);
}
END_TEST

/* Whatever a habit becomes, the options of a scan understand it. */
START_TEST(habits_become_what_a_scan_understands)
{
	char line[300];
	struct error err = {""};
	struct config c;
	struct habits h;

	snprintf(line, sizeof(line), "%s 192.0.2.7", good[_i].line);
	ck_assert_int_eq(apply(line, &h, &err), 0);
	config_init(&c);
	ck_assert_msg(config_parse(&c, h.argc, h.argv, &err) == 0, "%s: %s", line, err.text);
	habits_fini(&h);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, habits_become_words_of_our_own, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc, habits_become_what_a_scan_understands, 1, 22);
	tcase_add_loop_test(tc, habits_that_cannot_be_served_are_refused_with_the_reason, 0,
	                    sizeof(bad) / sizeof(bad[0]));
	return suite_run("habits", tc);
}
