/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mysqlx.c - MySQL's X protocol: asks for the capabilities, which the server tells before any log-in
 * (MySQL source code documentation, "X Protocol", Capabilities). A server of version 8 says hello
 * first, by a notice.
 */
#include "proto.h"

enum { HEAD = 5, CAPABILITIES = 2, MESSAGE_MAX = 16384, LIST_MAX = 512 };
/* Fields of the messages: Capabilities, Capability, Any, Scalar and the String inside. */
enum { CAPABILITY = 1, NAME = 1, VALUE = 2, SCALAR = 2, BOOL = 7, STRING = 8, TEXT = 1 };

/* A length, which counts the type too; the type, CON_CAPABILITIES_GET. */
static const uint8_t capabilities_get[HEAD] = {1, 0, 0, 0, 1};
static const uint8_t hello_notice[] = {5, 0, 0, 0, 11, 0x08, 5, 0x1a, 0};

/* Is this the head of the capabilities, and of the first of them? */
static bool is_list(struct span in)
{
	uint32_t len = span_le32(in, 0);

	return span_left(in) > HEAD && len > 4 && len <= MESSAGE_MAX &&
	       in.at[HEAD - 1] == CAPABILITIES && in.at[HEAD] == (CAPABILITY << 3 | 2);
}

static struct span behind_notice(struct span in)
{
	return span_starts_bytes(in, hello_notice, sizeof(hello_notice))
	               ? span_from(in, sizeof(hello_notice))
	               : in;
}

static bool mysqlx_starts(struct span in)
{
	return span_starts_bytes(in, hello_notice, sizeof(hello_notice)) || is_list(in);
}

static enum vd_step mysqlx_hear(struct vd_dialog *d)
{
	struct span in = heard(d), list = behind_notice(in);
	size_t notice = d->in_len - span_left(list);

	if (notice > 0)
		d->known = true;
	else if (span_may_start_bytes(in, hello_notice, sizeof(hello_notice)))
		return VD_MORE;
	if (span_left(list) < HEAD ||
	    (span_left(list) == HEAD && list.at[HEAD - 1] == CAPABILITIES))
		return VD_MORE;
	if (!is_list(list))
		return d->known ? VD_DONE : VD_FOREIGN;
	return whole_at(d, notice + HEAD - 1 + (size_t)span_le32(list, 0));
}

/* The contents of the field @wanted of a message, or its value in *@value; empty where there is
 * none. */
static struct span member(struct span message, uint32_t wanted, uint64_t *value)
{
	uint32_t field;
	struct span content;

	while (decode_protobuf(&message, &field, &content, value))
		if (field == wanted)
			return content;
	*value = 0;
	return (struct span){message.end, message.end};
}

static bool is(struct span name, const char *word)
{
	return span_left(name) == strlen(word) && span_starts(name, word);
}

static void add_capability(struct span capability, struct vd_facts *out)
{
	uint64_t value;
	struct span name = member(capability, NAME, &value);
	struct span scalar = member(member(capability, VALUE, &value), SCALAR, &value);

	if (is(name, "tls")) {
		member(scalar, BOOL, &value);
		decode_add_bool(out, "mysqlx.tls", value != 0);
	} else if (is(name, "node_type")) {
		decode_add(out, "mysqlx.node_type",
		           member(member(scalar, STRING, &value), TEXT, &value));
	}
}

static bool mysqlx_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span list = behind_notice(in), content;
	char names[LIST_MAX];
	size_t len = 0;
	uint32_t field;
	uint64_t value;

	(void)hinted;
	if (!mysqlx_starts(in))
		return false;
	decode_add_bool(out, "mysqlx.hello", list.at > in.at);
	if (!is_list(list))
		return true;
	list = span_part(list, HEAD, HEAD - 1 + (size_t)span_le32(list, 0));
	while (decode_protobuf(&list, &field, &content, &value)) {
		struct span name = member(content, NAME, &value);

		if (field != CAPABILITY || sizeof(names) - len < span_left(name) + 1)
			continue;
		if (len > 0)
			names[len++] = ',';
		memcpy(names + len, name.at, span_left(name));
		len += span_left(name);
		add_capability(content, out);
	}
	decode_add(out, "mysqlx.capabilities", span_of(names, len));
	return true;
}

const struct vd_proto vd_proto_mysqlx = {
	.name = "mysqlx",
	.ports = PORTS(33060),
	.starts = mysqlx_starts,
	HELLO(capabilities_get),
	.hear = mysqlx_hear,
	.decode = mysqlx_decode,
};
