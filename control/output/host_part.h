/* SPDX-License-Identifier: Apache-2.0 */
/* host_part.h - the parts of a host's page that host_view.c puts together. Private to output. */
#ifndef SONDE_HOST_PART_H
#define SONDE_HOST_PART_H

#include "host_view.h"
#include "page.h"

/* The protocol of a service for people: "http/tls" over TLS, "smb?" where only the port says it. */
const char *host_part_service(const struct record *r, char out[48]);

/* Write the details of an open service under its heading, without its CVEs: since when it is open,
 * title, banner, certificate, exposures. */
void host_part_details(struct page *p, const struct store_host *h, const struct record *r);

/* Write the CVEs of @r by component and verdict, the worst first. @earlier: a service whose CVEs
 * stand above already and are the same, or NULL. 0 or -ENOMEM. */
int host_part_vulns(struct page *p, const struct store_host *h, const struct record *r,
                    const struct record *earlier, const struct host_view_config *config);

/* " (accepted)" if somebody answers for the finding @id of @r, else "". Static. */
const char *host_part_accepted(const struct store_host *h, const struct record *r, const char *id);

#endif
