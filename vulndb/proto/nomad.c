/* SPDX-License-Identifier: Apache-2.0 */
/* nomad.c - Nomad: GET /v1/agent/self returns the version. */
#include "http.h"

static void nomad_greet(struct vd_dialog *d)
{
	http_ask(d, "/v1/agent/self");
}

static enum vd_step nomad_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"role\":\"nomad\"");
}

const struct vd_proto vd_proto_nomad = {
	.name = "nomad",
	.shown = "http",
	.ports = PORTS(4646),
	.greet = nomad_greet,
	.hear = nomad_hear,
	.decode = http_decode,
};
