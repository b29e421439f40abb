/* SPDX-License-Identifier: Apache-2.0 */
/* fork.c - knows the products that began as a copy of another, by their makers' own pages. */
#include "fork.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* How a fork's name begins, and its parent as a CPE name has it. */
static const struct {
	const char *name, *vendor, *product;
} forks[] = {
	{"Valkey", "redis", "redis"},       {"KeyDB", "redis", "redis"},
	{"Dragonfly", "redis", "redis"},    {"Garnet", "redis", "redis"},
	{"Redict", "redis", "redis"},       {"MariaDB", "oracle", "mysql"},
	{"Percona", "oracle", "mysql"},     {"OpenSSH for Windows", "openbsd", "openssh"},
	{"OpenResty", "f5", "nginx"},       {"Tengine", "f5", "nginx"},
	{"Angie", "f5", "nginx"},           {"freenginx", "f5", "nginx"},
	{"LibreSSL", "openssl", "openssl"}, {"BoringSSL", "openssl", "openssl"},
	{"TomEE", "apache", "tomcat"},      {"OpenSearch", "elastic", "elasticsearch"},
};

/* The parents' further names. */
static const struct {
	const char *vendor, *of;
} vendors[] = {
	{"redislabs", "redis"},
	{"mysql", "oracle"},
	{"nginx", "f5"},
	{"elasticsearch", "elastic"},
};

static bool same_vendor(const char *vendor, const char *parent)
{
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (strcmp(vendors[i].vendor, vendor) == 0)
			vendor = vendors[i].of;
	return strcmp(vendor, parent) == 0;
}

bool fork_is_of(const char *answers, const char *vendor, const char *product)
{
	for (size_t i = 0; i < sizeof(forks) / sizeof(forks[0]); i++)
		if ((forks[i].name[0] | 0x20) == (answers[0] | 0x20) &&
		    strcmp(forks[i].product, product) == 0 &&
		    strncasecmp(forks[i].name, answers, strlen(forks[i].name)) == 0 &&
		    same_vendor(vendor, forks[i].vendor))
			return true;
	return false;
}
