/* SPDX-License-Identifier: Apache-2.0 */
/* grab_http.c - HTTP/1.1: one GET, and when its answer is whole (RFC 9112 6). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "grab_proto.h"

enum { REQUEST_MAX = 1024 };

static bool http_starts(const uint8_t *data, size_t len)
{
	return len >= 5 && memcmp(data, "HTTP/", 5) == 0;
}

static void ask(struct grab_dialog *d, const char *path)
{
	char text[REQUEST_MAX];

	snprintf(text, sizeof(text),
	         "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\n"
	         "Connection: close\r\n\r\n",
	         path, d->authority, d->user_agent);
	grab_buf_text(&d->out, text);
}

static void http_greet(struct grab_dialog *d)
{
	ask(d, "/");
}

/* The value of a header in the first @head bytes, its length in @len; NULL: absent. */
static const char *header(const struct grab_buf *in, size_t head, const char *name, size_t *len)
{
	size_t name_len = strlen(name), at = grab_line_end(in, 0);

	for (size_t end; at < head && (end = grab_line_end(in, at)) != 0; at = end) {
		const char *line = (const char *)in->data + at;
		size_t n = end - at, skip = name_len + 1;

		if (n <= skip || line[name_len] != ':' || strncasecmp(line, name, name_len) != 0)
			continue;
		while (skip < n && isblank((unsigned char)line[skip]))
			skip++;
		*len = n - skip;
		return line + skip;
	}
	return NULL;
}

static bool body_is_whole(const struct grab_buf *in, size_t head)
{
	size_t body = in->len - head, len;
	const char *value = header(in, head, "transfer-encoding", &len);

	if (value != NULL && len >= 7 && strncasecmp(value, "chunked", 7) == 0)
		return body >= 5 && memcmp(in->data + in->len - 5, "0\r\n\r\n", 5) == 0;
	value = header(in, head, "content-length", &len);
	/* A line feed ends the value inside the buffer, so strtoull stops there. */
	if (value != NULL && isdigit((unsigned char)*value))
		return strtoull(value, NULL, 10) <= body;
	return false;
}

static int status_of(const struct grab_buf *in)
{
	const uint8_t *p = in->data;

	if (in->len < 12 || p[8] != ' ' || !isdigit(p[9]) || !isdigit(p[10]) || !isdigit(p[11]))
		return 0;
	return (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
}

/* Servers that expect TLS answer a plain request with 400 and say so. */
static bool wants_tls(const struct grab_dialog *d, size_t head)
{
	const uint8_t *body = d->in.data + head;
	size_t len = d->in.len - head;

	return !d->tls && status_of(&d->in) == 400 &&
	       (grab_contains(body, len, "HTTPS") || grab_contains(body, len, "SSL-enabled"));
}

static bool has_no_body(int status)
{
	return status / 100 == 1 || status == 204 || status == 304;
}

static enum grab_step http_bytes(struct grab_dialog *d)
{
	size_t probe = d->in.len < 5 ? d->in.len : 5;
	size_t head;

	if (memcmp(d->in.data, "HTTP/", probe) != 0)
		return GRAB_FOREIGN;
	d->known = probe == 5;
	head = grab_head_end(&d->in);
	if (head == 0)
		return GRAB_MORE;
	if (wants_tls(d, head))
		return GRAB_TRY_TLS;
	if (has_no_body(status_of(&d->in)) || body_is_whole(&d->in, head))
		return GRAB_DONE;
	return GRAB_MORE;
}

const struct grab_proto grab_proto_http = {
	.name = "http",
	.secure = "https",
	.starts = http_starts,
	.greet = http_greet,
	.on_bytes = http_bytes,
};

/* ---- services that state their version at one documented path ---- */

static enum grab_step stating(struct grab_dialog *d, const char *sign)
{
	enum grab_step step = http_bytes(d);
	size_t head = grab_head_end(&d->in);

	/* Only what is peculiar to the service shows that it is that service. */
	d->known = head != 0 && grab_contains(d->in.data + head, d->in.len - head, sign);
	return step == GRAB_DONE && !d->known ? GRAB_FOREIGN : step;
}

static void version_greet(struct grab_dialog *d)
{
	ask(d, "/version");
}

static enum grab_step docker_bytes(struct grab_dialog *d)
{
	return stating(d, "\"ApiVersion\"");
}

const struct grab_proto grab_proto_docker = {
	.name = "docker",
	.secure = "dockers",
	.greet = version_greet,
	.on_bytes = docker_bytes,
};

static enum grab_step etcd_bytes(struct grab_dialog *d)
{
	return stating(d, "\"etcdserver\"");
}

const struct grab_proto grab_proto_etcd = {
	.name = "etcd",
	.greet = version_greet,
	.on_bytes = etcd_bytes,
};

static enum grab_step kubernetes_bytes(struct grab_dialog *d)
{
	return stating(d, "\"gitVersion\"");
}

/* Its API is spoken over TLS only. */
const struct grab_proto grab_proto_kubernetes = {
	.name = "kubernetes",
	.secure = "kubernetes",
	.greet = version_greet,
	.on_bytes = kubernetes_bytes,
};

static enum grab_step elasticsearch_bytes(struct grab_dialog *d)
{
	return stating(d, "\"cluster_name\"");
}

const struct grab_proto grab_proto_elasticsearch = {
	.name = "elasticsearch",
	.greet = http_greet,
	.on_bytes = elasticsearch_bytes,
};
