/* SPDX-License-Identifier: Apache-2.0 */
/* data_protocols.h - what test_data_protocols.c claims, as tables: questions, dialogs, broken answers. */
#ifndef TESTS_DATA_PROTOCOLS_H
#define TESTS_DATA_PROTOCOLS_H

#include "dialog_bed.h"

enum { FACTS = 4 };

#define BYTES(text) text, sizeof(text) - 1
#define DUMP_CALL(xid, program, rest) "\x80\0\0\x28" xid "\0\0\0\0\0\0\0\2" program rest

/* What each protocol sends first, byte by byte as its specification has it. Where a question is long,
 * only its begin. */
static const struct {
	const char *service;
	const char *bytes;
	size_t len, whole;
} questions[] = {
	{"beanstalk", BYTES("stats\r\n"), 7},
	{"gearman", BYTES("version\n"), 8},
	{"pulsar", BYTES("\0\0\0\x09\0\0\0\5\x08\x12\x92\1\0"), 13},
	{"stomp", BYTES("STOMP\naccept-version:0.0\nhost:/\n\n\0"), 34},
	{"kafka", BYTES("\0\0\0\x0f\0\x12\0\0Sond\0\5sonde"), 19},
};

#define LIST_OPTION "\0\0\0\1IHAVEOPT\0\0\0\3\0\0\0\0"

/* The dialog of corpus/proto/@file: how it ends, what the client says after its first words (NULL: as
 * many bytes of any kind), and what the facts are. */
static const struct dialog_case {
	const char *file, *service;
	enum vd_step step;
	const char *said;
	size_t said_len;
	const char *facts[FACTS][2];
} cases[] = {
	{"beanstalk",
         "beanstalk",
         VD_DONE,
         "",
         0,
         {{"beanstalk.version", "1.12"}, {"beanstalk.host", "lab"}, {"beanstalk.os", "#1 SMP"}}},
	{"gearman", "gearman", VD_DONE, "", 0, {{"gearman.version", "1.1.19.1"}}},
	{"pulsar", "pulsar", VD_DONE, "", 0, {{"pulsar.pong", "true"}}},
	{"stomp",
         "stomp",
         VD_DONE,
         "",
         0,
         {{"stomp.server", "RabbitMQ/3.10.8"},
          {"stomp.versions", "1.0,1.1,1.2"},
          {"stomp.text", "Supported versions are 1.0,1.1,1.2"}}},
	{"openwire",
         "openwire",
         VD_DONE,
         "",
         0,
         {{"openwire.version", "5.16.1"},
          {"openwire.provider", "ActiveMQ"},
          {"openwire.platform", "JVM: 17.0.6"},
          {"openwire.protocol", "12"}}},
	{"kafka",
         "kafka",
         VD_DONE,
         "",
         0,
         {{"kafka.api_versions", "0:0-9,1:0-13,18:0-3"}, {"kafka.error", "0"}}},
};

/* Answers that are nearly right. */
static const struct {
	const char *service;
	const char *bytes;
	size_t len;
} malformed[] = {
	{"beanstalk", BYTES("OK 12\r\n---\nname: x\n")},
	{"beanstalk", BYTES("OK 123456789012345678901234567890\r\n")},
	{"gearman", BYTES("OK 1\n")},
	{"gearman", BYTES("OK 1.1.19.1 ready\n")},
	{"kafka", BYTES("\0\0\0\x0aSond\0\0\0\0\0\1")},
	{"kafka", BYTES("\0\0\0\x0aBond\0\0\0\0\0\0")},
	{"openwire", BYTES("\0\0\1\0\1ActiveMX\0\0\0\x0c")},
	{"openwire", BYTES("\xff\xff\xff\xff\1ActiveMQ\0\0\0\x0c")},
	{"pulsar", BYTES("\0\0\0\x09\0\0\0\5\x08\x13\x9a\1\1")},
};

#endif
