/* SPDX-License-Identifier: Apache-2.0 */
/* link.c - reads addresses, queues and state of a kernel interface. */
#include "link.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dp_addr.h"
#include "dp_types.h"
#include "error.h"
#include "route.h"

struct nets {
	struct link *l;
	bool v4, deprecated; /* what is collected */
};

static void add_net(void *arg, const struct route_own *own)
{
	const struct nets *n = arg;
	struct link *l = n->l;

	if (dp_addr_is_v4(&own->addr, NULL) != n->v4 || own->is_deprecated != n->deprecated ||
	    (own->is_link_local && !n->v4) || l->net_count == LINK_MAX_ADDRS)
		return;
	l->net[l->net_count++] = (struct link_net){own->addr, own->len};
}

/* Collect the addresses, IPv4 first, and of each family those that are not deprecated first; and
 * what the interface is a part of. */
static void read_nets(struct link *l)
{
	int fd = route_socket();

	if (fd >= 0)
		route_master(fd, l->index, &l->master, l->master_kind);
	for (int i = 0; i < 4 && fd >= 0; i++) {
		struct nets n = {l, i < 2, i % 2 == 1};

		route_each_address(fd, l->index, add_net, &n);
	}
	if (fd >= 0)
		close(fd);
}

/* Ask the device for its queues and its speed. @ifr contains its name. */
static void read_ethtool(struct link *l, int fd, struct ifreq *ifr)
{
	struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};
	struct ethtool_cmd speed = {.cmd = ETHTOOL_GSET};

	l->rx_queues = l->tx_queues = 1;
	ifr->ifr_data = (void *)&channels;
	if (ioctl(fd, SIOCETHTOOL, ifr) == 0 && channels.combined_count + channels.rx_count > 0) {
		l->rx_queues = (uint16_t)(channels.combined_count + channels.rx_count);
		l->tx_queues = (uint16_t)(channels.combined_count + channels.tx_count);
		l->separate = channels.rx_count > 0;
	}
	ifr->ifr_data = (void *)&speed;
	if (ioctl(fd, SIOCETHTOOL, ifr) == 0 &&
	    ethtool_cmd_speed(&speed) != (uint32_t)SPEED_UNKNOWN)
		l->mbps = ethtool_cmd_speed(&speed);
}

static int read_device(struct link *l, int fd, struct error *err)
{
	struct ifreq ifr = {.ifr_flags = 0};

	memcpy(ifr.ifr_name, l->name, sizeof(l->name));
	if (ioctl(fd, SIOCGIFINDEX, &ifr))
		return error_set(err, -ENODEV,
		                 "there is no interface '%s'; `ip "
		                 "-br link` lists them",
		                 l->name);
	l->index = ifr.ifr_ifindex;
	if (ioctl(fd, SIOCGIFFLAGS, &ifr) == 0) {
		l->up = (ifr.ifr_flags & IFF_UP) != 0;
		l->carrier = (ifr.ifr_flags & IFF_RUNNING) != 0;
	}
	if (ioctl(fd, SIOCGIFHWADDR, &ifr) == 0) {
		l->ethernet = ifr.ifr_hwaddr.sa_family == ARPHRD_ETHER;
		memcpy(l->mac, ifr.ifr_hwaddr.sa_data, 6);
	}
	read_ethtool(l, fd, &ifr);
	return 0;
}

static int check_link(const struct link *l, struct error *err)
{
	if (!l->ethernet)
		return error_set(err, -EOPNOTSUPP,
		                 "interface '%s' does not carry Ethernet frames; "
		                 "choose another (`ip -br link`)",
		                 l->name);
	if (!l->up)
		return error_set(err, -ENETDOWN,
		                 "interface '%s' is down; "
		                 "`ip link set dev %s up` sets it up",
		                 l->name, l->name);
	if (!l->carrier)
		return error_set(err, -ENETDOWN,
		                 "interface '%s' has no carrier: cable, "
		                 "switch port or peer",
		                 l->name);
	return 0;
}

int link_query(const char *name, struct link *out, struct error *err)
{
	struct link l = {.index = 0};
	int fd, ret;

	if (strlen(name) == 0 || strlen(name) >= sizeof(l.name))
		return error_set(err, -ENODEV, "'%s' is not an interface name", name);
	snprintf(l.name, sizeof(l.name), "%s", name);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_set(err, -errno, "no socket to ask about '%s': %s", name,
		                 strerror(errno));
	ret = read_device(&l, fd, err);
	close(fd);
	if (ret == 0)
		ret = check_link(&l, err);
	if (ret)
		return ret;
	read_nets(&l);
	*out = l;
	return 0;
}

bool link_is_local(const struct dp_addr *a)
{
	struct route r = {.kind = ROUTE_NONE};
	int fd = route_socket();

	if (fd < 0)
		return false;
	if (route_ask(fd, a, 0, &r) != 0)
		r.kind = ROUTE_NONE;
	close(fd);
	return r.kind == ROUTE_OWN;
}

bool link_carrier(const struct link *l)
{
	struct ifreq ifr = {.ifr_flags = 0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up;

	if (fd < 0)
		return false;
	memcpy(ifr.ifr_name, l->name, sizeof(l->name));
	up = ioctl(fd, SIOCGIFFLAGS, &ifr) == 0 && (ifr.ifr_flags & IFF_UP) &&
	     (ifr.ifr_flags & IFF_RUNNING);
	close(fd);
	return up;
}

static bool read_number(const struct link *l, const char *file, uint64_t *out)
{
	char path[64];
	unsigned long long v;
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", l->name, file);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	ok = fscanf(f, "%20llu", &v) == 1;
	fclose(f);
	if (ok)
		*out = v;
	return ok;
}

bool link_flaps(const struct link *l, uint64_t *out)
{
	uint64_t index;

	/* /sys may show another network namespace, with an interface of the same name. */
	return read_number(l, "ifindex", &index) && index == (uint64_t)l->index &&
	       read_number(l, "carrier_changes", out);
}
