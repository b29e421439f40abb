/* SPDX-License-Identifier: Apache-2.0 */
/* fragile.c - the ports and kinds of devices that a wrong request harms, and the requests that they
 * may get. */
#include <stddef.h>
#include <string.h>

#include "vulndb.h"

enum { TCP = 6, UDP = 17 };

#define PRINTER VD_FRAGILE_PRINTER, VD_FRAGILE_ON_REQUEST
#define INDUSTRY VD_FRAGILE_CONTROLLER, VD_FRAGILE_ASKED
#define IANA "IANA service name and port number registry"

/*
 * Sorted by port. A printer prints what it is sent; a controller may stop at a request that it does
 * not know. A row has no request where none is known that every device on such a port takes, or
 * where it is not implemented. Ports that devices share with common servers (2222 and 10001 over
 * TCP, 19999) are left out: there the device must show itself.
 */
static const struct vd_fragile table[] = {
	{35, 35, PRINTER, "printer", NULL, NULL, IANA ": any private printer server"},
	{102, 102, INDUSTRY, "s7", "s7", NULL, IANA ": iso-tsap; RFC 1006"},
	{170, 170, PRINTER, "printer", NULL, NULL, IANA ": print-srv, Network PostScript"},
	{502, 502, INDUSTRY, "modbus", "modbus", NULL, IANA ": mbap"},
	{515, 515, PRINTER, "lpd", "lpd", NULL, "RFC 1179"},
	{789, 789, INDUSTRY, "redlion", NULL, NULL, "Red Lion, Crimson 3"},
	{802, 802, INDUSTRY, "modbus", NULL, NULL, IANA ": mbap-s, Modbus inside TLS"},
	{1089, 1091, INDUSTRY, "ff-hse", NULL, NULL, IANA ": ff-annunc, ff-fms, ff-sm"},
	{1153, 1153, INDUSTRY, "c1222", NULL, NULL, "RFC 6142: electricity meters"},
	{1200, 1200, INDUSTRY, "codesys", NULL, NULL, "3S, CoDeSys gateway"},
	{1628, 1629, INDUSTRY, "lontalk", NULL, NULL, IANA ": lontalk-norm, lontalk-urgnt"},
	{1911, 1911, INDUSTRY, "fox", "fox", NULL, "Tridium, Niagara"},
	{1962, 1962, INDUSTRY, "pcworx", NULL, NULL, "Phoenix Contact, PC Worx"},
	{2404, 2404, INDUSTRY, "iec104", "iec104", NULL, IANA ": iec-104"},
	{2455, 2455, INDUSTRY, "codesys", NULL, NULL, IANA ": wago-io-system"},
	{3622, 3622, INDUSTRY, "ff-hse", NULL, NULL, IANA ": ff-lr-port"},
	{3671, 3671, INDUSTRY, "knx", NULL, "knx", IANA ": efcp, KNXnet/IP"},
	{4840, 4840, INDUSTRY, "opcua", "opcua", NULL, IANA ": opcua-tcp"},
	{4911, 4911, INDUSTRY, "fox", NULL, NULL, "Tridium, Niagara: Fox inside TLS"},
	{5006, 5007, INDUSTRY, "melsec", NULL, NULL, "Mitsubishi Electric, MELSEC"},
	{5094, 5094, INDUSTRY, "hart-ip", NULL, NULL, IANA ": hart-ip"},
	{9100, 9107, PRINTER, "jetdirect", "pjl", NULL, IANA ": pdl-datastream; HP JetDirect"},
	{9600, 9600, INDUSTRY, "fins", NULL, NULL, "Omron, FINS"},
	{11001, 11001, INDUSTRY, "metasys", NULL, NULL, IANA ": metasys"},
	{18245, 18245, INDUSTRY, "gesrtp", NULL, NULL, "GE, Service Request Transport Protocol"},
	{20000, 20000, INDUSTRY, "dnp3", "dnp3", "dnp3", IANA ": dnp"},
	{20547, 20547, INDUSTRY, "proconos", NULL, NULL, "KW-Software, ProConOS"},
	{34962, 34964, INDUSTRY, "profinet", NULL, NULL, IANA ": profinet-rt, -rtm, -cm"},
	{34980, 34980, INDUSTRY, "ethercat", NULL, NULL, IANA ": ethercat"},
	{44818, 44818, INDUSTRY, "enip", "enip", "enip", IANA ": EtherNet-IP-2"},
	{47808, 47808, INDUSTRY, "bacnet", NULL, "bacnet", IANA ": bacnet"},
};

enum { ROWS = sizeof(table) / sizeof(table[0]) };

const struct vd_fragile *vd_fragile_table(size_t *n)
{
	*n = ROWS;
	return table;
}

const struct vd_fragile *vd_fragile_port(uint16_t port, uint8_t transport)
{
	if (transport != TCP && transport != UDP)
		return NULL;
	for (size_t i = 0; i < ROWS && table[i].first <= port; i++)
		if (port <= table[i].last)
			return &table[i];
	return NULL;
}

const char *vd_fragile_request(const struct vd_fragile *f, uint8_t transport, bool on_request)
{
	if (f->ask == VD_FRAGILE_ON_REQUEST && !on_request)
		return NULL;
	return transport == TCP ? f->tcp : transport == UDP ? f->udp : NULL;
}

/* Services that only such devices offer, beside those of the table. */
static const char *const services[] = {"pjl", "s7comm", "atg", NULL};
/* The kinds of devices that are fragile, as rules name them: printers, and devices that drive
 * machines or pass bytes on to them. */
static const char *const devices[] = {"printer", "plc",   "controller",    "hmi",
                                      "rtu",     "meter", "serial-server", NULL};

static bool listed(const char *const *list, const char *word)
{
	while (*list != NULL && strcmp(*list, word) != 0)
		list++;
	return *list != NULL;
}

bool vd_fragile_service(const char *service)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(table[i].service, service) == 0)
			return true;
	return listed(services, service);
}

bool vd_fragile_identity(const struct vd_identity *id)
{
	if (listed(devices, id->device))
		return true;
	return strcmp(id->service_source, "port") != 0 && vd_fragile_service(id->service);
}

/* Products that are built into printers and controllers as well. */
static const char *const embedded[] = {
	"Appweb",  "Boa",      "GoAhead", "JC-HTTPD",     "micro_httpd", "mini_httpd",
	"Nucleus", "RomPager", "thttpd",  "Virata-EmWeb", NULL,
};

static bool is_embedded(const char *product)
{
	for (size_t i = 0; embedded[i] != NULL; i++)
		if (strncmp(product, embedded[i], strlen(embedded[i])) == 0)
			return true;
	return false;
}

bool vd_plain_identity(const struct vd_identity *id)
{
	return id->product[0] != '\0' && id->device[0] == '\0' &&
	       strcmp(id->service_source, "banner") == 0 && !is_embedded(id->product) &&
	       !vd_fragile_identity(id);
}
