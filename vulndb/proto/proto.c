/* SPDX-License-Identifier: Apache-2.0 */
/* proto.c - the table of protocols: finds one by name, by first bytes, or by the decoder that takes
 * an answer. */
#include "proto.h"

#include "protos.inc"

#define DECLARE(name) extern const struct vd_proto vd_proto_##name;
#define ADDRESS(name) &vd_proto_##name,

PROTOS(DECLARE)

static const struct vd_proto *const protos[] = {PROTOS(ADDRESS)};

enum { PROTO_COUNT = sizeof(protos) / sizeof(protos[0]) };

const struct vd_proto *const *vd_protos(size_t *count)
{
	*count = PROTO_COUNT;
	return protos;
}

const char *vd_proto_name(const struct vd_proto *p)
{
	return p->shown != NULL ? p->shown : p->name;
}

bool vd_proto_talks(const struct vd_proto *p)
{
	return p->hear != NULL;
}

bool vd_proto_speaks_first(const struct vd_proto *p)
{
	return p->greet != NULL || p->hello != NULL;
}

bool vd_proto_takes_lines(const struct vd_proto *p)
{
	return p->lines;
}

const uint16_t *vd_proto_ports(const struct vd_proto *p, bool tls)
{
	static const uint16_t none[] = {0};
	const uint16_t *ports = tls ? p->tls_ports : p->ports;

	return ports != NULL ? ports : none;
}

bool vd_proto_has_tls(const struct vd_proto *p)
{
	return p->secure != NULL;
}

const struct vd_proto *vd_proto_find(const char *service, bool *tls)
{
	for (size_t i = 0; service != NULL && i < PROTO_COUNT; i++) {
		const struct vd_proto *p = protos[i];

		if (!vd_proto_talks(p))
			continue;
		*tls = p->secure != NULL && strcmp(p->secure, service) == 0;
		if (*tls || strcmp(p->name, service) == 0)
			return p;
	}
	*tls = false;
	return NULL;
}

const struct vd_proto *vd_proto_recognise(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < PROTO_COUNT; i++)
		if (protos[i]->starts != NULL && protos[i]->starts(span_of(data, len)))
			return protos[i];
	return NULL;
}

/* Whether @service is a name of @p: its own, the one inside TLS, or an alias. */
static bool is_called(const struct vd_proto *p, const char *service)
{
	if (strcmp(p->name, service) == 0 || (p->secure != NULL && strcmp(p->secure, service) == 0))
		return true;
	for (const char *const *alias = p->aliases; alias != NULL && *alias != NULL; alias++)
		if (strcmp(*alias, service) == 0)
			return true;
	return false;
}

const char *proto_decode(const char *service, struct span in, struct vd_facts *out)
{
	for (size_t i = 0; service != NULL && i < PROTO_COUNT; i++)
		if (protos[i]->decode != NULL && is_called(protos[i], service) &&
		    protos[i]->decode(in, true, out))
			return vd_proto_name(protos[i]);
	for (size_t i = 0; i < PROTO_COUNT; i++)
		if (protos[i]->decode != NULL && protos[i]->decode(in, false, out))
			return vd_proto_name(protos[i]);
	return NULL;
}

const char *vd_decode(const char *service, const void *data, size_t len, struct vd_facts *out)
{
	if (len == 0)
		return NULL;
	decode_add(out, "banner", span_first(span_of(data, len), VD_BANNER_MAX));
	return proto_decode(service, span_of(data, len), out);
}
