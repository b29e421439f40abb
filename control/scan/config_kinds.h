/* SPDX-License-Identifier: Apache-2.0 */
/* config_kinds.h - which kinds of probes a scan sends: by --probe and by the letters of its ports. */
#ifndef SONDE_CONFIG_KINDS_H
#define SONDE_CONFIG_KINDS_H

#include "config.h"

/* An option_parse_fn for a list of kinds, "syn,udp"; the member is a uint32_t with a bit for each. */
int option_kinds(const char *text, void *field, struct error *err);

/* Settle c->kinds and c->probe. Returns 0, or -EINVAL with @err: ports of a kind that is not probed,
 * or a kind without ports. Reads the names of services if -p has any. */
int config_kinds_settle(struct config *c, struct error *err);

#endif
