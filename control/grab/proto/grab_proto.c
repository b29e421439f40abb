/* SPDX-License-Identifier: Apache-2.0 */
/* grab_proto.c - the table of protocols that grabs speak. */
#include "grab_proto.h"

#include <string.h>
#include <strings.h>

enum { OUT_MAX = 16384 };

static bool tls_starts(const uint8_t *data, size_t len)
{
	/* An alert or a handshake record, RFC 8446 5.1. */
	return len >= 3 && (data[0] == 0x15 || data[0] == 0x16) && data[1] == 3 && data[2] <= 4;
}

const struct grab_proto grab_proto_tls = {.name = "tls", .starts = tls_starts};

static enum grab_step generic_bytes(struct grab_dialog *d)
{
	if (grab_proto_recognise(d->in.data, d->in.len) != NULL)
		return GRAB_FOREIGN;
	d->known = d->in.len > 0;
	return GRAB_MORE;
}

static const char generic_hello[] = "\r\n\r\nHELP\r\n\r\n";

const struct grab_proto grab_proto_generic = {
	.name = "generic",
	.hello = generic_hello,
	.hello_len = sizeof(generic_hello) - 1,
	.on_bytes = generic_bytes,
};

static const struct grab_proto *const protos[] = {
	&grab_proto_tls,        &grab_proto_ssh,       &grab_proto_http,
	&grab_proto_docker,     &grab_proto_etcd,      &grab_proto_elasticsearch,
	&grab_proto_kubernetes, &grab_proto_smtp,      &grab_proto_nntp,
	&grab_proto_ftp,        &grab_proto_pop3,      &grab_proto_imap,
	&grab_proto_redis,      &grab_proto_memcached, &grab_proto_zookeeper,
	&grab_proto_rtsp,       &grab_proto_sip,       &grab_proto_rsync,
	&grab_proto_nats,       &grab_proto_mysql,     &grab_proto_postgres,
	&grab_proto_mongodb,    &grab_proto_rdp,       &grab_proto_smb,
	&grab_proto_ldap,       &grab_proto_vnc,       &grab_proto_telnet,
	&grab_proto_mqtt,       &grab_proto_amqp,      &grab_proto_dns,
	&grab_proto_modbus,     &grab_proto_s7,        &grab_proto_enip,
	&grab_proto_dnp3,       &grab_proto_iec104,    &grab_proto_fox,
	&grab_proto_opcua,      &grab_proto_pjl,       &grab_proto_lpd,
	&grab_proto_generic,
};

enum { PROTO_COUNT = sizeof(protos) / sizeof(protos[0]) };

const struct grab_proto *const *grab_protos(size_t *count)
{
	*count = PROTO_COUNT;
	return protos;
}

const struct grab_proto *grab_proto_find(const char *service, bool *tls)
{
	for (size_t i = 0; service != NULL && i < PROTO_COUNT; i++) {
		const struct grab_proto *p = protos[i];

		*tls = p->secure != NULL && strcmp(p->secure, service) == 0;
		if (*tls || strcmp(p->name, service) == 0)
			return p;
	}
	*tls = false;
	return NULL;
}

/* Where the service's name alone does not say how to begin: TLS, or a path that states the version.
 */
static const struct {
	uint16_t port;
	const char *service;
} customs[] = {
	{443, "https"},   {465, "smtps"},          {563, "nntps"},       {636, "ldaps"},
	{990, "ftps"},    {992, "telnets"},        {993, "imaps"},       {995, "pop3s"},
	{2375, "docker"}, {2376, "dockers"},       {2379, "etcd"},       {4443, "https"},
	{5061, "sips"},   {5671, "amqps"},         {6443, "kubernetes"}, {8443, "https"},
	{8883, "mqtts"},  {9200, "elasticsearch"}, {9443, "https"},      {10250, "https"},
};

const struct grab_proto *grab_proto_of_port(uint16_t port, bool *tls)
{
	for (size_t i = 0; i < sizeof(customs) / sizeof(customs[0]); i++)
		if (customs[i].port == port)
			return grab_proto_find(customs[i].service, tls);
	return grab_proto_find(vd_port_service(port, 6), tls);
}

const struct grab_proto *grab_proto_recognise(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < PROTO_COUNT; i++)
		if (protos[i]->starts != NULL && protos[i]->starts(data, len))
			return protos[i];
	return NULL;
}

bool grab_proto_speaks_first(const struct grab_proto *p)
{
	return p->greet != NULL || p->hello != NULL;
}

void grab_proto_greet(const struct grab_proto *p, struct grab_dialog *d)
{
	if (p->greet != NULL)
		p->greet(d);
	else if (p->hello != NULL)
		grab_buf_add(&d->out, p->hello, p->hello_len);
}

void grab_dialog_init(struct grab_dialog *d, size_t max_in)
{
	*d = (struct grab_dialog){0};
	grab_buf_init(&d->in, max_in);
	grab_buf_init(&d->out, OUT_MAX);
}

void grab_dialog_fini(struct grab_dialog *d)
{
	grab_buf_fini(&d->in);
	grab_buf_fini(&d->out);
}

void grab_answer(struct grab_dialog *d, size_t at)
{
	if (d->answer_count < GRAB_ANSWERS_MAX)
		d->answers[d->answer_count++] = at;
}

size_t grab_line_end(const struct grab_buf *b, size_t from)
{
	const uint8_t *nl = from < b->len ? memchr(b->data + from, '\n', b->len - from) : NULL;

	return nl != NULL ? (size_t)(nl - b->data) + 1 : 0;
}

size_t grab_head_end(const struct grab_buf *b)
{
	size_t at = 0, end;

	while ((end = grab_line_end(b, at)) != 0) {
		if (end - at == 1 || (end - at == 2 && b->data[at] == '\r'))
			return end;
		at = end;
	}
	return 0;
}

bool grab_contains(const uint8_t *data, size_t len, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < len && len - i >= n; i++)
		if (strncasecmp((const char *)data + i, text, n) == 0)
			return true;
	return false;
}
