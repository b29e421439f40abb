/* SPDX-License-Identifier: Apache-2.0 */
/* recordings.c - reads the corpus of dialogs, and holds the pages of web servers. */
#include "recordings.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grab_policy.h"

enum { LIST_MAX = 256, CHUNK_FULL = 255 };

/* Marks in a page: eight characters of a time, sixteen of a cookie. */
#define TIME "\1\1\1\1\1\1\1\1"
#define COOKIE "\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2\2"
#define DATE "Date: Tue, 01 Dec 2026 " TIME " GMT\r\n"

#define LOREM                                                                                      \
	"<p>If you see this page, the web server is installed and working. Further configuration " \
	"is required. For documentation and support please refer to the project's pages.</p>\n"    \
	"<p><em>Thank you.</em></p>\n"
#define PAGE(title)                                                                                \
	"<!DOCTYPE html>\n<html>\n<head>\n<title>" title "</title>\n<style>\nbody { width: 35em; " \
	"margin: 0 auto; font-family: sans-serif; }\n</style>\n</head>\n<body>\n<h1>" title        \
	"</h1>\n" LOREM LOREM "</body>\n</html>\n"

static const struct {
	const char *name;
	uint16_t port;
	unsigned weight;
	const char *head, *body;
} pages[] = {
	{"nginx", 80, 90,
         "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n" DATE
         "Content-Type: text/html\r\nLast-Modified: Mon, 13 Mar 2023 10:00:00 GMT\r\n"
         "Connection: close\r\nETag: \"640ef2a0-267\"\r\nAccept-Ranges: bytes\r\n",
         PAGE("Welcome to nginx!")},
	{"nginx-ubuntu", 80, 60,
         "HTTP/1.1 301 Moved Permanently\r\nServer: nginx/1.18.0 (Ubuntu)\r\n" DATE
         "Content-Type: text/html\r\nConnection: close\r\nLocation: https://www.example.org/\r\n",
         "<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>\r\n"
         "<center><h1>301 Moved Permanently</h1></center>\r\n<hr><center>nginx/1.18.0 "
         "(Ubuntu)</center>\r\n</body>\r\n</html>\r\n"},
	{"apache-debian", 80, 80,
         "HTTP/1.1 200 OK\r\n" DATE "Server: Apache/2.4.57 (Debian)\r\n"
         "Last-Modified: Wed, 01 Nov 2023 08:00:00 GMT\r\nETag: \"29cd-60916e1e\"\r\n"
         "Accept-Ranges: bytes\r\nVary: Accept-Encoding\r\nConnection: close\r\n"
         "Content-Type: text/html\r\n",
         PAGE("Apache2 Debian Default Page: It works")},
	{"apache-php", 80, 40,
         "HTTP/1.1 200 OK\r\n" DATE "Server: Apache/2.4.41 (Ubuntu)\r\n"
         "Set-Cookie: PHPSESSID=" COOKIE "; path=/\r\n"
         "Expires: Thu, 19 Nov 1981 08:52:00 GMT\r\nCache-Control: no-store\r\n"
         "X-Powered-By: PHP/7.4.3\r\nConnection: close\r\nContent-Type: text/html\r\n",
         PAGE("Shop of the town")},
	{"iis", 80, 50,
         "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
         "Last-Modified: Fri, 03 Feb 2023 09:00:00 GMT\r\nAccept-Ranges: bytes\r\n"
         "ETag: \"9c2f2b\"\r\nServer: Microsoft-IIS/10.0\r\nX-Powered-By: ASP.NET\r\n" DATE
         "Connection: close\r\n",
         PAGE("IIS Windows Server")},
	{"lighttpd", 8080, 30,
         "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n" DATE
         "Server: lighttpd/1.4.69\r\n",
         PAGE("Index of /")},
	{"tomcat", 8080, 30,
         "HTTP/1.1 200 \r\nContent-Type: text/html;charset=UTF-8\r\n" DATE
         "Set-Cookie: JSESSIONID=" COOKIE "; Path=/; HttpOnly\r\nConnection: close\r\n",
         PAGE("Apache Tomcat/9.0.70")},
	{"router", 8080, 30,
         "HTTP/1.0 401 Unauthorized\r\nServer: Router Webserver\r\nConnection: close\r\n"
         "WWW-Authenticate: Basic realm=\"TP-LINK Wireless N Router WR841N\"\r\n"
         "Content-Type: text/html\r\n",
         "<html><head><title>401 Unauthorized</title></head><body><h1>401</h1></body></html>"},
	{"json", 8000, 20,
         "HTTP/1.1 200 OK\r\n" DATE "Server: uvicorn\r\nContent-Type: application/json\r\n"
         "X-Request-Id: " COOKIE "\r\nConnection: close\r\n",
         "{\"status\":\"ok\",\"version\":\"1.4.2\",\"request\":\"" COOKIE "\"}"},
};

/* How often the protocols of the corpus are, beside the pages; the others are rare. */
static const struct {
	const char *file;
	unsigned weight;
} weights[] = {
	{"ssh_key", 160}, {"ftp", 40},      {"smtp", 40},     {"imap", 15},   {"pop3", 15},
	{"mysql", 30},    {"rdp_nla", 30},  {"smb_ntlm", 30}, {"telnet", 20}, {"dns", 20},
	{"redis", 10},    {"postgres", 10}, {"mongodb", 6},   {"vnc", 8},     {"rtsp", 8},
	{"memcached", 4}, {"msrpc", 20},    {"portmap", 10},  {"pptp", 8},    {"ldap", 5},
	{"amqp", 4},      {"mqtt", 5},      {"xmpp", 3},      {"irc", 3},     {"rsync", 3},
};

static struct recording list[LIST_MAX];
static size_t count;

static struct recording *add(const char *name, const struct vd_proto *proto, uint16_t port)
{
	struct recording *r = &list[count];
	struct vd_dialog hello = {.authority = "h:1", .user_agent = "agent"};

	if (count == LIST_MAX || proto == NULL || port == 0 ||
	    (grab_policy_is_fragile(port) && grab_policy_request(port, false) == NULL))
		return NULL;
	vd_dialog_greet(proto, &hello);
	*r = (struct recording){.name = strdup(name),
	                        .proto = proto,
	                        .port = port,
	                        .weight = 1,
	                        .greets = hello.out_len == 0};
	count++;
	return r;
}

/* A chunk of the corpus has at most 255 bytes; what follows a full one belongs to the same answer. */
static void add_chunks(struct recording *r, const uint8_t *data, size_t size)
{
	uint8_t *bytes = malloc(size + 1), *at = bytes;
	bool full = false;

	r->chunk[0] = bytes;
	while (bytes != NULL && size > 1 && r->chunks < RECORDING_CHUNKS) {
		size_t len = data[0] < size - 1 ? data[0] : size - 1;
		unsigned i = full ? r->chunks - 1 : r->chunks++;

		memcpy(at, data + 1, len);
		r->chunk[i] = full ? r->chunk[i] : at;
		r->len[i] += len;
		at += len;
		full = len == CHUNK_FULL;
		data += 1 + len;
		size -= 1 + len;
	}
}

/* Whether the dialog begins TLS, which a recording cannot answer. */
static bool begins_tls(const struct recording *r)
{
	struct vd_dialog d = {.authority = "h:1", .user_agent = "agent"};
	uint8_t in[RECORDING_MAX];
	enum vd_step step = VD_MORE;

	vd_dialog_greet(r->proto, &d);
	d.in = in;
	for (unsigned i = 0; i < r->chunks && step == VD_MORE; i++) {
		memcpy(in + d.in_len, r->chunk[i], r->len[i]);
		d.in_len += r->len[i];
		d.out_len = 0;
		step = vd_dialog_hear(r->proto, &d);
	}
	return step == VD_STARTTLS || step == VD_TRY_TLS;
}

static void add_file(const char *name, const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	char service[32] = "";
	struct recording *r;
	const struct vd_proto *proto;
	bool tls;

	if (end == NULL || (size_t)(end - data) >= sizeof(service))
		return;
	memcpy(service, data, (size_t)(end - data));
	proto = vd_proto_find(service, &tls);
	if (proto == NULL || !vd_proto_talks(proto) || proto == &vd_proto_generic ||
	    strcmp(vd_proto_name(proto), "http") == 0)
		return;
	r = add(name, proto, vd_proto_ports(proto, false)[0]);
	if (r == NULL)
		return;
	for (size_t i = 0; i < sizeof(weights) / sizeof(weights[0]); i++)
		if (strcmp(weights[i].file, name) == 0)
			r->weight = weights[i].weight;
	add_chunks(r, end + 1, size - (size_t)(end + 1 - data));
	if (r->chunks > 0 && !begins_tls(r))
		return;
	free((void *)(uintptr_t)r->chunk[0]);
	free((void *)(uintptr_t)r->name);
	count--;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_corpus(const char *folder)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, by_name);

	for (int i = 0; i < n; i++) {
		uint8_t data[RECORDING_MAX];
		char path[4096];
		FILE *f;

		snprintf(path, sizeof(path), "%.3000s/%.255s", folder, names[i]->d_name);
		f = names[i]->d_name[0] != '.' ? fopen(path, "rb") : NULL;
		if (f != NULL) {
			add_file(names[i]->d_name, data, fread(data, 1, sizeof(data), f));
			fclose(f);
		}
		free(names[i]);
	}
	free(names);
	return n;
}

static void add_pages(void)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct recording *r = add(pages[i].name, &vd_proto_http, pages[i].port);
		char *text = malloc(RECORDING_MAX);
		int n;

		if (r == NULL || text == NULL)
			return;
		n = snprintf(text, RECORDING_MAX, "%sContent-Length: %zu\r\n\r\n%s", pages[i].head,
		             strlen(pages[i].body), pages[i].body);
		r->weight = pages[i].weight;
		r->chunk[0] = (const uint8_t *)text;
		r->len[0] = (size_t)n;
		r->chunks = 1;
	}
}

size_t recordings_read(const char *root, const struct recording **out)
{
	char folder[4000];

	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/proto", root);
	if (count == 0 && read_corpus(folder) <= 0)
		return 0;
	if (list[count - 1].proto != &vd_proto_http) /* the pages come last */
		add_pages();
	*out = list;
	return count;
}

size_t recordings_say(const struct recording *r, unsigned i, uint32_t second, uint64_t random,
                      uint8_t *out)
{
	uint8_t *end = out + r->len[i], *at;
	char text[24];

	memcpy(out, r->chunk[i], r->len[i]);
	if (r->proto != &vd_proto_http)
		return r->len[i];
	snprintf(text, sizeof(text), "%02u:%02u:%02u", second / 3600 % 24, second / 60 % 60,
	         second % 60);
	for (at = out; (at = memchr(at, 1, (size_t)(end - at))) != NULL;)
		memcpy(at, text, 8);
	for (at = out; (at = memchr(at, 2, (size_t)(end - at))) != NULL;) {
		for (unsigned k = 0; k < 16; k++)
			at[k] = (uint8_t) "0123456789abcdef"[random >> 4 * k & 15];
		at += 16;
	}
	return r->len[i];
}
