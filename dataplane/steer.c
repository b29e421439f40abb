/* SPDX-License-Identifier: Apache-2.0 */
/* steer.c - the steering program's way from this binary to the interface. */
#include "steer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp.h"
#include "eal.h"
#include "error.h"
#include "steer_config.h"

static_assert((int)STEER_MAX_SOURCES == (int)DP_MAX_SOURCES, "every source has a place");

static const uint8_t steer_object[] = {
#include "steer.bpf.inc"
};

/* What libbpf and the kernel's drivers say belongs into our error message, not on the screen. */
static int __attribute__((format(printf, 2, 0)))
hear_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[256];
	int n;

	if (level != LIBBPF_WARN)
		return 0;
	n = vsnprintf(line, sizeof(line), format, args);
	if (n > 0)
		eal_complain(line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
	return n;
}

static int write_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static uint32_t attached_id(int ifindex, uint8_t *mode)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, q);

	if (bpf_xdp_query(ifindex, 0, &q))
		return 0;
	*mode = q.attach_mode;
	return q.prog_id ? q.prog_id : q.drv_prog_id ? q.drv_prog_id : q.skb_prog_id;
}

int steer_open(struct steer *s, const char *ifname, int ifindex, struct dp_error *err)
{
	uint8_t mode = 0;
	uint32_t other;
	int ret;

	libbpf_set_print(hear_libbpf);
	other = attached_id(ifindex, &mode);
	*s = (struct steer){ .ifindex = ifindex, .object_fd = -1, .link_fd = -1 };
	if (other)
		return error_set(err, -EBUSY,
				 "interface '%s' already runs an XDP program (id %u): another scan, "
				 "or `ip link set dev %s xdp off` removes it", ifname, other, ifname);
	s->object_fd = memfd_create("steer", MFD_CLOEXEC);
	if (s->object_fd < 0)
		return error_set(err, -errno, "no memory file: %s", strerror(errno));
	snprintf(s->path, sizeof(s->path), "/proc/self/fd/%d", s->object_fd);
	ret = write_all(s->object_fd, steer_object, sizeof(steer_object));
	if (ret)
		return error_set(err, ret, "no memory for the steering program: %s",
				 strerror(-ret));
	return 0;
}

/* The program's map called @name; a new fd, or -errno. */
static int find_map(int prog_fd, const char *name)
{
	uint32_t ids[8] = { 0 };
	struct bpf_prog_info info = { .nr_map_ids = 8, .map_ids = (uintptr_t)ids };
	uint32_t len = sizeof(info);
	int ret = bpf_obj_get_info_by_fd(prog_fd, &info, &len);

	for (uint32_t i = 0; ret == 0 && i < info.nr_map_ids && i < 8; i++) {
		int fd = bpf_map_get_fd_by_id(ids[i]);
		struct bpf_map_info map = { .type = 0 };
		uint32_t map_len = sizeof(map);

		if (fd < 0)
			continue;
		if (bpf_obj_get_info_by_fd(fd, &map, &map_len) == 0 && strcmp(map.name, name) == 0)
			return fd;
		close(fd);
	}
	return ret ? ret : -ENOENT;
}

static void fill_config(struct steer_config *c, const struct steer_filter *f)
{
	*c = (struct steer_config){ .port_first = f->port_first, .port_last = f->port_last,
				     .echo = f->echo };
	for (unsigned i = 0; i < f->source_count && i < STEER_MAX_SOURCES; i++) {
		const struct dp_addr *a = &f->sources[i];

		if (dp_addr_is_v4(a, NULL))
			memcpy(&c->v4_be[c->v4_count++], a->b + 12, 4);
		else
			memcpy(c->v6_be[c->v6_count++], a->b, 16);
	}
}

static int configure(int prog_fd, const struct steer_filter *f)
{
	int fd = find_map(prog_fd, "steer_config");
	struct steer_config c;
	uint32_t zero = 0;
	int ret;

	if (fd < 0)
		return fd;
	fill_config(&c, f);
	ret = bpf_map_update_elem(fd, &zero, &c, BPF_ANY);
	close(fd);
	return ret;
}

/* From netlink to a link that ends with this process. */
static int hold(struct steer *s, int prog_fd, bool generic)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts,
		    .flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
	int ret = bpf_xdp_detach(s->ifindex, s->generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE,
				 NULL);

	if (ret)
		return ret;
	s->link_fd = bpf_link_create(prog_fd, s->ifindex, BPF_XDP, &opts);
	if (s->link_fd >= 0) {
		s->generic = generic;
		return 0;
	}
	ret = s->link_fd;
	s->link_fd = -1;
	if (ret != -EINVAL)
		return ret;
	s->generic = generic;
	return bpf_xdp_attach(s->ifindex, prog_fd, (uint32_t)opts.flags, NULL);
}

int steer_take(struct steer *s, const struct steer_filter *f, bool generic, struct dp_error *err)
{
	uint8_t mode = 0;
	uint32_t id = attached_id(s->ifindex, &mode);
	int prog_fd = id ? bpf_prog_get_fd_by_id(id) : -ENOENT;
	int ret;

	if (prog_fd < 0)
		return error_set(err, prog_fd, "the steering program cannot be found again: %s",
				 strerror(-prog_fd));
	s->generic = mode == XDP_ATTACHED_SKB;
	ret = hold(s, prog_fd, generic || s->generic);
	if (ret == 0)
		ret = configure(prog_fd, f);
	close(prog_fd);
	if (ret)
		return error_set(err, ret, "the steering program cannot be held: %s",
				 strerror(-ret));
	return 0;
}

void steer_sweep(const struct steer *s)
{
	uint8_t mode = 0;

	/* steer_open() found none, so this one came from our object. */
	if (s->object_fd >= 0 && s->link_fd < 0 && attached_id(s->ifindex, &mode))
		bpf_xdp_detach(s->ifindex, mode == XDP_ATTACHED_SKB ? XDP_FLAGS_SKB_MODE :
			       XDP_FLAGS_DRV_MODE, NULL);
}

void steer_close(struct steer *s)
{
	if (s->link_fd >= 0)
		close(s->link_fd);
	if (s->object_fd >= 0)
		close(s->object_fd);
	s->link_fd = -1;
	s->object_fd = -1;
}
