/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_net.c - checks how well each kernel interface can be used for a scan. */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "doctor.h"

struct nic {
	const char *name;
	char driver[32];
	unsigned flags;
	int speed; /* Mbit/s; -1 = not known */
	unsigned queues;
};

/* Drivers of Linux 6.x with native XDP; @zero_copy: AF_XDP works without copying packets. */
static const struct {
	const char *driver;
	bool zero_copy;
} xdp_drivers[] = {
	{"atlantic", false},     {"bnxt_en", false},    {"ena", false},
	{"enetc", false},        {"fec", false},        {"gve", true},
	{"hv_netvsc", false},    {"i40e", true},        {"iavf", false},
	{"ice", true},           {"igb", false},        {"igc", true},
	{"ixgbe", true},         {"ixgbevf", false},    {"mlx4_en", false},
	{"mlx5_core", true},     {"mvneta", false},     {"mvpp2", false},
	{"netsec", false},       {"nfp", true},         {"qede", false},
	{"sfc", false},          {"stmmac", true},      {"thunder-nicvf", false},
	{"ti_cpsw", false},      {"tsnep", true},       {"tun", false},
	{"veth", false},         {"virtio_net", false}, {"vmxnet3", false},
	{"xen-netfront", false},
};

static int ask(int fd, unsigned long request, const char *name, void *data, struct ifreq *ifr)
{
	memset(ifr, 0, sizeof(*ifr));
	snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", name);
	ifr->ifr_data = data;
	return ioctl(fd, request, ifr);
}

static void look(int fd, struct nic *n)
{
	struct ethtool_drvinfo drv = {.cmd = ETHTOOL_GDRVINFO};
	struct ethtool_channels ch = {.cmd = ETHTOOL_GCHANNELS};
	char path[96], line[32];
	struct ifreq ifr;

	if (ask(fd, SIOCGIFFLAGS, n->name, NULL, &ifr) == 0)
		n->flags = (unsigned short)ifr.ifr_flags;
	if (ask(fd, SIOCETHTOOL, n->name, &drv, &ifr) == 0)
		snprintf(n->driver, sizeof(n->driver), "%s", drv.driver);
	n->queues = 1;
	if (ask(fd, SIOCETHTOOL, n->name, &ch, &ifr) == 0 && ch.combined_count + ch.rx_count > 0)
		n->queues = ch.combined_count + ch.rx_count;
	snprintf(path, sizeof(path), "/sys/class/net/%s/speed", n->name);
	n->speed = doctor_line(path, line, sizeof(line)) ? atoi(line) : -1;
}

static const char *xdp_words(const char *driver)
{
	for (size_t i = 0; i < sizeof(xdp_drivers) / sizeof(xdp_drivers[0]); i++)
		if (strcmp(driver, xdp_drivers[i].driver) == 0)
			return xdp_drivers[i].zero_copy ? "native XDP, AF_XDP without copying"
			                                : "native XDP";
	return NULL;
}

/* Say of an interface that is a part of another one which of the two a scan takes. Returns whether
 * it is the other one. */
static bool report_part(struct doctor *d, const struct nic *n, const char *check)
{
	char path[96], target[256], other[IF_NAMESIZE];
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/class/net/%s/master", n->name);
	len = readlink(path, target, sizeof(target) - 1);
	if (len <= 0)
		return false;
	target[len] = '\0';
	snprintf(other, sizeof(other), "%.15s",
	         strrchr(target, '/') != NULL ? strrchr(target, '/') + 1 : target);
	/* The kernel counts bridges and bonds among its devices of a type, VRFs as plain ones. */
	snprintf(path, sizeof(path), "/sys/class/net/%s/bridge", other);
	if (access(path, F_OK) != 0)
		snprintf(path, sizeof(path), "/sys/class/net/%s/bonding", other);
	if (access(path, F_OK) != 0) {
		doctor_add(d, DOCTOR_OK, check, "in %s; if that is a VRF, scans follow its routes",
		           other);
		return false;
	}
	doctor_mend(doctor_add(d, DOCTOR_WARN, check, "a part of %s, which has the addresses",
	                       other),
	            "sonde scan --iface %s ...", other);
	return true;
}

static void report(struct doctor *d, const struct nic *n)
{
	const char *xdp = xdp_words(n->driver);
	char check[48], speed[24] = "";

	snprintf(check, sizeof(check), "interface %.32s", n->name);
	if (report_part(d, n, check))
		return;
	if (n->speed > 0)
		snprintf(speed, sizeof(speed), ", %d Mbit/s", n->speed);
	if (!(n->flags & IFF_UP)) {
		doctor_mend(doctor_add(d, DOCTOR_WARN, check, "%s is down", n->driver),
		            "ip link set %s up", n->name);
		return;
	}
	if (!(n->flags & IFF_RUNNING)) {
		doctor_add(d, DOCTOR_WARN, check, "%s has no carrier: check the cable", n->driver);
		return;
	}
	if (xdp == NULL)
		doctor_add(d, DOCTOR_WARN, check,
		           "%s%s, %u queue%s: no native XDP known, the generic path is slower",
		           n->driver[0] ? n->driver : "no driver name", speed, n->queues,
		           n->queues == 1 ? "" : "s");
	else
		doctor_add(d, DOCTOR_OK, check, "%s%s, %u queue%s: %s", n->driver, speed, n->queues,
		           n->queues == 1 ? "" : "s", xdp);
}

/* Whether the device is one that nobody scans over: ends of tunnels and buffers that modules of the
 * kernel make by themselves, of the type Ethernet. */
static bool is_no_nic(const char *driver)
{
	static const char *const drivers[] = {"dummy",     "erspan",    "gretap", "ifb",
	                                      "ip6erspan", "ip6gretap", "nlmon",  "teql"};

	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (strcmp(driver, drivers[i]) == 0)
			return true;
	return false;
}

static bool scans_over(const char *name)
{
	char path[96], line[16];

	snprintf(path, sizeof(path), "/sys/class/net/%s/type", name);
	return doctor_line(path, line, sizeof(line)) && atoi(line) == ARPHRD_ETHER;
}

void doctor_interfaces(struct doctor *d)
{
	struct if_nameindex *all = if_nameindex();
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned seen = 0;

	for (struct if_nameindex *i = all; fd >= 0 && i != NULL && i->if_index != 0; i++) {
		struct nic n = {.name = i->if_name};

		if (!scans_over(i->if_name))
			continue;
		look(fd, &n);
		if (is_no_nic(n.driver))
			continue;
		report(d, &n);
		seen++;
	}
	if (seen == 0)
		doctor_mend(doctor_add(d, DOCTOR_FAIL, "interfaces",
		                       "no Ethernet interface of the kernel"),
		            "name a dedicated NIC: sonde scan --port 0000:01:00.0 ...");
	if (fd >= 0)
		close(fd);
	if (all != NULL)
		if_freenameindex(all);
}
