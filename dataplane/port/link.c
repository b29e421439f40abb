/* SPDX-License-Identifier: Apache-2.0 */
/* link.c - reads addresses, queues and state of a kernel interface. */
#include "link.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dp_addr.h"
#include "dp_types.h"
#include "error.h"

static unsigned mask_len(const uint8_t *mask, unsigned bytes)
{
	unsigned n = 0;

	for (unsigned i = 0; i < bytes; i++)
		n += (unsigned)__builtin_popcount(mask[i]);
	return n;
}

/* Read an address and its network into @out. Returns false for a link-local address, which is not
 * used to send from. */
static bool read_net(const struct sockaddr *sa, const struct sockaddr *mask, struct link_net *out)
{
	struct sockaddr_in in, m4;
	struct sockaddr_in6 in6, m6;

	if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		memcpy(&m4, mask, sizeof(m4));
		out->addr = dp_addr_v4(ntohl(in.sin_addr.s_addr));
		out->len = (uint8_t)(96 + mask_len((const uint8_t *)&m4.sin_addr, 4));
		return true;
	}
	memcpy(&in6, sa, sizeof(in6));
	memcpy(&m6, mask, sizeof(m6));
	memcpy(out->addr.b, &in6.sin6_addr, 16);
	out->len = (uint8_t)mask_len((const uint8_t *)&m6.sin6_addr, 16);
	return !IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr);
}

static void collect_nets(struct link *l, const struct ifaddrs *list, int family)
{
	for (const struct ifaddrs *a = list; a && l->net_count < LINK_MAX_ADDRS; a = a->ifa_next) {
		if (!a->ifa_addr || !a->ifa_netmask || a->ifa_addr->sa_family != family ||
		    strcmp(a->ifa_name, l->name) != 0)
			continue;
		if (read_net(a->ifa_addr, a->ifa_netmask, &l->net[l->net_count]))
			l->net_count++;
	}
}

static void read_nets(struct link *l)
{
	struct ifaddrs *list;

	if (getifaddrs(&list))
		return;
	collect_nets(l, list, AF_INET);
	collect_nets(l, list, AF_INET6);
	freeifaddrs(list);
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
	struct link_net net;
	struct ifaddrs *list;
	bool found = false;

	if (getifaddrs(&list))
		return false;
	for (const struct ifaddrs *i = list; i && !found; i = i->ifa_next) {
		if (!i->ifa_addr || !i->ifa_netmask ||
		    (i->ifa_addr->sa_family != AF_INET && i->ifa_addr->sa_family != AF_INET6))
			continue;
		read_net(i->ifa_addr, i->ifa_netmask, &net);
		found = dp_addr_compare(&net.addr, a) == 0;
	}
	freeifaddrs(list);
	return found;
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
