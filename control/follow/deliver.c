/* SPDX-License-Identifier: Apache-2.0 */
/* deliver.c - the way of a delivery, its signature, and the pause behind a failure. */
#include "deliver.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_MS = 1000, PAUSE_MAX_MS = 300000 };

int deliver(const struct monitor *m, const struct event *e, char why[MONITOR_ERROR])
{
	return m->exec[0] != '\0' ? deliver_exec(m, e, why) : deliver_web(m, e, why);
}

uint32_t deliver_pause_ms(unsigned failures)
{
	uint32_t ms = PAUSE_MS;

	for (unsigned i = 1; i < failures && ms < PAUSE_MAX_MS; i++)
		ms *= 2;
	return ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS;
}

int deliver_sign(const char *secret, size_t len, const struct event *e, int64_t seconds,
                 char out[DELIVER_SIGNATURE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	char *text;
	int size = asprintf(&text, "%s.%" PRId64 ".%s", e->id, seconds, e->body);

	if (size < 0)
		return -EIO;
	if (HMAC(EVP_sha256(), secret, (int)len, (unsigned char *)text, (size_t)size, digest, &n) ==
	    NULL)
		n = 0;
	free(text);
	if (n != 32)
		return -EIO;
	memcpy(out, "v1,", 3);
	EVP_EncodeBlock((unsigned char *)out + 3, digest, (int)n);
	return 0;
}
