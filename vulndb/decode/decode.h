/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode.h - what the decoders of protocols have in common.
 *
 * A decoder looks at the first bytes of a service. It either says no and leaves the facts alone, or
 * it adds what it found and says yes. The bytes are hostile: each read asks how many are left.
 */
#ifndef VULNDB_DECODE_H
#define VULNDB_DECODE_H

#include "vulndb.h"

/* What is left to read. */
struct span {
	const uint8_t *at, *end;
};

/* @hinted: the caller expects this service, so weak signs suffice. */
typedef bool (*decode_fn)(struct span in, bool hinted, struct vd_facts *out);

static inline size_t span_left(struct span s)
{
	return (size_t)(s.end - s.at);
}

/* The first @n bytes, or fewer. */
static inline struct span span_first(struct span s, size_t n)
{
	return (struct span){s.at, span_left(s) < n ? s.end : s.at + n};
}

/* What follows the first @n bytes; empty where there are fewer. */
static inline struct span span_from(struct span s, size_t n)
{
	return (struct span){span_left(s) < n ? s.end : s.at + n, s.end};
}

/* Byte, big-endian and little-endian integers @at bytes in; 0 where they do not lie within. */
uint8_t span_u8(struct span s, size_t at);
uint16_t span_be16(struct span s, size_t at);
uint32_t span_be32(struct span s, size_t at);
uint16_t span_le16(struct span s, size_t at);
uint32_t span_le32(struct span s, size_t at);

bool span_starts(struct span s, const char *word);
bool span_starts_nocase(struct span s, const char *word);
/* Where @word stands, NULL if nowhere; @nocase compares ASCII letters without case. */
const uint8_t *span_find(struct span s, const char *word, bool nocase);
/* The next line without its end; *@s moves behind it. False at the end. */
bool span_line(struct span *s, struct span *line);
struct span span_trim(struct span s); /* without blanks and control bytes at both ends */
/* Up to the first NUL; *@s moves behind it. */
struct span span_text(struct span *s);

/* Add a fact where the value is not empty. */
void decode_add(struct vd_facts *out, const char *name, struct span value);
void decode_add_text(struct vd_facts *out, const char *name, const char *value);
/* Add UTF-16LE text as UTF-8, up to its end or a NUL. */
void decode_add_utf16(struct vd_facts *out, const char *name, struct span value);

/* The value of the first member called @key of a JSON text, whatever its depth: a text without its
 * quotes and escapes undone as far as ASCII goes, or a number or word as it stands. False: none. */
bool decode_json(struct span json, const char *key, char *value, size_t size);
void decode_add_json(struct vd_facts *out, const char *name, struct span json, const char *key);

/* One BER element (X.690, 8.1): its tag and contents; *@s moves behind it. False: broken or at the
 * end. */
bool decode_ber(struct span *s, uint8_t *tag, struct span *content);

/* HTML: the text of <title>, and the content of <meta name="generator">. */
void decode_html(struct span body, struct vd_facts *out);

/* Recognised by the answers' bodies: services that speak HTTP and state a version in JSON. */
void decode_http_json(struct span body, struct vd_facts *out);

bool decode_ssh(struct span in, bool hinted, struct vd_facts *out);
bool decode_ftp(struct span in, bool hinted, struct vd_facts *out);
bool decode_smtp(struct span in, bool hinted, struct vd_facts *out);
bool decode_pop3(struct span in, bool hinted, struct vd_facts *out);
bool decode_imap(struct span in, bool hinted, struct vd_facts *out);
bool decode_nntp(struct span in, bool hinted, struct vd_facts *out);
bool decode_irc(struct span in, bool hinted, struct vd_facts *out);
bool decode_finger(struct span in, bool hinted, struct vd_facts *out);
bool decode_http(struct span in, bool hinted, struct vd_facts *out);
bool decode_upnp(struct span in, bool hinted, struct vd_facts *out);
bool decode_rtsp(struct span in, bool hinted, struct vd_facts *out);
bool decode_sip(struct span in, bool hinted, struct vd_facts *out);
bool decode_redis(struct span in, bool hinted, struct vd_facts *out);
bool decode_memcached(struct span in, bool hinted, struct vd_facts *out);
bool decode_zookeeper(struct span in, bool hinted, struct vd_facts *out);
bool decode_nats(struct span in, bool hinted, struct vd_facts *out);
bool decode_rsync(struct span in, bool hinted, struct vd_facts *out);
bool decode_vnc(struct span in, bool hinted, struct vd_facts *out);
bool decode_telnet(struct span in, bool hinted, struct vd_facts *out);
bool decode_fox(struct span in, bool hinted, struct vd_facts *out);
bool decode_pjl(struct span in, bool hinted, struct vd_facts *out);
bool decode_lpd(struct span in, bool hinted, struct vd_facts *out);
bool decode_mysql(struct span in, bool hinted, struct vd_facts *out);
bool decode_postgres(struct span in, bool hinted, struct vd_facts *out);
bool decode_mongodb(struct span in, bool hinted, struct vd_facts *out);
bool decode_tls(struct span in, bool hinted, struct vd_facts *out);
bool decode_rdp(struct span in, bool hinted, struct vd_facts *out);
bool decode_smb(struct span in, bool hinted, struct vd_facts *out);
bool decode_ldap(struct span in, bool hinted, struct vd_facts *out);
bool decode_snmp(struct span in, bool hinted, struct vd_facts *out);
bool decode_mqtt(struct span in, bool hinted, struct vd_facts *out);
bool decode_amqp(struct span in, bool hinted, struct vd_facts *out);
bool decode_modbus(struct span in, bool hinted, struct vd_facts *out);
bool decode_enip(struct span in, bool hinted, struct vd_facts *out);
bool decode_s7(struct span in, bool hinted, struct vd_facts *out);
bool decode_dnp3(struct span in, bool hinted, struct vd_facts *out);
bool decode_iec104(struct span in, bool hinted, struct vd_facts *out);
bool decode_opcua(struct span in, bool hinted, struct vd_facts *out);
bool decode_bacnet(struct span in, bool hinted, struct vd_facts *out);
bool decode_dns(struct span in, bool hinted, struct vd_facts *out);
bool decode_ntp(struct span in, bool hinted, struct vd_facts *out);

#endif
