/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - the parsed command line of a scan. Nothing is looked up or opened yet. */
#ifndef SONDE_CONFIG_H
#define SONDE_CONFIG_H

#include "option.h"
#include "dp.h"

/* "2/8" on the command line: the second of eight, kept 0-based. */
struct config_shard {
	uint32_t index, count;
};

struct config_mac {
	bool given;
	uint8_t b[6];
};

struct config_port_range {
	uint16_t first, last; /* 0,0 = the default */
};

struct config {
	const char *const *targets; /* operands */
	unsigned target_count;
	struct option_list ports, excludes, exclude_files;
	enum dp_probe probe;
	const char *payload_file;
	const char *scope_file;
	const char *iface, *pci, *vdev, *af_packet;
	const char *db, *vulndb;
	const char *resume;
	const char *status_json; /* NULL = none; digits = a descriptor; else a file */
	double rate;             /* packets a second; 0 = RATE_DEFAULT_PPS; RATE_AUTO */
	double rate_max;         /* of RATE_AUTO; 0 = none */
	struct dp_rate_cap rate_cap;
	double bandwidth;   /* bits a second; 0 = not given */
	const uint8_t *key; /* of the scan that is gone on with; NULL = by seed */
	const char *seed;   /* a number; NULL = a random key */
	struct config_shard shard;
	uint32_t passes, workers;
	uint32_t ipv6_budget; /* addresses of each IPv6 range; 0 = all */
	uint64_t cooldown_us, fresh_us;
	uint64_t list_max; /* targets that --dry-run prints */
	struct option_list source_ips;
	struct config_port_range source_ports;
	const char *gateway;
	uint32_t prefix_len, vlan;
	struct config_mac gateway_mac;
	uint32_t grab_total, grab_per_host;
	const char *user_agent, *contact; /* at most one is given */
	bool control;                     /* control probes are sent to suspicious hosts */
	bool ask_fragile;                 /* ask fragile devices even what upsets some of them */
	bool grab, dry_run, quiet, generic_xdp;
};

void config_init(struct config *c); /* the defaults */

extern const struct option_spec config_spec;

/*
 * Parse the arguments of `sonde scan` into *@c, which points into @argv from then on, and check
 * what several options together must keep. 0, -EINVAL with @err, or -ECANCELED: --help was asked
 * for.
 */
int config_parse(struct config *c, int argc, char **argv, struct error *err);

/* @argv as one line that config_words() takes apart again; false where it does not fit. */
bool config_quote(int argc, char **argv, char *out, size_t size);

/* Take such a line apart in place into at most @max words; returns how many, or -EINVAL. */
int config_words(char *line, char **words, int max);

enum { CONFIG_PATH = 4096 };
/* The database directory: @given, else $SONDE_DB, else /var/lib/sonde for root, else
 * $XDG_DATA_HOME/sonde, else ~/.local/share/sonde. Returns @out. */
const char *config_db_path(const char *given, char out[CONFIG_PATH]);

#endif
