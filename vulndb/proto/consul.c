/* SPDX-License-Identifier: Apache-2.0 */
/* consul.c - Consul: GET /v1/agent/self returns the version. */
#include "http.h"

static void consul_greet(struct vd_dialog *d)
{
	http_ask(d, "/v1/agent/self");
}

static enum vd_step consul_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"DebugConfig\"");
}

const struct vd_proto vd_proto_consul = {
	.name = "consul",
	.shown = "http",
	.ports = PORTS(8500),
	.greet = consul_greet,
	.hear = consul_hear,
	.decode = http_decode,
};
