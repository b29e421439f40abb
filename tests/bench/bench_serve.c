/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_serve.c - what scripts/bench serve needs beside the server.
 *
 * 	bench_serve make DIRECTORY HOSTS          a database of 10.0.0.0/16, three services a host
 * 	bench_serve write DIRECTORY RATE SECONDS  so many changes a second
 * 	bench_serve floor                         the HTTP library's empty answer; prints its address
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "store.h"

enum { SERVICES = 3, BATCH = 3000, VERDICTS = 4 };

static struct record *service(uint32_t v4, unsigned which, int64_t now_us)
{
	static const uint16_t ports[SERVICES] = {22, 80, 443};
	static const char *const names[SERVICES] = {"OpenSSH", "nginx", "Apache HTTP Server"};
	struct record *r = record_new();

	if (r == NULL)
		abort();
	r->addr = dp_addr_v4(v4);
	r->port = ports[which];
	r->transport = DP_TRANSPORT_TCP;
	r->state = RECORD_OPEN;
	r->reply.reason = DP_REPLY_OPEN;
	r->reply.wscale = 255;
	r->seen_us = now_us;
	r->grabbed = true;
	strcpy(r->identity.service, which == 0 ? "ssh" : "http");
	strcpy(r->identity.service_source, "banner");
	strcpy(r->identity.product, names[which]);
	snprintf(r->identity.version, sizeof(r->identity.version), "1.%u", v4 % 50);
	r->identity.confidence = 90;
	vd_facts_addf(r->facts, "banner", "a banner of %s on 10.0.%u.%u\r\n", names[which],
	              v4 >> 8 & 255, v4 & 255);
	r->verdicts = calloc(VERDICTS, sizeof(*r->verdicts));
	for (r->verdict_count = 0; r->verdict_count < VERDICTS; r->verdict_count++) {
		struct vd_verdict *v = &r->verdicts[r->verdict_count];

		snprintf(v->cve, sizeof(v->cve), "CVE-2024-%u",
		         10000 + which * 10 + r->verdict_count);
		v->kind = VD_AFFECTED;
		v->confidence = 60;
		v->cvss_x10 = 75;
	}
	return r;
}

static int make(const char *path, unsigned hosts)
{
	struct store_scan scan = {.state = STORE_SCAN_RUNNING};
	struct record **list = calloc(BATCH, sizeof(struct record *));
	struct store_batch b = {.records = list};
	int64_t now_us = clock_now_us();
	struct error err;
	struct store *s;
	int ret;

	if (store_open(path, STORE_WRITE, &s, &err) != 0)
		return fprintf(stderr, "%s\n", err.text), 1;
	ret = store_scan_begin(s, &scan, NULL, now_us);
	for (unsigned i = 0; i < hosts && ret == 0; i++) {
		for (unsigned k = 0; k < SERVICES; k++)
			list[b.record_count++] = service(0x0a000000 + i, k, now_us);
		if (b.record_count < BATCH && i + 1 < hosts)
			continue;
		ret = store_put_batch(s, scan.id, &b);
		while (b.record_count > 0)
			record_free(list[--b.record_count]);
	}
	if (ret == 0)
		ret = store_settle(s, 0);
	scan.state = STORE_SCAN_DONE;
	scan.end_us = clock_now_us();
	if (ret == 0)
		ret = store_scan_update(s, &scan);
	store_close(s);
	free(list);
	return ret != 0;
}

static int write_changes(const char *path, unsigned rate, unsigned seconds)
{
	struct store_scan scan = {.state = STORE_SCAN_RUNNING};
	struct error err;
	struct store *s;
	int ret;

	if (store_open(path, STORE_WRITE, &s, &err) != 0)
		return fprintf(stderr, "%s\n", err.text), 1;
	ret = store_scan_begin(s, &scan, NULL, clock_now_us());
	for (unsigned i = 0; i < rate * seconds && ret == 0; i++) {
		struct record *r = service(0x0a000000, 0, clock_now_us());
		struct store_batch b = {.records = &r, .record_count = 1};

		r->port = (uint16_t)(1000 + i);
		r->verdict_count = 0;
		ret = store_put_batch(s, scan.id, &b);
		record_free(r);
		nanosleep(&(struct timespec){.tv_nsec = 1000000000 / rate}, NULL);
	}
	store_close(s);
	return ret != 0;
}

/* Eight parameters: the library's type of a handler. */
static enum MHD_Result answer(void *response, struct MHD_Connection *con, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *len, void **state)
{
	(void)url;
	(void)method;
	(void)version;
	(void)data;
	(void)len;
	if (*state == NULL) {
		*state = response;
		return MHD_YES;
	}
	return MHD_queue_response(con, 200, response);
}

static int run_floor(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL,
	                                        answer, r, MHD_OPTION_SOCK_ADDR, &any,
	                                        MHD_OPTION_END);
	const union MHD_DaemonInfo *info =
		d != NULL ? MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT) : NULL;

	if (info == NULL)
		return 1;
	printf("http://127.0.0.1:%u/v1/hosts/10.0.0.1\n", info->port);
	fflush(stdout);
	pause();
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "make") == 0)
		return make(argv[2], (unsigned)atoi(argv[3]));
	if (argc == 5 && strcmp(argv[1], "write") == 0)
		return write_changes(argv[2], (unsigned)atoi(argv[3]), (unsigned)atoi(argv[4]));
	if (argc == 2 && strcmp(argv[1], "floor") == 0)
		return run_floor();
	fprintf(stderr, "usage: bench_serve make DIR HOSTS | write DIR RATE SECONDS | floor\n");
	return 2;
}
