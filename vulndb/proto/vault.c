/* SPDX-License-Identifier: Apache-2.0 */
/* vault.c - Vault: GET /v1/sys/health returns the version, whatever state the server is in. */
#include "http.h"

static void vault_greet(struct vd_dialog *d)
{
	http_ask(d, "/v1/sys/health");
}

static enum vd_step vault_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"server_time_utc\"");
}

const struct vd_proto vd_proto_vault = {
	.name = "vault",
	.shown = "http",
	.ports = PORTS(8200),
	.greet = vault_greet,
	.hear = vault_hear,
	.decode = http_decode,
};
