/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_cert.c - claims about the facts of certificates, also of hostile ones. */
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "grab_cert.h"
#include "suite.h"

static X509 *make(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 0x1234);
	ASN1_TIME_set_string(X509_getm_notBefore(x), "20260102030405Z");
	ASN1_TIME_set_string(X509_getm_notAfter(x), "20510101000000Z");
	X509_set_pubkey(x, key);
	X509_sign(x, key, EVP_sha256());
	EVP_PKEY_free(key);
	return x;
}

static void name(X509 *x, int nid, int type, const char *text, int len)
{
	X509_NAME *subject = X509_get_subject_name(x);

	X509_NAME_add_entry_by_NID(subject, nid, type, (const unsigned char *)text, len, -1, 0);
	X509_set_issuer_name(x, subject);
}

static void alternatives(X509 *x, const char *text)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, text);

	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
}

static struct vd_facts *facts_of(X509 *x)
{
	struct vd_facts *f = vd_facts_new();
	unsigned char *der = NULL;
	int len;

	/* The signed part has changed: encode it anew. */
	i2d_re_X509_tbs(x, NULL);
	len = i2d_X509(x, &der);
	ck_assert_int_gt(len, 0);
	ck_assert_int_eq(grab_cert_facts(der, (size_t)len, f), 0);
	OPENSSL_free(der);
	X509_free(x);
	return f;
}

static void has(const struct vd_facts *f, const char *fact, const char *value)
{
	ck_assert_msg(vd_facts_get(f, fact) != NULL, "no %s", fact);
	ck_assert_str_eq(vd_facts_get(f, fact)->value, value);
}

START_TEST(cert_says_who_when_and_how)
{
	X509 *x = make();
	struct vd_facts *f;

	name(x, NID_countryName, MBSTRING_ASC, "JP", -1);
	name(x, NID_organizationName, MBSTRING_UTF8, "Ex\xc3\xa4mple K.K.", -1);
	name(x, NID_commonName, MBSTRING_ASC, "gw1.example.jp", -1);
	alternatives(x, "DNS:gw1.example.jp,IP:198.18.0.1,IP:2001:db8::1");
	f = facts_of(x);
	has(f, "ssl.cn", "gw1.example.jp");
	has(f, "ssl.org", "Ex\xc3\xa4mple K.K.");
	has(f, "ssl.subject", "CN=gw1.example.jp,O=Ex\xc3\xa4mple K.K.,C=JP");
	has(f, "ssl.issuer", "CN=gw1.example.jp,O=Ex\xc3\xa4mple K.K.,C=JP");
	has(f, "ssl.selfsigned", "true");
	has(f, "ssl.serial", "1234");
	has(f, "ssl.not_before", "2026-01-02T03:04:05Z");
	has(f, "ssl.not_after", "2051-01-01T00:00:00Z");
	has(f, "ssl.key_type", "ec");
	has(f, "ssl.bits", "256");
	has(f, "ssl.sig_alg", "ecdsa-with-SHA256");
	has(f, "ssl.san", "gw1.example.jp");
	ck_assert_uint_eq(vd_facts_get(f, "ssl.sha256")->len, 64);
	has(f, "ssl.issuer_cn", "gw1.example.jp");
	ck_assert_uint_eq(vd_facts_get(f, "ssl.sha1")->len, 40);
	vd_facts_free(f);
}
END_TEST

/* Of a further certificate of the chain only the subject and the digest are kept. */
START_TEST(issuer_says_who_it_is)
{
	X509 *x = make();
	struct vd_facts *f = vd_facts_new();
	unsigned char *der = NULL;
	int len;

	name(x, NID_commonName, MBSTRING_ASC, "Example CA", -1);
	i2d_re_X509_tbs(x, NULL);
	len = i2d_X509(x, &der);
	ck_assert_int_gt(len, 0);
	ck_assert_int_eq(grab_cert_issuer_facts(der, (size_t)len, f), 0);
	has(f, "ssl.chain", "CN=Example CA");
	ck_assert_uint_eq(vd_facts_get(f, "ssl.chain_sha256")->len, 64);
	ck_assert_uint_eq(vd_facts_count(f), 2);
	ck_assert_int_eq(grab_cert_issuer_facts(der, 7, f), -EINVAL);
	OPENSSL_free(der);
	X509_free(x);
	vd_facts_free(f);
}
END_TEST

START_TEST(cert_with_nul_in_its_name_hides_nothing)
{
	X509 *x = make();
	struct vd_facts *f;

	name(x, NID_commonName, V_ASN1_PRINTABLESTRING, "good.example\0.evil\x1b[2J", 22);
	f = facts_of(x);
	has(f, "ssl.cn", "good.example\\00.evil\\1B[2J");
	vd_facts_free(f);
}
END_TEST

START_TEST(cert_with_a_thousand_names_is_bounded)
{
	char text[20000] = "DNS:0.example";
	X509 *x = make();
	struct vd_facts *f;
	size_t n = 0;

	for (int i = 1; i < 1000; i++)
		sprintf(text + strlen(text), ",DNS:%d.example", i);
	alternatives(x, text);
	f = facts_of(x);
	for (size_t i = 0; i < vd_facts_count(f); i++)
		n += strcmp(vd_facts_at(f, i)->name, "ssl.san") == 0;
	ck_assert_uint_eq(n, 48);
	vd_facts_free(f);
}
END_TEST

START_TEST(what_is_no_cert_is_refused)
{
	static const uint8_t junk[] = {0x30, 0x82, 0xff, 0xff, 1, 2, 3};
	struct vd_facts *f = vd_facts_new();

	ck_assert_int_eq(grab_cert_facts(junk, sizeof(junk), f), -EINVAL);
	ck_assert_int_eq(grab_cert_facts(junk, 0, f), -EINVAL);
	ck_assert_uint_eq(vd_facts_count(f), 0);
	vd_facts_free(f);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, cert_says_who_when_and_how);
	tcase_add_test(tc, issuer_says_who_it_is);
	tcase_add_test(tc, cert_with_nul_in_its_name_hides_nothing);
	tcase_add_test(tc, cert_with_a_thousand_names_is_bounded);
	tcase_add_test(tc, what_is_no_cert_is_refused);
	return suite_run("grab_cert", tc);
}
