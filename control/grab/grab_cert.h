/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_cert.h - reads a certificate into ssl.* facts.
 */
#ifndef SONDE_GRAB_CERT_H
#define SONDE_GRAB_CERT_H

#include "vulndb.h"

/*
 * Decode the X.509 certificate of a server in DER (RFC 5280): subject, cn, org, issuer, issuer_cn,
 * san, serial, not_before, not_after, sha1, sha256, selfsigned, bits, key_type, sig_alg. @der is
 * hostile; every value is bounded, and control bytes in names are written as \XX. Returns 0, or
 * -EINVAL if @der is no certificate or exceeds 1 MiB.
 */
int grab_cert_facts(const uint8_t *der, size_t len, struct vd_facts *out);
/* The same for a further certificate of its chain: the subject as "ssl.chain", the digest as
 * "ssl.chain_sha256". */
int grab_cert_issuer_facts(const uint8_t *der, size_t len, struct vd_facts *out);

#endif
