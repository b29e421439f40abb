/* SPDX-License-Identifier: Apache-2.0 */
/* fake_vulndb.c - the few ports by custom that the tests of the store use. */
#include "vulndb.h"

const char *vd_port_service(uint16_t port, uint8_t transport)
{
	if (transport != 6)
		return NULL;
	return port == 80 ? "http" : port == 443 ? "https" : NULL;
}
