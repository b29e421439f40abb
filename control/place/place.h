/* SPDX-License-Identifier: Apache-2.0 */
/*
 * place.h - what is known of an address besides its answers: who is responsible for it, whose
 * network it is, where it stands.
 *
 * The knowledge lies in files of one folder, which belongs to a database:
 *
 * 	inventory.csv   one's own prefixes (inventory.h); it wins over all others
 * 	*.mmdb          MaxMind databases of any vendor (mmdb.h)
 * 	*.registry      what a registry of addresses delegated to whom (registry.h)
 *
 * Of several files of a kind, the first by name that states a value gives it. The files are read
 * when an address is looked up, so a replaced file holds for all addresses at once. Only one thread
 * uses a struct places.
 */
#ifndef SONDE_PLACE_H
#define SONDE_PLACE_H

#include "addr_range.h"
#include "error.h"

enum { PLACE_TEXT = 64, PLACE_NAME = 96, PLACE_TAGS = 16, PLACE_TAG = 32 };

/* All texts: "" = not known. They may hold any bytes but NUL. */
struct place_info {
	/* asset: of one's own inventory */
	char owner[PLACE_TEXT], site[PLACE_TEXT], scope[PLACE_TEXT];
	char criticality[PLACE_TAG]; /* "low", "medium", "high", "critical" */
	char tags[PLACE_TAGS][PLACE_TAG];
	unsigned tag_count;
	/* network */
	uint32_t asn; /* 0 = not known */
	char as_name[PLACE_NAME], org[PLACE_NAME], isp[PLACE_NAME];
	char registry[12];           /* "ripencc", "apnic", "arin", "lacnic", "afrinic" */
	struct dp_addr_range prefix; /* that the registry delegated; all zero = not known */
	char delegated[11];          /* when, "2011-02-03" */
	/* location */
	char country[3]; /* ISO 3166-1, two capital letters */
	char region[PLACE_TEXT], city[PLACE_TEXT];
	bool has_point;
	double latitude, longitude; /* degrees */
	const char
		*location_source; /* "inventory", "mmdb", "registry"; NULL = no location. Static */
};

struct places;

/*
 * Open the files of the folder @path (copied). A folder that does not exist is an empty one. A file
 * that cannot be used is left out; place_each_file() says why. 0 or -ENOMEM.
 */
int place_open(const char *path, struct places **out);
void place_close(struct places *p); /* NULL is fine */
/* The folder of @p; owned by @p. */
const char *place_path(const struct places *p);

/* Look @addr up in all files. Opens them anew if somebody changed them more than a second ago. NULL
 * for @p: nothing is known. Blocks while files are read. */
void place_find(struct places *p, const struct dp_addr *addr, struct place_info *out);

/* What the files can tell, as bits. NULL for @p: nothing. Pure. */
enum {
	PLACE_HAS_ASSETS = 1,
	PLACE_HAS_NETWORKS = 2,
	PLACE_HAS_LOCATIONS = 4,
	PLACE_HAS_REGISTRY = 8
};
unsigned place_kinds(const struct places *p);

/* A file of the folder. */
struct place_file {
	const char *name;  /* in the folder */
	const char *kind;  /* "inventory", "mmdb", "registry" */
	uint64_t entries;  /* prefixes of it; of a MaxMind database: nodes of its tree */
	int64_t built_us;  /* when its maker built it; 0 = not known */
	const char *fault; /* why it cannot be used; NULL = it can */
	const char *about; /* what it calls itself; "" = nothing */
};
/* Call @each with every file, by name, until it returns false. */
void place_each_file(const struct places *p, bool (*each)(void *arg, const struct place_file *f),
                     void *arg);

/*
 * Put the file @from into the folder @path, which is made if need be: a MaxMind database as it is, a
 * list of delegations of a registry as a table. It takes the place of a file of the same name, at
 * once and whole. @name receives its name in the folder.
 *
 * 0; -EINVAL (neither of the two, or damaged), -ENOMEM or -errno, with @err.
 */
int place_add(const char *path, const char *from, char name[PLACE_NAME], struct error *err);

/* Remove the file @name of the folder @path. 0, -ENOENT (there is none), -EINVAL (no name of such a
 * file) or -errno, with @err. */
int place_remove(const char *path, const char *name, struct error *err);

#endif
