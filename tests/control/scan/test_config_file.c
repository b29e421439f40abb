/* SPDX-License-Identifier: Apache-2.0 */
/* test_config_file.c - claims about settings in files, beside a command line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_file.h"
#include "suite.h"

static char dir[] = "/tmp/sonde-config-XXXXXX";
static char user[128], env[128], own[128];

static void setup(void)
{
	char path[128];

	strcpy(dir, "/tmp/sonde-config-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "mkdir -p %s/sonde", dir);
	ck_assert_int_eq(system(path), 0);
	snprintf(user, sizeof(user), "%s/sonde/sonde.conf", dir);
	snprintf(env, sizeof(env), "%s/env.conf", dir);
	snprintf(own, sizeof(own), "%s/own.conf", dir);
	setenv("XDG_CONFIG_HOME", dir, 1);
	unsetenv("SONDE_CONFIG");
	unsetenv("SONDE_DB");
}

static void teardown(void)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	ck_assert_int_eq(system(command), 0);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

/* The words that the files give beside the command line @line, one after the other. Returns what
 * config_file_words() does. */
static int words(const char *line, char *out, size_t size, struct error *err)
{
	char text[512], *argv[64], **made = NULL;
	struct config_given *given;
	struct config_file f;
	int argc, ret;

	snprintf(text, sizeof(text), "%s", line);
	argc = config_words(text, argv, 63);
	argv[argc] = NULL;
	given = config_file_given(argc, argv);
	ck_assert_ptr_nonnull(given);
	out[0] = '\0';
	ret = config_file_read(given->config, &f, err);
	if (ret == 0)
		ret = config_file_words(&f, given, &made, err);
	for (int i = 0; i < ret; i++) {
		snprintf(out + strlen(out), size - strlen(out), "%s%s", i > 0 ? " " : "", made[i]);
		free(made[i]);
	}
	free(made);
	free(given);
	config_file_fini(&f);
	return ret;
}

static const struct {
	const char *user, *own, *line, *words;
} cases[] = {
	{"rate = 5k\niface = eth1\n", NULL, "scan 192.0.2.1", "--rate=5k --iface=eth1"},
	/* the command line wins, also over what its option excludes */
	{"rate = 5k\n", NULL, "scan 192.0.2.1 --rate 1k", ""},
	{"rate = 5k\n", NULL, "scan 192.0.2.1 -r1k", ""},
	{"rate = 5k\n", NULL, "scan 192.0.2.1 -b 1M", ""},
	{"iface = eth1\n", NULL, "scan 192.0.2.1 --af-packet eth0", ""},
	{"ports = 22\nports = 80\n", NULL, "scan 192.0.2.1", "--ports=22 --ports=80"},
	{"ports = 22\n", NULL, "scan 192.0.2.1 -p 443", ""},
	/* a later file wins */
	{"rate = 5k\nports = 22\n", "rate = 7k\nports = 23\n", "scan 192.0.2.1 --config OWN",
         "--rate=7k --ports=23"},
	{"rate = 5k\n", "bandwidth = 1M\n", "scan 192.0.2.1 --config OWN", "--bandwidth=1M"},
	{"rate = 5k\nrate = 6k\n", NULL, "scan 192.0.2.1", "--rate=6k"},
	/* exclusions add up */
	{"exclude = 192.0.2.1\nexclude-file = /a\n", "exclude = 192.0.2.2\n",
         "scan 192.0.2.0/24 --config OWN --exclude 192.0.2.3",
         "--exclude=192.0.2.1 --exclude-file=/a --exclude=192.0.2.2"},
	{"exclude-ports = 9100\n", NULL, "scan 192.0.2.1 --exclude-ports 22",
         "--exclude-ports=9100"},
	/* flags */
	{"no-grab = yes\nquiet = no\n", NULL, "scan 192.0.2.1", "--no-grab"},
	{"no-grab = yes\n", "no-grab = no\n", "scan 192.0.2.1 --config OWN", ""},
	{"no-grab = yes\n", NULL, "scan 192.0.2.1 --grab", ""},
	{"status-json = 3\n", NULL, "scan 192.0.2.1", "--status-json=3"},
	{"contact = https://scanner.example.org/\n", NULL, "scan 192.0.2.1 --user-agent x", ""},
	{"db = /x\n", NULL, "scan 192.0.2.1", "--db=/x"},
};

START_TEST(config_file_gives_what_the_command_line_leaves_open)
{
	struct error err = {""};
	char line[512], got[512], *at;

	write_file(user, cases[_i].user);
	if (cases[_i].own != NULL)
		write_file(own, cases[_i].own);
	snprintf(line, sizeof(line), "%s", cases[_i].line);
	at = strstr(line, "OWN");
	if (at != NULL) {
		char rest[256];

		snprintf(rest, sizeof(rest), "%s", at + 3);
		snprintf(at, sizeof(line) - (size_t)(at - line), "%s%s", own, rest);
	}
	ck_assert_msg(words(line, got, sizeof(got), &err) >= 0, "%s", err.text);
	ck_assert_str_eq(got, cases[_i].words);
}
END_TEST

static const struct {
	const char *text, *place;
} bad[] = {
	{"rate = fast\n", ":1:8: rate: `fast`: expected a rate"},
	{"# x\n\nno-such = 1\n", ":3:1: `no-such`: no such setting"},
	{"resume = s-1\n", ":1:1: `resume`: only for a command line"},
	{"dry-run = yes\n", ":1:1: `dry-run`: only for a command line"},
	{"quiet = perhaps\n", ":1:9: expected yes or no"},
	{"iface\n", ":1:6: expected `=`"},
	{"shard = 3/2\n", ":1:9: shard: `3/2`: expected I/N"},
};

START_TEST(config_file_is_refused_with_its_place)
{
	struct error err = {""};
	char got[64], want[256];

	write_file(user, bad[_i].text);
	ck_assert_int_eq(words("scan 192.0.2.1", got, sizeof(got), &err), -EINVAL);
	snprintf(want, sizeof(want), "%s%s", user, bad[_i].place);
	ck_assert_msg(strncmp(err.text, want, strlen(want)) == 0, "%s", err.text);
}
END_TEST

START_TEST(config_file_that_was_named_must_be_there)
{
	struct error err = {""};
	char got[64];

	ck_assert_int_eq(words("scan 192.0.2.1", got, sizeof(got), &err), 0);
	ck_assert_int_eq(words("scan 192.0.2.1 --config /nonexistent/x", got, sizeof(got), &err),
	                 -ENOENT);
	ck_assert_str_eq(err.text, "--config: /nonexistent/x: No such file or directory");
	setenv("SONDE_CONFIG", "/nonexistent/y", 1);
	ck_assert_int_eq(words("scan 192.0.2.1", got, sizeof(got), &err), -ENOENT);
	ck_assert(strstr(err.text, "$SONDE_CONFIG: /nonexistent/y") == err.text);
}
END_TEST

START_TEST(config_file_of_the_environment_comes_between)
{
	struct error err = {""};
	char got[256], line[256];

	write_file(user, "rate = 1k\ncooldown = 1s\npasses = 2\n");
	write_file(env, "rate = 2k\ncooldown = 2s\n");
	write_file(own, "rate = 3k\n");
	setenv("SONDE_CONFIG", env, 1);
	snprintf(line, sizeof(line), "scan 192.0.2.1 --config %s", own);
	ck_assert_int_eq(words(line, got, sizeof(got), &err), 3);
	ck_assert_str_eq(got, "--passes=2 --cooldown=2s --rate=3k");
}
END_TEST

START_TEST(config_file_scope_cannot_be_lifted)
{
	struct error err = {""};
	char got[64];

	write_file(user, "scope-file = /etc/sonde/scope\n");
	ck_assert_int_eq(words("scan 192.0.2.1 --scope-file /tmp/all", got, sizeof(got), &err),
	                 -EINVAL);
	ck_assert_msg(strstr(err.text, "which a command line cannot lift") != NULL, "%s", err.text);
	ck_assert_int_eq(words("scan 192.0.2.1", got, sizeof(got), &err), 1);
	ck_assert_str_eq(got, "--scope-file=/etc/sonde/scope");
}
END_TEST

START_TEST(config_file_names_the_database_of_all_commands)
{
	char path[CONFIG_PATH], got[64];
	struct error err = {""};

	write_file(user, "db = /srv/sonde\n");
	ck_assert_int_eq(config_db_path(NULL, path, &err), 0);
	ck_assert_str_eq(path, "/srv/sonde");
	ck_assert_int_eq(config_db_path("/given", path, &err), 0);
	ck_assert_str_eq(path, "/given");
	setenv("SONDE_DB", "/of/env", 1);
	ck_assert_int_eq(config_db_path(NULL, path, &err), 0);
	ck_assert_str_eq(path, "/of/env");
	ck_assert_int_eq(words("scan 192.0.2.1", got, sizeof(got), &err), 0);
}
END_TEST

static const struct {
	const char *file, *line;
	const char *excludes, *exclude_files; /* that are late */
	const char *refused;                  /* the setting that refuses the resumption */
} late[] = {
	{"rate = 5k\nports = 22\n", "scan 192.0.2.0/24", "", "", NULL},
	{"exclude = 192.0.2.7\n", "scan 192.0.2.0/24", "192.0.2.7 ", "", NULL},
	{"exclude = 192.0.2.7\n", "scan --exclude=192.0.2.7 192.0.2.0/24", "", "", NULL},
	{"exclude = 192.0.2.7\n", "scan 192.0.2.0/24 --exclude 192.0.2.7", "", "", NULL},
	{"exclude = 192.0.2.7\nexclude = 192.0.2.8\n", "scan --exclude=192.0.2.7 192.0.2.0/24",
         "192.0.2.8 ", "", NULL},
	{"exclude-file = /a\n", "scan --exclude=/a 192.0.2.0/24", "", "/a ", NULL},
	{"exclude-ports = 22\n", "scan 192.0.2.0/24", "", "", "exclude-ports"},
	{"exclude-ports = 22\n", "scan --exclude-ports=22 192.0.2.0/24", "", "", NULL},
	{"scope-file = /a\n", "scan --scope-file=/b 192.0.2.0/24", "", "", "scope-file"},
};

static void join(const struct option_list *l, char out[64])
{
	out[0] = '\0';
	for (unsigned i = 0; i < l->count; i++)
		snprintf(out + strlen(out), 64 - strlen(out), "%s ", l->items[i]);
}

START_TEST(config_file_excludes_from_a_scan_that_goes_on)
{
	char text[512], *argv[64], got[64];
	struct error err = {""};
	struct config_given *began;
	struct config_file f;
	struct config c;
	int argc, ret;

	write_file(user, late[_i].file);
	snprintf(text, sizeof(text), "%s", late[_i].line);
	argc = config_words(text, argv, 63);
	argv[argc] = NULL;
	began = config_file_given(argc, argv);
	config_init(&c);
	ck_assert_int_eq(config_file_read(NULL, &f, &err), 0);
	ret = config_file_late(&f, began, &c, &err);
	ck_assert_int_eq(ret, late[_i].refused != NULL ? -EINVAL : 0);
	if (late[_i].refused != NULL) {
		ck_assert_ptr_nonnull(strstr(err.text, late[_i].refused));
		ck_assert_ptr_nonnull(strstr(err.text, "sonde.conf:1: "));
	}
	join(&c.late_excludes, got);
	ck_assert_str_eq(got, late[_i].excludes);
	join(&c.late_exclude_files, got);
	ck_assert_str_eq(got, late[_i].exclude_files);
	free(began);
	config_file_fini(&f);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, config_file_gives_what_the_command_line_leaves_open, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, config_file_is_refused_with_its_place, 0,
	                    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, config_file_that_was_named_must_be_there);
	tcase_add_test(tc, config_file_of_the_environment_comes_between);
	tcase_add_test(tc, config_file_scope_cannot_be_lifted);
	tcase_add_test(tc, config_file_names_the_database_of_all_commands);
	tcase_add_loop_test(tc, config_file_excludes_from_a_scan_that_goes_on, 0,
	                    sizeof(late) / sizeof(late[0]));
	return suite_run("config_file", tc);
}
