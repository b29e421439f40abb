/* SPDX-License-Identifier: Apache-2.0 */
/* port_service.c - maps a port to the service, and to the protocol, that usually has it. */
#include <stdlib.h>

#include "proto.h"

enum { TCP = 6, UDP = 17 };

struct port_service {
	uint16_t port;
	const char *service;
};

/* Services for which there is no protocol here, sorted by port. The ports of the protocols are in
 * their rows, those of fragile devices in fragile.c. */
static const struct port_service tcp_services[] = {
	{7, "echo"},           {9, "discard"},          {11, "systat"},
	{18, "msp"},           {19, "chargen"},         {49, "tacacs"},
	{179, "bgp"},          {199, "smux"},           {264, "fw1"},
	{427, "svrloc"},       {464, "kpasswd"},        {500, "ike"},
	{512, "exec"},         {513, "login"},          {514, "shell"},
	{543, "klogin"},       {544, "kshell"},         {593, "msrpc"},
	{623, "ipmi"},         {666, "doom"},           {749, "kadmin"},
	{1701, "l2tp"},        {1720, "h323"},          {2003, "graphite"},
	{3632, "distcc"},      {4569, "iax"},           {4662, "edonkey"},
	{5038, "asterisk"},    {5044, "beats"},         {5355, "llmnr"},
	{6881, "bittorrent"},  {7077, "spark"},         {8021, "freeswitch"},
	{8125, "statsd"},      {8291, "mikrotik"},      {8333, "bitcoin"},
	{8728, "mikrotik"},    {9001, "tor"},           {9051, "torcontrol"},
	{9160, "cassandra"},   {9300, "elasticsearch"}, {9987, "teamspeak"},
	{10001, "atg"},        {10051, "zabbix"},       {17988, "ilo"},
	{17990, "ilo"},        {24224, "fluentd"},      {27015, "steam"},
	{30303, "ethereum"},   {34567, "dvr"},          {37777, "dahua"},
	{51413, "bittorrent"},
};

static const struct port_service udp_services[] = {
	{7, "echo"},           {19, "chargen"},      {67, "dhcp"},       {68, "dhcp"},
	{138, "netbios"},      {514, "syslog"},      {1701, "l2tp"},     {1812, "radius"},
	{1813, "radius"},      {2049, "nfs"},        {5351, "natpmp"},   {5355, "llmnr"},
	{6881, "bittorrent"},  {9987, "teamspeak"},  {17185, "vxworks"}, {30303, "ethereum"},
	{33434, "traceroute"}, {51820, "wireguard"},
};

static bool lists(const uint16_t *ports, uint16_t port)
{
	for (; ports != NULL && *ports != 0; ports++)
		if (*ports == port)
			return true;
	return false;
}

/* The protocol whose row lists the port, or NULL. */
static const struct vd_proto *owner(uint16_t port, uint8_t transport)
{
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);

	for (size_t i = 0; i < n; i++)
		if (transport == TCP ? lists(all[i]->ports, port) || lists(all[i]->tls_ports, port)
		                     : lists(all[i]->udp_ports, port))
			return all[i];
	return NULL;
}

static int compare_ports(const void *key, const void *entry)
{
	const uint16_t *port = key;
	const struct port_service *s = entry;

	return (*port > s->port) - (*port < s->port);
}

const char *vd_port_service(uint16_t port, uint8_t transport)
{
	const struct port_service *table = transport == TCP ? tcp_services : udp_services, *found;
	size_t n = transport == TCP ? sizeof(tcp_services) / sizeof(tcp_services[0])
	                            : sizeof(udp_services) / sizeof(udp_services[0]);
	const struct vd_fragile *fragile = vd_fragile_port(port, transport);
	const struct vd_proto *p;

	if (fragile != NULL)
		return fragile->service;
	if (transport != TCP && transport != UDP)
		return NULL;
	p = owner(port, transport);
	if (p != NULL)
		return vd_proto_name(p);
	found = bsearch(&port, table, n, sizeof(*table), compare_ports);
	return found != NULL ? found->service : NULL;
}

const struct vd_proto *vd_proto_of_port(uint16_t port, bool *tls)
{
	const struct vd_proto *p = owner(port, TCP);

	if (p == NULL)
		return vd_proto_find(vd_port_service(port, TCP), tls);
	*tls = lists(p->tls_ports, port);
	return vd_proto_talks(p) ? p : NULL;
}
