/* SPDX-License-Identifier: Apache-2.0 */
/* steer.c - brings the steering program from this binary to the interface. */
#include "steer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dp_addr.h"
#include "eal.h"
#include "error.h"
#include "port.h"
#include "steer_config.h"

static_assert((int)STEER_MAX_SOURCES == (int)DP_MAX_SOURCES, "every source has a place");

static const uint8_t steer_object[] = {
#include "steer.bpf.inc"
};

static const uint8_t driver_object[] = {
#include "steer_driver.bpf.inc"
};

/* Put the warnings of libbpf and of the kernel's drivers into our error message, not on the
 * screen. */
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

/* The id of the XDP program that the interface runs; 0 = none. */
static uint32_t attached_id(int ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, q);

	if (bpf_xdp_query(ifindex, 0, &q))
		return 0;
	return q.prog_id ? q.prog_id : q.drv_prog_id ? q.drv_prog_id : q.skb_prog_id;
}

/* Load our own object into the kernel, without attaching it. */
static int load(struct steer *s, struct error *err)
{
	int ret;

	s->object = bpf_object__open_mem(steer_object, sizeof(steer_object), NULL);
	ret = s->object ? bpf_object__load(s->object) : -errno;
	if (ret)
		return error_set(err, ret, "the steering program does not load: %s",
		                 eal_complaint());
	return 0;
}

static int find_map(const struct steer *s, const char *name)
{
	return bpf_object__find_map_fd_by_name(s->object, name);
}

static int link_to(const struct steer *s, uint32_t mode)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = mode);
	struct bpf_program *prog = bpf_object__find_program_by_name(s->object, "steer");

	return prog ? bpf_link_create(bpf_program__fd(prog), s->ifindex, BPF_XDP, &opts) : -ENOENT;
}

/* Attach natively if the driver supports it, else generically: slower, but the kernel can do it on
 * any device. */
static int attach(struct steer *s, bool generic, struct error *err)
{
	int ret = generic ? -EOPNOTSUPP : link_to(s, XDP_FLAGS_DRV_MODE);

	if (ret < 0 && !generic)
		snprintf(s->refusal, sizeof(s->refusal), "%s", strerror(-ret));
	s->generic = ret < 0;
	if (s->generic)
		ret = link_to(s, XDP_FLAGS_SKB_MODE);
	if (ret < 0)
		return error_set(err, ret, "the steering program cannot be attached: %s",
		                 strerror(-ret));
	s->link_fd = ret;
	return 0;
}

/* Put the program for the driver into a file that only this process can see. */
static int publish(struct steer *s, struct error *err)
{
	int ret;

	s->file_fd = memfd_create("steer", MFD_CLOEXEC);
	if (s->file_fd < 0)
		return error_set(err, -errno, "no memory file: %s", strerror(errno));
	snprintf(s->path, sizeof(s->path), "/proc/self/fd/%d", s->file_fd);
	ret = write_all(s->file_fd, driver_object, sizeof(driver_object));
	if (ret)
		return error_set(err, ret, "no memory for the steering program: %s",
		                 strerror(-ret));
	return 0;
}

int steer_open(struct steer *s, const char *ifname, int ifindex, bool generic, struct error *err)
{
	uint32_t other;
	int ret;

	libbpf_set_print(hear_libbpf);
	other = attached_id(ifindex);
	*s = (struct steer){.ifindex = ifindex, .file_fd = -1, .link_fd = -1};
	if (other)
		return error_set(
			err, -EBUSY,
			"interface '%s' already runs an XDP program (id %u), which is no running "
			"scan's: `ip link set dev %s xdp off` removes it",
			ifname, other, ifname);
	eal_forget();
	ret = load(s, err);
	if (ret == 0)
		ret = publish(s, err);
	if (ret == 0)
		ret = attach(s, generic, err);
	if (ret)
		steer_close(s);
	return ret;
}

static void fill_config(struct steer_config *c, const struct steer_filter *f)
{
	*c = (struct steer_config){.port_first = f->port_first,
	                           .port_last = f->port_last,
	                           .echo = f->echo,
	                           .streams = f->streams,
	                           .connects = f->connects,
	                           .vlan = f->vlan};
	for (unsigned i = 0; i < f->source_count && i < STEER_MAX_SOURCES; i++) {
		const struct dp_addr *a = &f->sources[i];
		uint32_t alone = f->unshared >> i & 1;

		if (dp_addr_is_v4(a, NULL)) {
			c->v4_alone |= alone << c->v4_count;
			memcpy(&c->v4_be[c->v4_count++], a->b + 12, 4);
		} else {
			c->v6_alone |= alone << c->v6_count;
			memcpy(c->v6_be[c->v6_count++], a->b, 16);
		}
	}
}

int steer_begin(const struct steer *s, const struct steer_filter *f, const struct port *port,
                struct error *err)
{
	struct steer_config c;
	uint32_t zero = 0;
	int ret = 0;

	for (uint32_t i = 0; i < port->queues && ret == 0; i++)
		ret = bpf_map_update_elem(find_map(s, "xsks_map"), &i, &port->queue[i].xsk,
		                          BPF_ANY);
	fill_config(&c, f);
	if (ret == 0) /* last: from here on we get packets */
		ret = bpf_map_update_elem(find_map(s, "steer_config"), &zero, &c, BPF_ANY);
	if (ret)
		return error_set(err, ret, "the steering program cannot be told what is ours: %s",
		                 strerror(-ret));
	return 0;
}

bool steer_is_attached(const struct steer *s)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(s->object, "steer");
	struct bpf_prog_info info = {0};
	uint32_t len = sizeof(info);

	return prog && bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &len) == 0 &&
	       attached_id(s->ifindex) == info.id;
}

void steer_close(struct steer *s)
{
	if (s->link_fd >= 0)
		close(s->link_fd);
	if (s->file_fd >= 0)
		close(s->file_fd);
	bpf_object__close(s->object);
	s->link_fd = -1;
	s->file_fd = -1;
	s->object = NULL;
}

/*
 * DPDK's AF_XDP driver calls this function once a port, to attach the program that it has loaded.
 * The dynamic linker finds a symbol of the executable before those of libraries, so the driver
 * calls this function and not libbpf's; nobody else in the process calls it. libbpf's function
 * would attach by netlink: the attachment would outlive this process, it would be native or fail,
 * and it would work only for the first of several ports. This function attaches nothing, since our
 * program is already in place.
 */
int bpf_xdp_attach(int ifindex, int prog_fd, __u32 flags, const struct bpf_xdp_attach_opts *opts)
{
	(void)prog_fd;
	(void)flags;
	(void)opts;
	return attached_id(ifindex) ? 0 : -ENOENT;
}

/* Replaces libbpf's function in the same way. The driver calls it to close a port; steer_close()
 * detaches. */
int bpf_xdp_detach(int ifindex, __u32 flags, const struct bpf_xdp_attach_opts *opts)
{
	(void)ifindex;
	(void)flags;
	(void)opts;
	return 0;
}
