/* SPDX-License-Identifier: Apache-2.0 */
/* test_ctl.c - claims about the control socket, hostile clients included. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl.h"
#include "ctl_path.h"
#include "suite.h"

static char dir[64];
static struct ctl *server;

static void echo(void *arg, const char *command, const char *argument, struct json *answer)
{
	(void)arg;
	json_bytes(answer, "command", command, strlen(command));
	json_bytes(answer, "argument", argument, strlen(argument));
}

static void setup(void)
{
	struct error err;

	snprintf(dir, sizeof(dir), "/tmp/sonde-ctl-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(ctl_open(dir, echo, NULL, &server, &err), 0);
}

static void teardown(void)
{
	ctl_close(server);
	ck_assert_int_eq(rmdir(dir), 0);
}

static int dial(void)
{
	struct ctl_path path;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_int_eq(ctl_path_open(dir, &path), 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&path.address, sizeof(path.address)), 0);
	ctl_path_close(&path);
	ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* Let the server handle what was sent, then receive on @fd. Returns the length; 0: the server hung
 * up; -1: nothing was received. */
static ssize_t turn(int fd, char *out, size_t size)
{
	ssize_t n;

	for (int i = 0; i < 4; i++)
		ctl_poll(server);
	n = recv(fd, out, size - 1, 0);
	out[n > 0 ? n : 0] = '\0';
	return n;
}

/* Check that the server still answers another client. */
static void expect_service(void)
{
	int fd = dial();
	char text[512];

	ck_assert_int_eq(send(fd, "rate 2M\n", 8, 0), 8);
	ck_assert_int_gt(turn(fd, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "{\"command\":\"rate\",\"argument\":\"2M\"}\n");
	close(fd);
}

START_TEST(ctl_answers_each_line_of_each_client)
{
	int a = dial(), b = dial();
	char text[512];

	ck_assert_int_eq(send(a, "rate 2M\nsta", 11, 0), 11);
	ck_assert_int_eq(send(b, "stop\n", 5, 0), 5);
	ck_assert_int_gt(turn(a, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "{\"command\":\"rate\",\"argument\":\"2M\"}\n");
	ck_assert_int_gt(turn(b, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "{\"command\":\"stop\",\"argument\":\"\"}\n");
	ck_assert_int_eq(send(a, "tus\n", 4, 0), 4);
	ck_assert_int_gt(turn(a, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "{\"command\":\"status\",\"argument\":\"\"}\n");
	close(a);
	close(b);
}
END_TEST

START_TEST(ctl_hangs_up_on_a_line_without_end)
{
	char flood[4096], text[64];
	int fd = dial();

	memset(flood, 'x', sizeof(flood));
	ck_assert_int_eq(send(fd, flood, sizeof(flood), 0), sizeof(flood));
	errno = 0;
	/* The kernel may report bytes that the server did not read as ECONNRESET. */
	ck_assert(turn(fd, text, sizeof(text)) == 0 || errno == ECONNRESET);
	close(fd);
	expect_service();
}
END_TEST

START_TEST(ctl_survives_bytes_that_are_no_text)
{
	static const struct {
		const char *bytes;
		size_t len;
	} lines[] = {
		{"\xff\xfe\n", 3},       {"status\0\n", 8}, {"status \x80\n", 9},
		{"\xed\xa0\x80 x\n", 6}, {"\xc0\xaf\n", 3},
	};
	char text[512];
	int fd = dial();

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		ck_assert_int_eq(send(fd, lines[i].bytes, lines[i].len, 0), (int)lines[i].len);
		ck_assert_int_gt(turn(fd, text, sizeof(text)), 0);
		ck_assert_str_eq(text, "{\"error\":\"a request is a line of UTF-8\"}\n");
	}
	close(fd);
	expect_service();
}
END_TEST

START_TEST(ctl_more_clients_than_places_wait)
{
	int fds[CTL_CLIENTS + 4];
	char text[512];

	for (int i = 0; i < CTL_CLIENTS + 4; i++) {
		fds[i] = dial();
		ctl_poll(server);
	}
	for (int i = 0; i < CTL_CLIENTS; i++)
		close(fds[i]);
	ck_assert_int_eq(send(fds[CTL_CLIENTS], "x\n", 2, 0), 2);
	ck_assert_int_gt(turn(fds[CTL_CLIENTS], text, sizeof(text)), 0);
	for (int i = CTL_CLIENTS; i < CTL_CLIENTS + 4; i++)
		close(fds[i]);
}
END_TEST

START_TEST(ctl_socket_is_the_owners_alone)
{
	struct ctl_path path;
	struct stat st;

	ck_assert_int_eq(ctl_path_open(dir, &path), 0);
	ck_assert_int_eq(stat(path.address.sun_path, &st), 0);
	ctl_path_close(&path);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(ctl_refuses_a_second_server_and_replaces_a_dead_one)
{
	struct ctl_path path;
	struct ctl *second;
	struct error err;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_int_eq(ctl_open(dir, echo, NULL, &second, &err), -EADDRINUSE);
	ctl_close(server);
	ck_assert_int_eq(ctl_path_open(dir, &path), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&path.address, sizeof(path.address)), 0);
	ctl_path_close(&path);
	close(fd); /* the file stays, nobody listens */
	ck_assert_int_eq(ctl_open(dir, echo, NULL, &server, &err), 0);
}
END_TEST

/* Folders whose socket fits into an address, just fits, just does not, and does not at all. */
START_TEST(ctl_serves_a_folder_of_any_length)
{
	static const size_t lengths[] = {90, 98, 99, 4000};
	size_t length = lengths[_i], n = strlen(dir);
	char path[4097], reply[CTL_REPLY];
	struct error err = {""};
	struct ctl *other;

	strcpy(path, dir);
	while (n < length) {
		size_t step = length - n > 202 ? 200 : length - n;

		path[n] = '/';
		memset(path + n + 1, 'd', step - 1);
		n += step;
		path[n] = '\0';
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
	ck_assert_int_eq(ctl_ask(path, "status", reply, &err), -ENOENT);
	ck_assert_msg(ctl_open(path, echo, NULL, &other, &err) == 0, "%s", err.text);
	ck_assert_int_eq(ctl_open(path, echo, NULL, &other, &err), -EADDRINUSE);
	ctl_close(other);
	for (; n > strlen(dir); n = (size_t)(strrchr(path, '/') - path)) {
		path[n] = '\0';
		ck_assert_int_eq(rmdir(path), 0);
	}
}
END_TEST

START_TEST(ctl_says_when_no_scan_runs)
{
	struct error err = {""};
	char reply[CTL_REPLY];

	ck_assert_int_eq(ctl_ask("/nonexistent", "status", reply, &err), -ENOENT);
	ck_assert(strstr(err.text, "no scan runs") != NULL);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, ctl_answers_each_line_of_each_client);
	tcase_add_test(tc, ctl_hangs_up_on_a_line_without_end);
	tcase_add_test(tc, ctl_survives_bytes_that_are_no_text);
	tcase_add_test(tc, ctl_more_clients_than_places_wait);
	tcase_add_test(tc, ctl_socket_is_the_owners_alone);
	tcase_add_test(tc, ctl_refuses_a_second_server_and_replaces_a_dead_one);
	tcase_add_loop_test(tc, ctl_serves_a_folder_of_any_length, 0, 4);
	tcase_add_test(tc, ctl_says_when_no_scan_runs);
	return suite_run("ctl", tc);
}
