/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_decode.c - the first bytes of any service, told and not told what they are. */
#include "vulndb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const services[] = {
		NULL,   "http", "ftp",    "telnet", "mysql", "postgres", "smb",  "rdp",    "snmp",
		"ldap", "dns",  "ntp",    "modbus", "amqp",  "mongodb",  "mqtt", "finger", "s7",
		"enip", "dnp3", "iec104", "fox",    "opcua", "pjl",      "lpd",  "bacnet"};
	struct vd_facts *facts = vd_facts_new();

	if (facts == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		vd_facts_clear(facts);
		vd_decode(services[i], data, size, facts);
	}
	vd_facts_free(facts);
	return 0;
}
