/* SPDX-License-Identifier: Apache-2.0 */
/* grab_tls.c - one TLS client connection as bytes in, bytes out. */
#include "grab_tls.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "grab_cert.h"
#include "grab_hello.h"

enum { CHAIN_MAX = 4 }; /* certificates of which facts are kept, the server's own among them */

struct grab_tls_ctx {
	SSL_CTX *ssl;
};

struct grab_tls {
	SSL *ssl;
	BIO *from_wire, *to_wire;  /* owned by ssl */
	X509 *cert;                /* the server's own, as soon as it has come */
	STACK_OF(X509) * chain;    /* all that it sent, its own among them */
	char ja3s[GRAB_JA3S_SIZE]; /* "" = no ServerHello has come */
	bool up;
};

/* Called instead of OpenSSL's verification: keep the certificates, refuse nothing. */
static int take_cert(X509_STORE_CTX *store, void *arg)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct grab_tls *t = ssl != NULL ? SSL_get_app_data(ssl) : NULL;
	X509 *cert = X509_STORE_CTX_get0_cert(store);

	(void)arg;
	if (t == NULL || t->cert != NULL || cert == NULL || X509_up_ref(cert) != 1)
		return 1;
	t->cert = cert;
	t->chain = X509_chain_up_ref(X509_STORE_CTX_get0_untrusted(store));
	return 1;
}

/* Called with each message: take the fingerprint of a ServerHello. */
/* Seven parameters: OpenSSL's callback has them. */
static void on_message(int sent, int version, int type, const void *msg, size_t len, SSL *ssl,
                       void *arg)
{
	struct grab_tls *t = arg;

	(void)version;
	(void)ssl;
	if (!sent && type == SSL3_RT_HANDSHAKE)
		grab_hello_ja3s(msg, len, t->ja3s);
}

static bool configure(SSL_CTX *ssl)
{
	SSL_CTX_set_security_level(ssl, 0);
	SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(ssl, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_cert_verify_callback(ssl, take_cert, NULL);
	SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	return SSL_CTX_set_min_proto_version(ssl, 0) == 1 &&
	       SSL_CTX_set_cipher_list(ssl, "ALL:@SECLEVEL=0") == 1;
}

struct grab_tls_ctx *grab_tls_ctx_new(void)
{
	struct grab_tls_ctx *ctx = calloc(1, sizeof(*ctx));

	if (ctx == NULL)
		return NULL;
	ctx->ssl = SSL_CTX_new(TLS_client_method());
	if (ctx->ssl == NULL || !configure(ctx->ssl)) {
		grab_tls_ctx_free(ctx);
		return NULL;
	}
	return ctx;
}

void grab_tls_ctx_free(struct grab_tls_ctx *ctx)
{
	if (ctx == NULL)
		return;
	SSL_CTX_free(ctx->ssl);
	free(ctx);
}

/* Both directions are memory; reading past the end means "more later", not the end. */
static bool attach(struct grab_tls *t)
{
	t->from_wire = BIO_new(BIO_s_mem());
	t->to_wire = BIO_new(BIO_s_mem());
	if (t->from_wire == NULL || t->to_wire == NULL) {
		BIO_free(t->from_wire);
		BIO_free(t->to_wire);
		return false;
	}
	BIO_set_mem_eof_return(t->from_wire, -1);
	BIO_set_mem_eof_return(t->to_wire, -1);
	SSL_set_bio(t->ssl, t->from_wire, t->to_wire);
	return true;
}

/* What is offered, and the service that speaks it: names of IANA's registry (TLS ALPN Protocol IDs),
 * each with its length before it. HTTP/1.1 comes first of those that are offered together: most servers
 * take the first that they know. */
static const struct {
	const char *alpn, *service;
} offered[] = {
	{"\x02"
         "h2",
         "http2"},
	{"\x08"
         "http/1.1",
         "http"},
	{"\x03"
         "dot",
         "dns"},
	{"\x04"
         "mqtt",
         "mqtt"},
	{"\x04"
         "imap",
         "imap"},
	{"\x04"
         "pop3",
         "pop3"},
	{"\x03"
         "ftp",
         "ftp"},
	{"\x04"
         "nntp",
         "nntp"},
	{"\x03"
         "irc",
         "irc"},
	{"\x0b"
         "xmpp-client",
         "xmpp"},
	{"\x0b"
         "managesieve",
         "sieve"},
	{"\x0a"
         "postgresql",
         "postgres"},
	{"\x09"
         "stun.turn",
         "stun"},
};

enum { OFFERED = sizeof(offered) / sizeof(offered[0]), ALPN_MAX = 128 };

static bool offer_alpn(SSL *ssl, enum grab_alpn alpn)
{
	unsigned char list[ALPN_MAX];
	static const struct {
		size_t from, to;
	} parts[] = {[GRAB_ALPN_NONE] = {0, 0},
	             [GRAB_ALPN_H2] = {0, 1},
	             [GRAB_ALPN_HTTP] = {1, 2},
	             [GRAB_ALPN_ALL] = {1, OFFERED}};
	size_t len = 0;

	for (size_t i = parts[alpn].from; i < parts[alpn].to; i++) {
		size_t n = strlen(offered[i].alpn);

		assert(n <= sizeof(list) - len);
		memcpy(list + len, offered[i].alpn, n);
		len += n;
	}
	return len == 0 || SSL_set_alpn_protos(ssl, list, (unsigned)len) == 0;
}

/* What SSL_set_tlsext_host_name() does, which casts the name in a way that clang refuses. */
static bool offer_name(SSL *ssl, const char *name)
{
	return name == NULL || SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME,
	                                TLSEXT_NAMETYPE_host_name, (void *)(uintptr_t)name) == 1;
}

struct grab_tls *grab_tls_new(struct grab_tls_ctx *ctx, const struct grab_tls_offer *offer)
{
	struct grab_tls *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->ssl = SSL_new(ctx->ssl);
	if (t->ssl == NULL || !attach(t) || SSL_set_app_data(t->ssl, t) != 1 ||
	    !offer_alpn(t->ssl, offer->alpn) || !offer_name(t->ssl, offer->name)) {
		grab_tls_free(t);
		return NULL;
	}
	SSL_set_msg_callback(t->ssl, on_message);
	SSL_set_msg_callback_arg(t->ssl, t);
	SSL_set_connect_state(t->ssl);
	return t;
}

void grab_tls_free(struct grab_tls *t)
{
	if (t == NULL)
		return;
	SSL_free(t->ssl);
	X509_free(t->cert);
	sk_X509_pop_free(t->chain, X509_free);
	free(t);
}

void grab_tls_feed(struct grab_tls *t, const void *data, size_t len)
{
	BIO_write(t->from_wire, data, (int)len);
}

static bool starved(const struct grab_tls *t, int ret)
{
	int err = SSL_get_error(t->ssl, ret);

	ERR_clear_error();
	return err == SSL_ERROR_WANT_READ || err == SSL_ERROR_WANT_WRITE;
}

static enum grab_tls_state read_plain(struct grab_tls *t, struct grab_buf *plain, bool *whole)
{
	char chunk[4096];
	int n;

	while ((n = SSL_read(t->ssl, chunk, sizeof(chunk))) > 0)
		if (!grab_buf_add(plain, chunk, (size_t)n))
			*whole = false;
	return starved(t, n) ? GRAB_TLS_UP : GRAB_TLS_ENDED;
}

enum grab_tls_state grab_tls_run(struct grab_tls *t, struct grab_buf *plain, bool *whole)
{
	int ret;

	ERR_clear_error();
	if (!t->up) {
		ret = SSL_do_handshake(t->ssl);
		if (ret != 1)
			return starved(t, ret) ? GRAB_TLS_HANDSHAKE : GRAB_TLS_FAILED;
		t->up = true;
	}
	return read_plain(t, plain, whole);
}

void grab_tls_send(struct grab_tls *t, const void *data, size_t len)
{
	SSL_write(t->ssl, data, (int)len);
	ERR_clear_error();
}

void grab_tls_drain(struct grab_tls *t, struct grab_buf *wire)
{
	char chunk[4096];
	int n;

	while ((n = BIO_read(t->to_wire, chunk, sizeof(chunk))) > 0)
		grab_buf_add(wire, chunk, (size_t)n);
}

/* Add the facts of a certificate by @add. */
static void add_cert(const X509 *cert,
                     int (*add)(const uint8_t *der, size_t len, struct vd_facts *out),
                     struct vd_facts *out)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	if (len > 0)
		add(der, (size_t)len, out);
	OPENSSL_free(der);
}

static void add_chain(const struct grab_tls *t, struct vd_facts *out)
{
	int n = sk_X509_num(t->chain);

	if (n > 0)
		vd_facts_addf(out, "ssl.chain_count", "%d", n);
	for (int i = 1; i < n && i < CHAIN_MAX; i++)
		add_cert(sk_X509_value(t->chain, i), grab_cert_issuer_facts, out);
}

static void add_cipher(struct grab_tls *t, struct vd_facts *out)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(t->ssl);

	if (cipher == NULL)
		return;
	vd_facts_addf(out, "ssl.cipher", "%s", SSL_CIPHER_get_name(cipher));
	vd_facts_addf(out, "ssl.cipher_bits", "%d", SSL_CIPHER_get_bits(cipher, NULL));
}

void grab_tls_alpn(const struct grab_tls *t, struct vd_facts *out)
{
	const unsigned char *alpn = NULL;
	unsigned int len = 0;

	SSL_get0_alpn_selected(t->ssl, &alpn, &len);
	if (len > 0 && vd_facts_get(out, "ssl.alpn") == NULL)
		vd_facts_add(out, "ssl.alpn", alpn, len);
}

bool grab_tls_facts(struct grab_tls *t, struct vd_facts *out)
{
	if (t->cert == NULL && !t->up)
		return false;
	vd_facts_addf(out, "ssl.version", "%s", SSL_get_version(t->ssl));
	add_cipher(t, out);
	grab_tls_alpn(t, out);
	if (t->ja3s[0] != '\0')
		vd_facts_addf(out, "ssl.ja3s", "%s", t->ja3s);
	if (t->cert != NULL)
		add_cert(t->cert, grab_cert_facts, out);
	add_chain(t, out);
	return true;
}

const char *grab_tls_chosen(const struct grab_tls *t)
{
	const unsigned char *alpn = NULL;
	unsigned int len = 0;

	SSL_get0_alpn_selected(t->ssl, &alpn, &len);
	for (size_t i = 0; i < OFFERED && len > 0; i++)
		if (strlen(offered[i].alpn) == len + 1 &&
		    memcmp(offered[i].alpn + 1, alpn, len) == 0)
			return offered[i].service;
	return NULL;
}

const char *grab_tls_alert_name(uint8_t code)
{
	return SSL_alert_desc_string_long(code);
}
