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
	{"rethinkdb", BYTES("\xc3\xbd\xc2\x34"), 4},
	{"riak", BYTES("\0\0\0\1\7"), 5},
	{"couchbase", BYTES("\x80\x0b\0\0\0\0\0\0\0\0\0\0Sond\0\0\0\0\0\0\0\0"), 24},
	{"aerospike",
         BYTES("\2\1\0\0\0\0\0\x0e"
               "build\nedition\n"),
         22},
	{"stomp", BYTES("STOMP\naccept-version:0.0\nhost:/\n\n\0"), 34},
	{"mysqlx", BYTES("\1\0\0\0\1"), 5},
	{"mssql",
         BYTES("\x12\1\0\x2f\0\0\0\0\0\0\x1a\0\6\1\0\x20\0\1\2\0\x21\0\1\3\0\x22\0\4\4\0\x26\0\1"
               "\xff\x09\0\0\0\0\0\0\0\0\0\0\0\0"),
         47},
	{"oracle",
         BYTES("\0\x68\0\0\1\0\0\0\1\x3a\1\x2c\0\0\x08\0\x7f\xff\x7f\x08\0\0\0\1\0\x2e\0\x3a"),
         104},
	{"db2",
         BYTES("\0\x1b\xd0\1\0\1\0\x15\x10\x41\0\x09\x11\x5e\xe2\x96\x95\x84\x85\0\x08\x14\4\x14\3"
               "\0\7"),
         27},
	{"firebird", BYTES("\0\0\0\1\0\0\0\x13\0\0\0\2\0\0\0\1\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\x0a"),
         88},
	{"cassandra", BYTES("\3\0\0S\5\0\0\0\0"), 9},
	{"bolt", BYTES("\x60\x60\xb0\x17\0\x08\x08\5\0\4\4\4\0\0\0\3\0\0\0\1"), 20},
	{"kafka", BYTES("\0\0\0\x0f\0\x12\0\0Sond\0\5sonde"), 19},
	{"ignite", BYTES("\x08\0\0\0\1\xe7\3\0\0\0\0\2"), 12},
	{"solr", BYTES("GET /solr/admin/info/system?wt=json HTTP/1.1\r\n"), 112},
	{"consul", BYTES("GET /v1/agent/self HTTP/1.1\r\n"), 95},
	{"vault", BYTES("GET /v1/sys/health HTTP/1.1\r\n"), 95},
	{"nomad", BYTES("GET /v1/agent/self HTTP/1.1\r\n"), 95},
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
	{"tarantool",
         "tarantool",
         VD_DONE,
         "",
         0,
         {{"tarantool.version", "2.10.4"},
          {"tarantool.protocol", "Binary"},
          {"tarantool.uuid", "11111111-2222-3333-4444-555555555555"}}},
	{"beanstalk",
         "beanstalk",
         VD_DONE,
         "",
         0,
         {{"beanstalk.version", "1.12"}, {"beanstalk.host", "lab"}, {"beanstalk.os", "#1 SMP"}}},
	{"gearman", "gearman", VD_DONE, "", 0, {{"gearman.version", "1.1.19.1"}}},
	{"pulsar", "pulsar", VD_DONE, "", 0, {{"pulsar.pong", "true"}}},
	{"rethinkdb", "rethinkdb", VD_DONE, "", 0, {{"rethinkdb.version", "2.4.2"}}},
	{"riak",
         "riak",
         VD_DONE,
         "",
         0,
         {{"riak.version", "2.9.10"}, {"riak.node", "riak@127.0.0.1"}}},
	{"couchbase", "couchbase", VD_DONE, "", 0, {{"couchbase.version", "7.1.1-3175"}}},
	{"aerospike",
         "aerospike",
         VD_DONE,
         "",
         0,
         {{"aerospike.version", "5.7.0.8"}, {"aerospike.edition", "Aerospike Community Edition"}}},
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
	{"mysqlx",
         "mysqlx",
         VD_DONE,
         "",
         0,
         {{"mysqlx.hello", "true"},
          {"mysqlx.tls", "true"},
          {"mysqlx.capabilities", "tls,doc.formats,node_type"},
          {"mysqlx.node_type", "mysql"}}},
	{"mysqlx_old", "mysqlx", VD_DONE, "", 0, {{"mysqlx.node_type", "mysql"}}},
	{"mssql",
         "mssql",
         VD_DONE,
         "",
         0,
         {{"mssql.version", "15.0.2000.5"}, {"mssql.encryption", "off"}, {"mssql.mars", "false"}}},
	{"oracle",
         "oracle",
         VD_DONE,
         "",
         0,
         {{"oracle.version", "11.2.0.2.0"}, {"oracle.vsnnum", "186647040"}}},
	/* after a demand to ask again */
	{"oracle_refused",
         "oracle",
         VD_DONE,
         NULL,
         104,
         {{"oracle.version", "19.0.0.0.0"}, {"oracle.error", "1189"}}},
	{"db2",
         "db2",
         VD_DONE,
         "",
         0,
         {{"db2.version", "11.5.5"},
          {"db2.instance_name", "db2inst1"},
          {"db2.server_platform", "QDB2/LINUXX8664"},
          {"db2.release", "SQL11055"}}},
	{"db2_derby", "db2", VD_DONE, "", 0, {{"db2.version", "10.14.2.0"}}},
	{"firebird", "firebird", VD_DONE, "", 0, {{"firebird.protocol", "12"}}},
	{"firebird_error", "firebird", VD_DONE, "", 0, {{"firebird.error", "335544421"}}},
	{"cassandra",
         "cassandra",
         VD_DONE,
         "",
         0,
         {{"cassandra.cql_version", "3.4.5"},
          {"cassandra.compression", "snappy,lz4"},
          {"cassandra.versions", "3/v3,4/v4,5/v5"}}},
	{"cassandra_error", "cassandra", VD_DONE, "", 0, {{"cassandra.protocol", "4"}}},
	{"bolt", "bolt", VD_DONE, "", 0, {{"bolt.version", "5.4"}}},
	{"kafka",
         "kafka",
         VD_DONE,
         "",
         0,
         {{"kafka.api_versions", "0:0-9,1:0-13,18:0-3"}, {"kafka.error", "0"}}},
	{"ignite", "ignite", VD_DONE, "", 0, {{"ignite.protocol", "1.7.0"}}},
	{"solr", "http", VD_DONE, "", 0, {{"solr.version", "8.11.2"}}},
	{"consul",
         "http",
         VD_DONE,
         "",
         0,
         {{"consul.version", "1.8.7"}, {"consul.datacenter", "dc1"}, {"consul.node", "lab"}}},
	{"vault",
         "http",
         VD_DONE,
         "",
         0,
         {{"vault.version", "1.13.1"}, {"vault.sealed", "false"}, {"vault.cluster", "lab"}}},
	{"nomad", "http", VD_DONE, "", 0, {{"nomad.version", "1.4.3"}}},
};

/* Answers that are nearly right. */
static const struct {
	const char *service;
	const char *bytes;
	size_t len;
} malformed[] = {
	{"beanstalk", BYTES("OK 12\r\n---\nname: x\n")},
	{"beanstalk", BYTES("OK 123456789012345678901234567890\r\n")},
	{"bolt", BYTES("\0\0\0\0")},
	{"bolt", BYTES("\0\0\x09\5")},
	{"cassandra", BYTES("\x83\0\0T\6\0\0\0\2\0\0")},
	{"cassandra", BYTES("\x83\0\0S\6\xff\xff\xff\xff")},
	{"couchbase", BYTES("\x81\x0b\0\0\0\0\0\1\0\0\0\x0cSond\0\0\0\0\0\0\0\0Auth failure")},
	{"couchbase", BYTES("\x81\x0b\0\0\0\0\0\0\xff\xff\xff\xffSond\0\0\0\0\0\0\0\0")},
	{"db2", BYTES("\0\x0a\xd0\2\0\2\0\4\x14\x43")},
	{"db2", BYTES("\0\x0a\xd0\2\0\1\0\xff\x14\x43")},
	{"firebird", BYTES("\0\0\0\3\0\0\0\x0d\0\0\0\1\0\0\0\3")},
	{"gearman", BYTES("OK 1\n")},
	{"gearman", BYTES("OK 1.1.19.1 ready\n")},
	{"ignite", BYTES("\x14\0\0\0\1\1\0\7\0\0\0\x09")},
	{"kafka", BYTES("\0\0\0\x0aSond\0\0\0\0\0\1")},
	{"kafka", BYTES("\0\0\0\x0aBond\0\0\0\0\0\0")},
	{"mssql", BYTES("\4\1\0\x2b\0\0\1\0\1\0\x20\0\1")},
	{"mssql", BYTES("\4\1\xff\xff\0\0\1\0\0\0\x1a\0\6")},
	{"mysqlx", BYTES("\xff\xff\xff\xff\2\x0a")},
	{"mysqlx", BYTES("\x10\0\0\0\1\x0a")},
	{"openwire", BYTES("\0\0\1\0\1ActiveMX\0\0\0\x0c")},
	{"openwire", BYTES("\xff\xff\xff\xff\1ActiveMQ\0\0\0\x0c")},
	{"oracle", BYTES("\0\4\0\0\4\0\0\0")},
	{"oracle", BYTES("\0\x0a\0\0\4\0\0\0\1\1")},
	{"pulsar", BYTES("\0\0\0\x09\0\0\0\5\x08\x13\x9a\1\1")},
	{"rethinkdb", BYTES("{\"success\":true}\0")},
	{"riak", BYTES("\0\0\0\3\7\x0a")},
	{"riak", BYTES("\xff\xff\xff\xff\x08\x0a")},
};

#endif
