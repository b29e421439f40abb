/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payload_services.h - the payloads of UDP probes for services of users: telephones, VPNs, games,
 * discovery, management. What the answers mean, the protocols of the vulndb know.
 */
#ifndef SONDE_PAYLOAD_SERVICES_H
#define SONDE_PAYLOAD_SERVICES_H

#include "dp_types.h"

/* The payloads, *@count of them, each for a port of its own. Static. */
const struct dp_payload *payload_services(unsigned *count);

#endif
