/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - the parsed command line of a scan. Nothing is looked up or opened yet. */
#ifndef SONDE_CONFIG_H
#define SONDE_CONFIG_H

#include "names.h"
#include "option.h"
#include "dp.h"

/* "2/8" on the command line: the second of eight, kept 0-based. "1" beside --shards 8 is the same;
 * until both are read, its count is 0. */
struct config_shard {
	uint32_t index, count;
};

struct config_mac {
	bool given;
	uint8_t b[6];
};

struct config_time {
	bool given;
	uint64_t us;
};

struct config_port_range {
	uint16_t first, last; /* 0,0 = the default */
};

/* Through which TCP grabs go. */
enum config_via {
	CONFIG_VIA_AUTO, /* the kernel's where it has the way of the probes, else the workers' */
	CONFIG_VIA_KERNEL,
	CONFIG_VIA_WORKER,
};

/* How findings are printed while the scan runs. */
enum config_output {
	CONFIG_OUTPUT_AUTO, /* a table on a terminal, else NDJSON */
	CONFIG_OUTPUT_TABLE,
	CONFIG_OUTPUT_NDJSON,
	CONFIG_OUTPUT_JSON,
	CONFIG_OUTPUT_CSV,
	CONFIG_OUTPUT_LIST, /* ADDRESS:PORT */
};
enum { CONFIG_COOLDOWN_US = 8000000 }; /* the default */

/* --refresh: which known open ports are asked instead of a walk. */
enum config_refresh { CONFIG_REFRESH_OFF, CONFIG_REFRESH_UNASKED, CONFIG_REFRESH_ALL };

struct config {
	const char *const *targets; /* operands */
	unsigned target_count;
	struct option_list ports, exclude_ports, excludes, exclude_files;
	/* What configuration files exclude that did not when the scan to resume began. */
	struct option_list late_excludes, late_exclude_files;
	struct option_list resolves; /* --resolve */
	struct names *names;         /* of host names; NULL: none are taken; not owned */
	uint32_t probes;             /* --probe: a bit for each enum dp_probe; 0 = not given */
	uint32_t kinds;              /* what is probed, one kind after the other: the same bits */
	uint32_t part;               /* --part: the bit of the kind at hand; 0 = the first one */
	enum dp_probe probe;         /* the kind at hand */
	bool later;                  /* it is not the first kind of this run */
	const char *payload_file;
	const char *scope_file;
	const char *iface, *pci, *vdev, *af_packet;
	const char *db, *vulndb;
	const char *config_file; /* --config; config_file.h reads it */
	const char *resume;
	const char *status_json; /* NULL = none; digits = a descriptor; else a file */
	double rate;             /* packets a second; 0 = RATE_DEFAULT_PPS; RATE_AUTO */
	double rate_max;         /* the upper limit of RATE_AUTO or of @rate; 0 = none */
	struct dp_rate_cap rate_cap;
	double bandwidth;   /* bits a second; 0 = not given */
	const uint8_t *key; /* key of the scan to resume; NULL = decided by seed */
	const char *seed;   /* a number; NULL = none: plan_make() chooses the key */
	struct config_shard shard;
	uint32_t shards; /* --shards; 0 = --shard has both numbers */
	uint32_t passes, workers;
	uint32_t ipv6_budget; /* addresses to probe in each IPv6 range; 0 = all */
	uint64_t cooldown_us, fresh_us;
	uint64_t list_max; /* targets that --dry-run prints */
	struct option_list source_ips;
	struct config_port_range source_ports;
	struct option_list gateways;
	uint32_t prefix_len, vlan;
	struct config_mac gateway_mac;
	enum config_refresh refresh;                      /* ask known ports, and send no probe */
	uint32_t grab_total, grab_per_host, grab_threads; /* 0: as usual */
	uint32_t effort; /* 1 to GRAB_EFFORT_MOST: how much each port may be asked */
	const char *user_agent, *contact; /* at most one is given */
	bool control;                     /* send control probes to hosts that may be middleboxes */
	bool jarm;                        /* hash the TLS of each port by ten more connections */
	bool ask_fragile; /* send fragile devices even requests that upset some of them */
	struct config_time grab_timeout;
	enum config_via grab_via;
	enum config_output output;
	bool open_only; /* of the findings, print only that a port is open */
	bool log_json;  /* the log on stderr is JSON lines */
	bool grab, dry_run, quiet, generic_xdp, force_iface;
};

void config_init(struct config *c); /* the defaults */

enum { CONFIG_ROWS = 96 }; /* at most so many options */
extern const struct option_spec config_spec;

/* Whether @word is a target rather than the name of a command: an address, a prefix, a range, a URL,
 * @file, localhost, or a host name with a dot in it. Looks nothing up, opens nothing. */
bool config_is_target(const char *word);

/* Name the kind at hand, as --part takes it. Static text. Pure. */
const char *config_kind_name(const struct config *c);

/* Go on to the next kind of a scan of several kinds. --rate auto is for SYN probes, which come first;
 * the others then have the default rate. Returns false behind the last one. Pure. */
bool config_next_kind(struct config *c);

/* Put the addresses of --resolve into @n, let @c use it, and have other names looked up by @lookup
 * (NULL: they are refused). 0, -EINVAL with @err, or -ENOMEM. The caller calls names_fini(). */
int config_names(struct config *c, struct names *n, names_lookup lookup, struct error *err);

/*
 * Parse the arguments of `sonde scan` into *@c and refuse options that contradict each other. *@c
 * points into @argv afterwards. Returns 0, -EINVAL with @err, or -ECANCELED if --help was given.
 */
int config_parse(struct config *c, int argc, char **argv, struct error *err);

/* Join @argv into one quoted line that config_words() can split again. False if it does not fit
 * into @size bytes, at least 1: then the line is cut and ends with three dots outside of quotes. */
bool config_quote(int argc, char **argv, char *out, size_t size);

/* Split a line of config_quote() in place into at most @max words, which point into @line. Returns
 * the number of words, or -EINVAL (too many words, or a quote that is not closed). */
int config_words(char *line, char **words, int max);

/* What Linux allows for a path, and what of it the names of the files in the database take. */
enum { CONFIG_PATH = 4096, CONFIG_PATH_NAMES = 64 };
/* Write the database directory to @out: @given, else $SONDE_DB, else `db` of the configuration files,
 * else /var/lib/sonde for root, else $XDG_DATA_HOME/sonde, else ~/.local/share/sonde. Returns 0,
 * -ENAMETOOLONG with @err naming where the path comes from, or an error of a configuration file.
 * Blocks while it reads those. */
int config_db_path(const char *given, char out[CONFIG_PATH], struct error *err);

#endif
