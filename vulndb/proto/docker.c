/* SPDX-License-Identifier: Apache-2.0 */
/* docker.c - the API of Docker: GET /version returns the version. */
#include "http.h"

static void docker_greet(struct vd_dialog *d)
{
	http_ask(d, "/version");
}

static enum vd_step docker_hear(struct vd_dialog *d)
{
	return http_hear_sign(d, "\"ApiVersion\"");
}

const struct vd_proto vd_proto_docker = {
	.name = "docker",
	.shown = "http",
	.secure = "dockers",
	.ports = PORTS(2375),
	.tls_ports = PORTS(2376),
	.greet = docker_greet,
	.hear = docker_hear,
	.decode = http_decode,
};
