/* SPDX-License-Identifier: Apache-2.0 */
/* test_config.c - claims about a scan's command line, and about keeping it for a resume. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "suite.h"

static int parse(const char *line, struct config *c, struct error *err)
{
	static char text[512];
	static char *words[64];
	int n;

	snprintf(text, sizeof(text), "%s", line);
	n = config_words(text, words, 63);
	ck_assert_int_gt(n, 0);
	words[n] = NULL;
	config_init(c);
	return config_parse(c, n, words, err);
}

START_TEST(config_understands_a_whole_command)
{
	struct config c;
	struct error err;

	ck_assert_int_eq(
		parse("scan 192.0.2.0/24 -p 22,80 --iface lab0 -r 1.5M --shard 2/8 --no-grab "
	              "--cooldown 500ms --gateway-mac 02:00:5e:10:00:01 --source-port 61000-62000 "
	              "--status-json 198.51.100.1",
	              &c, &err),
		0);
	ck_assert_uint_eq(c.target_count, 2);
	ck_assert_double_eq(c.rate, 1.5e6);
	ck_assert_uint_eq(c.shard.index, 1);
	ck_assert_uint_eq(c.shard.count, 8);
	ck_assert(!c.grab);
	ck_assert_uint_eq(c.cooldown_us, 500000);
	ck_assert_uint_eq(c.gateway_mac.b[5], 1);
	ck_assert_uint_eq(c.source_ports.last, 62000);
	ck_assert_str_eq(c.status_json, "2");
}
END_TEST

static const struct {
	const char *line, *first, *second;
} inputs[] = {
	{"scan @- @- -p 80", "TARGETS @-", "TARGETS @-"},
	{"scan @- -p 80 --exclude @-", "TARGETS @-", "--exclude @-"},
	{"scan @- -p 80 --exclude-file -", "TARGETS @-", "--exclude-file -"},
	{"scan 192.0.2.1 -p 80 --exclude @- --scope-file -", "--exclude @-", "--scope-file -"},
	{"scan @/dev/stdin -p 80 --exclude-file /dev/fd/0", "TARGETS @/dev/stdin",
         "--exclude-file /dev/fd/0"},
	{"scan @- -p 80 --probe udp --payload-file /dev/stdin", "TARGETS @-",
         "--payload-file /dev/stdin"},
};

START_TEST(config_reads_the_standard_input_once)
{
	struct config c;
	struct error err = {""};

	ck_assert_int_eq(parse(inputs[_i].line, &c, &err), -EINVAL);
	ck_assert_msg(strstr(err.text, inputs[_i].first) == err.text, "%s", err.text);
	ck_assert_msg(strstr(err.text + 1, inputs[_i].second) != NULL, "%s", err.text);
	ck_assert_int_eq(parse("scan @- -p 80 --exclude @list --scope-file list", &c, &err), 0);
}
END_TEST

START_TEST(config_takes_a_contact_or_a_user_agent)
{
	struct config c;
	struct error err;

	ck_assert_int_eq(parse("scan 192.0.2.1 -p 80", &c, &err), 0);
	ck_assert_ptr_null(c.contact);
	ck_assert_int_eq(
		parse("scan 192.0.2.1 -p 80 --contact https://scanner.example.org/", &c, &err), 0);
	ck_assert_str_eq(c.contact, "https://scanner.example.org/");
	ck_assert_ptr_null(c.user_agent);
	ck_assert_int_eq(parse("scan 192.0.2.1 -p 80 --user-agent 'a probe (of ours)'", &c, &err),
	                 0);
	ck_assert_str_eq(c.user_agent, "a probe (of ours)");
	ck_assert_ptr_null(c.contact);
}
END_TEST

static const char *const bad[] = {
	"scan 192.0.2.1 -p T:80,U:53 -o json",
	"scan",
	"scan 192.0.2.1 -p 80 --shard 0/2",
	"scan 192.0.2.1 -p 80 --shard 1",
	"scan 192.0.2.1 -p 80 --shards 2",
	"scan 192.0.2.1 -p 80 --shards 2 --shard 2",
	"scan 192.0.2.1 -p 80 --shards 2 --shard 1/2",
	"scan 192.0.2.1 -p 80,U:53 --probe syn",
	"scan 192.0.2.1 -p T:80 --probe syn,udp",
	"scan 192.0.2.1 -p 80 --probe icmp",
	"scan 192.0.2.1 -p 80 --probe syn,fin",
	"scan 192.0.2.1 -p 80 --probe syn,",
	"scan 192.0.2.1 -p U:53 --rate auto",
	"scan 192.0.2.1 -p 80 --part udp",
	"scan 192.0.2.1 -p 80 --payload-file x",
	"scan 192.0.2.1 -p 80 --shard 3/2",
	"scan 192.0.2.1 -p 80 --shard 1/2x",
	"scan 192.0.2.1 -p 80 --shard -1/2",
	"scan 192.0.2.1 -p 80 --iface a --port b",
	"scan 192.0.2.1 -p 80 --rate 1k --bandwidth 1M",
	"scan 192.0.2.1 -p 80 --passes 0",
	"scan 192.0.2.1 -p 80 --gateway-mac 02:00",
	"scan 192.0.2.1 -p 80 --source-port 5-4",
	"scan 192.0.2.1 -p 80 --source-port 0",
	"scan 192.0.2.1 -p 80 --source-port 70000",
	"scan 192.0.2.1 -p 80 --vlan 5000",
	"scan 192.0.2.1 -p 80 --contact https://scanner.example.org/ --user-agent other",
	"scan 192.0.2.1 -p 80 --contact scanner.example.org",
	"scan 192.0.2.1 -p 80 --contact 'https://scanner.example.org/ x'",
	"scan 192.0.2.1 -p 80 --contact 'https://scanner.example.org/\r\nX: y'",
	"scan 192.0.2.1 -p 80 --user-agent 'probe\r\nX: y'",
	"scan 192.0.2.1 -p 80 --max-rate-per 24",
	"scan 192.0.2.1 -p 80 --max-rate-per 129:5",
	"scan 192.0.2.1 -p 80 --max-rate-per 33/64:5",
	"scan 192.0.2.1 -p 80 --max-rate-per 24:0",
	"scan 192.0.2.1 -p 80 --max-rate-per 24/129:5",
};

/* The message has the option, the value and what was expected. */
static const struct {
	const char *line, *says;
} refused[] = {
	{"scan 192.0.2.1 --port 443 -p 22", "--port: `443`: expected a PCI address"},
	{"scan 192.0.2.1 --port 443 -p 22", "ports to probe are -p"},
	{"scan 192.0.2.1 --port 22,80", "--port: `22,80`"},
	{"scan 192.0.2.1 -p 80 --port 0000:01:00.0x", "--port: `0000:01:00.0x`"},
	{"scan 192.0.2.1 -p 80 --passes 0", "--passes: `0`: expected a number from 1 to 16"},
	{"scan 192.0.2.1 -p 80 --passes 17", "--passes: `17`"},
	{"scan 192.0.2.1 -p 80 --workers 65", "--workers: `65`: expected a number from 0 to 64"},
	{"scan 192.0.2.1 -p 80 --vlan 4095", "--vlan: `4095`"},
	{"scan 192.0.2.1 -p 80 --prefix-len 33", "--prefix-len: `33`"},
	{"scan 2001:db8::/64 -p 80 --ipv6-budget 1048577", "--ipv6-budget: `1048577`"},
};

START_TEST(config_names_the_value_that_is_wrong)
{
	struct error err = {""};
	struct config c;

	ck_assert_int_eq(parse(refused[_i].line, &c, &err), -EINVAL);
	ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s", err.text);
}
END_TEST

START_TEST(config_takes_both_forms_of_a_pci_address)
{
	struct error err = {""};
	struct config c;

	ck_assert_int_eq(parse("scan 192.0.2.1 -p 80 --port 0000:01:00.0", &c, &err), 0);
	ck_assert_int_eq(parse("scan 192.0.2.1 -p 80 --port 3b:00.1", &c, &err), 0);
	ck_assert_str_eq(c.pci, "3b:00.1");
}
END_TEST

enum { SYN = 1 << DP_PROBE_TCP_SYN, UDP = 1 << DP_PROBE_UDP, ECHO = 1 << DP_PROBE_ICMP_ECHO };

static const struct {
	const char *line;
	unsigned kinds;
	enum dp_probe first;
} kinds[] = {
	{"scan 192.0.2.1", SYN, DP_PROBE_TCP_SYN},
	{"scan 192.0.2.1 -p 80", SYN, DP_PROBE_TCP_SYN},
	{"scan 192.0.2.1 -p 53 --probe udp", UDP, DP_PROBE_UDP},
	{"scan 192.0.2.1 --probe icmp", ECHO, DP_PROBE_ICMP_ECHO},
	{"scan 192.0.2.1 -p U:53", UDP, DP_PROBE_UDP},
	{"scan 192.0.2.1 -p I:", ECHO, DP_PROBE_ICMP_ECHO},
	{"scan 192.0.2.1 -p T:22,U:53,I:", SYN | UDP | ECHO, DP_PROBE_TCP_SYN},
	{"scan 192.0.2.1 -p 22,U:53", SYN | UDP, DP_PROBE_TCP_SYN},
	{"scan 192.0.2.1 -p 22 -p U:53", SYN | UDP, DP_PROBE_TCP_SYN},
	{"scan 192.0.2.1 -p 53 --probe syn,udp", SYN | UDP, DP_PROBE_TCP_SYN},
	{"scan 192.0.2.1 -p U:53 --probe icmp,udp", UDP | ECHO, DP_PROBE_UDP},
	{"scan 192.0.2.1 --probe udp,icmp,syn", SYN | UDP | ECHO, DP_PROBE_TCP_SYN},
	{"scan 192.0.2.1 -p T:22,U:53 --part udp", SYN | UDP, DP_PROBE_UDP},
};

START_TEST(config_probes_the_kinds_that_are_named)
{
	struct config c;
	struct error err = {""};
	unsigned seen = 0;

	ck_assert_msg(parse(kinds[_i].line, &c, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(c.kinds, kinds[_i].kinds);
	ck_assert_int_eq(c.probe, kinds[_i].first);
	do
		seen |= 1u << c.probe;
	while (config_next_kind(&c));
	ck_assert_uint_eq(seen, c.part != 0 ? (unsigned)UDP : c.kinds);
}
END_TEST

START_TEST(config_repeats_a_number_that_it_refuses)
{
	struct config c;
	struct error err = {""};

	ck_assert_int_eq(parse("scan 192.0.2.1 --passes 0", &c, &err), -EINVAL);
	ck_assert_str_eq(err.text, "--passes: `0`: expected a number from 1 to 16");
	ck_assert_int_eq(parse("scan 192.0.2.1 --vlan 4095", &c, &err), -EINVAL);
	ck_assert_str_eq(err.text, "--vlan: `4095`: expected a number from 0 to 4094");
}
END_TEST

START_TEST(config_takes_shards_as_two_numbers)
{
	struct config c;
	struct error err;

	ck_assert_int_eq(parse("scan 192.0.2.1 --shards 4 --shard 0", &c, &err), 0);
	ck_assert_uint_eq(c.shard.index, 0);
	ck_assert_uint_eq(c.shard.count, 4);
	ck_assert_int_eq(parse("scan 192.0.2.1 --shard 3 --shards 4", &c, &err), 0);
	ck_assert_uint_eq(c.shard.index, 3);
}
END_TEST

static const struct {
	const char *word;
	bool is;
} targets[] = {
	{"192.0.2.1", true},
	{"192.0.2.0/24", true},
	{"192.0.2.1-9", true},
	{"10.0.0.*", true},
	{"2001:db8::1", true},
	{"[::1]:80", true},
	{"192.0.2.1:80", true},
	{"@list", true},
	{"example.org", true},
	{"localhost", true},
	{"example.org/28", true},
	{"scan", false},
	{"https://example.org/", true},
	{"host", false},
	{"scna", false},
	{"--help", false},
	{"-h", false},
	{"", false},
	{"probing-txt", false},
	{"1.5", false},
};

START_TEST(config_tells_targets_from_commands)
{
	ck_assert_int_eq(config_is_target(targets[_i].word), targets[_i].is);
}
END_TEST

static const struct {
	const char *text;
	unsigned len4, len6;
} caps[] = {
	{"24:100", 24, 48},    {"0:100", 0, 0},     {"32:1k", 32, 64},
	{"24/56:0.5", 24, 56}, {"64:100", 64, 64}, /* IPv6's alone */
	{"33:1", 33, 33},      {"128:7", 128, 128},
};

START_TEST(config_takes_a_length_above_32_for_one_of_ipv6)
{
	char line[100];
	struct config c;
	struct error err;

	snprintf(line, sizeof(line), "scan 2001:db8::1 -p 80 --max-rate-per %s", caps[_i].text);
	ck_assert_int_eq(parse(line, &c, &err), 0);
	ck_assert_uint_eq(c.rate_cap.len4, caps[_i].len4);
	ck_assert_uint_eq(c.rate_cap.len6, caps[_i].len6);
}
END_TEST

START_TEST(config_refuses_what_contradicts_or_is_out_of_range)
{
	struct config c;
	struct error err = {""};

	ck_assert_int_eq(parse(bad[_i], &c, &err), -EINVAL);
	ck_assert_str_ne(err.text, "");
}
END_TEST

/* Whatever the room, a line that is too long ends with three dots behind whole characters in closed
 * quotes. */
START_TEST(config_command_is_cut_where_one_can_see_it)
{
	char *argv[] = {(char[]){"scan"},
	                (char[]){"a'b\xc3\xa4\xc3\xb6"
	                         "c"},
	                (char[]){"-p"}};
	char line[64], copy[64], *words[8];

	for (size_t size = 1; size < 28; size++) {
		memset(line, 'x', sizeof(line));
		ck_assert(!config_quote(3, argv, line, size));
		ck_assert_uint_lt(strlen(line), size);
		if (size < 4)
			continue;
		ck_assert_str_eq(line + strlen(line) - 3, "...");
		strcpy(copy, line);
		ck_assert_int_ge(config_words(copy, words, 8), 1);
		ck_assert_ptr_null(strstr(line, "\xc3'"));
	}
	ck_assert(config_quote(3, argv, line, sizeof(line)));
}
END_TEST

START_TEST(config_command_survives_being_kept)
{
	char *argv[] = {(char[]){"scan"}, (char[]){"it's"},  (char[]){"a b"},
	                (char[]){""},     (char[]){"\\'\\"}, (char[]){"''"}};
	char *words[8], line[256];

	ck_assert(config_quote(6, argv, line, sizeof(line)));
	ck_assert_int_eq(config_words(line, words, 8), 6);
	for (int i = 0; i < 6; i++)
		ck_assert_str_eq(words[i], argv[i]);
}
END_TEST

START_TEST(config_says_when_a_command_is_too_long_to_keep)
{
	char *argv[] = {(char[]){"scan"}, (char[]){"0123456789"}};
	char line[24];

	for (size_t size = 0; size < 20; size++)
		ck_assert(!config_quote(2, argv, line, size));
	ck_assert(config_quote(2, argv, line, sizeof(line)));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, config_understands_a_whole_command);
	tcase_add_test(tc, config_takes_a_contact_or_a_user_agent);
	tcase_add_loop_test(tc, config_reads_the_standard_input_once, 0,
	                    sizeof(inputs) / sizeof(inputs[0]));
	tcase_add_loop_test(tc, config_names_the_value_that_is_wrong, 0,
	                    sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tc, config_takes_both_forms_of_a_pci_address);
	tcase_add_loop_test(tc, config_refuses_what_contradicts_or_is_out_of_range, 0,
	                    sizeof(bad) / sizeof(bad[0]));
	tcase_add_loop_test(tc, config_probes_the_kinds_that_are_named, 0,
	                    sizeof(kinds) / sizeof(kinds[0]));
	tcase_add_test(tc, config_takes_shards_as_two_numbers);
	tcase_add_test(tc, config_repeats_a_number_that_it_refuses);
	tcase_add_loop_test(tc, config_tells_targets_from_commands, 0,
	                    sizeof(targets) / sizeof(targets[0]));
	tcase_add_loop_test(tc, config_takes_a_length_above_32_for_one_of_ipv6, 0,
	                    sizeof(caps) / sizeof(caps[0]));
	tcase_add_test(tc, config_command_survives_being_kept);
	tcase_add_test(tc, config_command_is_cut_where_one_can_see_it);
	tcase_add_test(tc, config_says_when_a_command_is_too_long_to_keep);
	return suite_run("config", tc);
}
