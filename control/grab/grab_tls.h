/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_tls.h - one TLS client connection as bytes in, bytes out.
 *
 * It looks, it does not trust: no certificate is verified, weak versions and ciphers are allowed,
 * so that they can be seen. No client certificate is sent.
 */
#ifndef SONDE_GRAB_TLS_H
#define SONDE_GRAB_TLS_H

#include "grab_buf.h"
#include "vulndb.h"

struct grab_tls_ctx; /* what all connections share */
struct grab_tls;

enum grab_tls_state {
	GRAB_TLS_HANDSHAKE,
	GRAB_TLS_UP,
	GRAB_TLS_ENDED,  /* closed by the peer after it was up */
	GRAB_TLS_FAILED, /* no handshake */
};

struct grab_tls_ctx *grab_tls_ctx_new(void); /* NULL: no memory or no OpenSSL configuration */
/* Call it when all connections of @ctx are freed; NULL is fine. */
void grab_tls_ctx_free(struct grab_tls_ctx *ctx);

/* The application protocols that a ClientHello offers (RFC 7301). */
enum grab_alpn {
	GRAB_ALPN_NONE,
	GRAB_ALPN_H2,
	GRAB_ALPN_HTTP, /* HTTP/1.1 */
	GRAB_ALPN_ALL,  /* all that this program speaks but for HTTP/2 */
};

struct grab_tls_offer {
	enum grab_alpn alpn;
	const char *name; /* of the server (RFC 6066, 3); NULL: none */
};

/* The context must outlive it; @offer is copied. NULL: no memory. */
struct grab_tls *grab_tls_new(struct grab_tls_ctx *ctx, const struct grab_tls_offer *offer);
void grab_tls_free(struct grab_tls *t);
/* Take @len bytes that came from the wire. */
void grab_tls_feed(struct grab_tls *t, const void *data, size_t len);
/* Go on with the handshake and with decrypting as far as possible. Decrypted bytes are appended to
 * @plain; *@whole becomes false if some did not fit. */
enum grab_tls_state grab_tls_run(struct grab_tls *t, struct grab_buf *plain, bool *whole);
/* Encrypt @data; only while GRAB_TLS_UP. */
void grab_tls_send(struct grab_tls *t, const void *data, size_t len);
/* Move what must go onto the wire to @wire. */
void grab_tls_drain(struct grab_tls *t, struct grab_buf *wire);
/* Add the ssl.* facts of the connection and of the server's certificate, as far as known. Returns
 * whether the server has shown that it speaks TLS. */
bool grab_tls_facts(struct grab_tls *t, struct vd_facts *out);
/* Add which application protocol the server has chosen, where @out does not say it yet. */
void grab_tls_alpn(const struct grab_tls *t, struct vd_facts *out);
/* The service whose protocol the server has chosen by ALPN ("http"), or NULL. Static text. */
const char *grab_tls_chosen(const struct grab_tls *t);
/* An alert in words (RFC 8446, 6): "handshake failure". Static text. */
const char *grab_tls_alert_name(uint8_t code);

#endif
