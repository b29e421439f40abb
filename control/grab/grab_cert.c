/* SPDX-License-Identifier: Apache-2.0 */
/* grab_cert.c - decodes a certificate into ssl.* facts. */
#include "grab_cert.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

enum {
	NAME_MAX_LEN = 1024, /* subject and issuer as one line */
	SAN_MAX = 48,        /* names kept of one certificate */
	SAN_LEN = 253,       /* of a DNS name, RFC 1035 */
	SERIAL_MAX = 64,     /* bytes; RFC 5280 allows 20 */
	DER_MAX = 1 << 20,
};

/* Control bytes become \XX, so that a NUL in a name hides nothing from whoever reads text. */
static void add_text(struct vd_facts *out, const char *name, const unsigned char *text, size_t len)
{
	char clean[NAME_MAX_LEN + 4];
	size_t n = 0;

	for (size_t i = 0; i < len && n < NAME_MAX_LEN; i++) {
		if (text[i] >= 0x20 && text[i] != 0x7f)
			clean[n++] = (char)text[i];
		else
			n += (size_t)snprintf(clean + n, 4, "\\%02X", text[i]);
	}
	vd_facts_add(out, name, clean, n);
}

/* A distinguished name as RFC 2253 text, UTF-8 left as it is. */
static void add_name(struct vd_facts *out, const char *fact, const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	if (bio == NULL)
		return;
	if (X509_NAME_print_ex(bio, name, 0,
	                       XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
		len = BIO_get_mem_data(bio, &text);
		if (len > 0)
			add_text(out, fact, (const unsigned char *)text, (size_t)len);
	}
	BIO_free(bio);
}

static void add_entry(struct vd_facts *out, const char *fact, const X509_NAME *name, int nid)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);
	unsigned char *utf8 = NULL;
	int len;

	if (at < 0)
		return;
	len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
	if (len >= 0)
		add_text(out, fact, utf8, (size_t)len);
	OPENSSL_free(utf8);
}

static void add_address(struct vd_facts *out, const ASN1_OCTET_STRING *ip)
{
	int family = ip->length == 4 ? AF_INET : AF_INET6;
	char text[INET6_ADDRSTRLEN];

	if (ip->length != 4 && ip->length != 16)
		return;
	if (inet_ntop(family, ip->data, text, sizeof(text)) != NULL)
		vd_facts_add(out, "ssl.san", text, strlen(text));
}

static void add_alternative(struct vd_facts *out, const GENERAL_NAME *name)
{
	const ASN1_STRING *text;
	size_t len;

	if (name->type == GEN_IPADD) {
		add_address(out, name->d.iPAddress);
		return;
	}
	if (name->type != GEN_DNS && name->type != GEN_EMAIL && name->type != GEN_URI)
		return;
	text = name->d.ia5;
	len = (size_t)ASN1_STRING_length(text);
	add_text(out, "ssl.san", ASN1_STRING_get0_data(text), len < SAN_LEN ? len : SAN_LEN);
}

static void add_alternatives(struct vd_facts *out, const X509 *cert)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	int n = sk_GENERAL_NAME_num(names);

	for (int i = 0; i < n && i < SAN_MAX; i++)
		add_alternative(out, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
}

static void add_serial(struct vd_facts *out, const X509 *cert)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(cert);
	char hex[2 * SERIAL_MAX + 1];
	size_t len = (size_t)ASN1_STRING_length(serial);
	const unsigned char *p = ASN1_STRING_get0_data(serial);

	for (size_t i = 0; i < len && i < SERIAL_MAX; i++)
		snprintf(hex + 2 * i, 3, "%02x", p[i]);
	vd_facts_add(out, "ssl.serial", hex, 2 * (len < SERIAL_MAX ? len : SERIAL_MAX));
}

static void add_time(struct vd_facts *out, const char *fact, const ASN1_TIME *when)
{
	char text[32];
	struct tm tm;

	if (ASN1_TIME_to_tm(when, &tm) == 1 &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		vd_facts_add(out, fact, text, strlen(text));
}

static void add_digest(struct vd_facts *out, const char *fact, const EVP_MD *kind,
                       const uint8_t *der, size_t len)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int md_len = 0;
	char hex[2 * EVP_MAX_MD_SIZE + 1];

	if (EVP_Digest(der, len, md, &md_len, kind, NULL) != 1)
		return;
	for (unsigned int i = 0; i < md_len; i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
	vd_facts_add(out, fact, hex, 2 * (size_t)md_len);
}

static const char *key_type(const EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		return "rsa";
	case EVP_PKEY_RSA_PSS:
		return "rsa-pss";
	case EVP_PKEY_EC:
		return "ec";
	case EVP_PKEY_DSA:
		return "dsa";
	case EVP_PKEY_ED25519:
		return "ed25519";
	case EVP_PKEY_ED448:
		return "ed448";
	default:
		return "other";
	}
}

static void add_key(struct vd_facts *out, const X509 *cert)
{
	const EVP_PKEY *key = X509_get0_pubkey(cert);
	const char *algorithm = OBJ_nid2ln(X509_get_signature_nid(cert));

	if (key != NULL) {
		vd_facts_addf(out, "ssl.key_type", "%s", key_type(key));
		vd_facts_addf(out, "ssl.bits", "%d", EVP_PKEY_get_bits(key));
	}
	if (algorithm != NULL)
		vd_facts_addf(out, "ssl.sig_alg", "%s", algorithm);
}

/* Decode @der and move *@end behind it. NULL: it is no certificate. */
static X509 *decode(const uint8_t *der, size_t len, const uint8_t **end)
{
	X509 *cert = NULL;

	*end = der;
	if (len <= DER_MAX)
		cert = d2i_X509(NULL, end, (long)len);
	ERR_clear_error();
	return cert;
}

int grab_cert_facts(const uint8_t *der, size_t len, struct vd_facts *out)
{
	const uint8_t *end;
	X509 *cert = decode(der, len, &end);

	if (cert == NULL)
		return -EINVAL;
	add_name(out, "ssl.subject", X509_get_subject_name(cert));
	add_entry(out, "ssl.cn", X509_get_subject_name(cert), NID_commonName);
	add_entry(out, "ssl.org", X509_get_subject_name(cert), NID_organizationName);
	add_name(out, "ssl.issuer", X509_get_issuer_name(cert));
	add_entry(out, "ssl.issuer_cn", X509_get_issuer_name(cert), NID_commonName);
	add_serial(out, cert);
	add_time(out, "ssl.not_before", X509_get0_notBefore(cert));
	add_time(out, "ssl.not_after", X509_get0_notAfter(cert));
	add_digest(out, "ssl.sha256", EVP_sha256(), der, (size_t)(end - der));
	add_digest(out, "ssl.sha1", EVP_sha1(), der, (size_t)(end - der));
	vd_facts_addf(out, "ssl.selfsigned", "%s",
	              X509_check_issued(cert, cert) == X509_V_OK ? "true" : "false");
	add_key(out, cert);
	add_alternatives(out, cert);
	X509_free(cert);
	ERR_clear_error();
	return 0;
}

int grab_cert_issuer_facts(const uint8_t *der, size_t len, struct vd_facts *out)
{
	const uint8_t *end;
	X509 *cert = decode(der, len, &end);

	if (cert == NULL)
		return -EINVAL;
	add_name(out, "ssl.chain", X509_get_subject_name(cert));
	add_digest(out, "ssl.chain_sha256", EVP_sha256(), der, (size_t)(end - der));
	X509_free(cert);
	ERR_clear_error();
	return 0;
}
