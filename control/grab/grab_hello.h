/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_hello.h - reads a ServerHello into a fingerprint of the server's TLS.
 */
#ifndef SONDE_GRAB_HELLO_H
#define SONDE_GRAB_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GRAB_JA3S_SIZE = 33 };

/*
 * Write the JA3S of a ServerHello (RFC 8446, 4.1.3; RFC 5246, 7.4.1.3) to @out: the MD5 of its
 * version, cipher suite and extensions, in their order (github.com/salesforce/ja3). @msg is the
 * handshake message with its head of four bytes, and hostile. False where it is none or is cut off,
 * or OpenSSL has no memory; @out is as it was then. Pure.
 */
bool grab_hello_ja3s(const uint8_t *msg, size_t len, char out[GRAB_JA3S_SIZE]);

#endif
