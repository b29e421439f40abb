/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_knowledge.c - just enough of vulndb to test grabs by themselves: ports and a banner. */
#include <string.h>

#include "vulndb.h"

const char *vd_port_service(uint16_t port, uint8_t transport)
{
	static const struct {
		uint16_t port;
		const char *service;
	} table[] = {{21, "ftp"},     {22, "ssh"},     {25, "smtp"},   {80, "http"},
		     {443, "https"},  {6379, "redis"}, {993, "imaps"}, {5432, "postgres"},
		     {23, "telnet"},  {110, "pop3"},   {143, "imap"},  {3306, "mysql"},
		     {28080, "http"}, {28443, "https"}};

	for (size_t i = 0; transport == 6 && i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].port == port)
			return table[i].service;
	return NULL;
}

const char *vd_decode(const char *service, const void *data, size_t len, struct vd_facts *out)
{
	vd_facts_add(out, "banner", data, len < 4096 ? len : 4096);
	return service;
}
