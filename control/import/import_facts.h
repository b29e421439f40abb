/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_facts.h - what the texts of other tools say of a service, as facts.
 *
 * Facts come from bytes of the service where a file has them. What a tool itself has concluded
 * becomes facts "import.*". All inputs are hostile.
 */
#ifndef SONDE_IMPORT_FACTS_H
#define SONDE_IMPORT_FACTS_H

#include "bytes.h"
#include "vulndb.h"

/* The bytes that a service sent. @service: what the tool takes it for, @len bytes; NULL: nothing. */
struct import_banner {
	const void *data;
	size_t len;
	const char *service;
	size_t service_len;
};

/* Decode a banner into facts, as after a grab. */
void import_facts_banner(struct vd_facts *f, const struct import_banner *b);
/* The same, but without the fact "banner": the bytes were put together from what the tool kept. */
void import_facts_rebuilt(struct vd_facts *f, const struct import_banner *b);

/* A certificate in DER, in base64, or in PEM. */
void import_facts_der(struct vd_facts *f, const void *der, size_t len);
void import_facts_base64(struct vd_facts *f, const char *text, size_t len);

/* What the tool states: the fact "import.NAME", cut at 255 bytes. Empty values add nothing. */
void import_facts_state(struct vd_facts *f, const char *name, const char *text, size_t len);
/* A CPE name, 2.2 or 2.3, of an application. Others add nothing. */
void import_facts_cpe(struct vd_facts *f, const char *text, size_t len);
/* A version with what stands behind it: "9.2p1 Debian 2+deb12u3" is version 9.2p1 and
 * Debian-2+deb12u3. */
void import_facts_version(struct vd_facts *f, const char *text, size_t len);

/* Append the bytes that escapes stand for: \xNN, \n, \r, \t, \0, and a backslash before any other
 * character. */
void import_unescape(struct bytes *out, const char *text, size_t len);
/* Append the bytes of a text in which each byte of the service is a character of Latin-1. */
void import_latin1(struct bytes *out, const char *text, size_t len);
/* Append the bytes of a text in base64, at most 1 MiB of it. False: it is none. */
bool import_base64(struct bytes *out, const char *text, size_t len);

#endif
