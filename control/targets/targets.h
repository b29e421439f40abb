/* SPDX-License-Identifier: Apache-2.0 */
/*
 * targets.h - parses lists of addresses, as people write them, into ranges.
 *
 *   192.0.2.0/24   192.0.2.1-192.0.2.20   192.0.2.1-20   192.0.2.7   2001:db8::/120   @file
 *   10.0-1.0.*   2001:db8:0-ff::1-2   (see pattern.h)
 *   example.org   example.org/28   (see names.h: all addresses of the name, or their networks)
 *   192.0.2.1:80   https://example.org/   (see target_word.h: targets with a port of their own)
 *
 * Words are separated by blanks, commas or newlines; # begins a comment. Nothing is ever skipped: a
 * word that cannot be understood is an error with its place. A list is read by family: a word in
 * IPv6, such as ::/0, never names an IPv4 address, though those lie inside the IPv6 space (mapped).
 */
#ifndef SONDE_TARGETS_H
#define SONDE_TARGETS_H

#include "dp.h"
#include "names.h"

struct target_range {
	struct dp_addr first, last; /* inclusive, same family, first <= last */
};

/* The place of a word in a list. Valid only during the call that receives it. */
struct target_place {
	const char *source;  /* the file, or the option */
	size_t line, column; /* from 1 */
	const char *word;    /* not terminated */
	size_t len;
	uint16_t port; /* that the word names; 0: none */
};

/*
 * Receives one range and the word @at that it comes from (NULL: it comes from no word). Returns 0
 * to go on, 1 to end the reading, -errno to end it as a failure.
 */
typedef int (*targets_sink)(void *arg, const struct target_range *range,
                            const struct target_place *at);

/*
 * Parse one word, without blanks, into *@out. Patterns are not accepted. Returns 0, or -EINVAL with
 * *@column (1-based) and *@expected (static text). Pure.
 */
int targets_word(const char *word, size_t len, struct target_range *out, size_t *column,
                 const char **expected);

/* Who takes the ranges of a list, and what its words may be. */
struct targets_taker {
	targets_sink sink;
	void *arg;
	struct names *names; /* the addresses of host names; NULL: no names */
	/* the list says what to probe, not what to leave out: words may name a port, and addresses
	 * of names that this machine has no route to are left out */
	bool probes;
};

/* Call the sink with every range of @text, which may be two for a word in IPv6 that covers the
 * mapped IPv4 addresses. Errors begin with @source: "source:line:column: ...". Blocks while names
 * are looked up. 0, 1 (the sink ended it), -EINVAL, or the sink's error. */
int targets_text(const char *source, const char *text, size_t len, const struct targets_taker *to,
                 struct error *err);

/* The same for a file; "-" is the standard input. 0, 1, -EINVAL, -ENOENT, ... with @err. */
int targets_file(const char *path, const struct targets_taker *to, struct error *err);

/* The same for @text of the command line: a list, or "@" and the name of a file. @option is the
 * source of a list. */
int targets_argument(const char *option, const char *text, const struct targets_taker *to,
                     struct error *err);

/* Ranges in memory, such as those of a scope file, which allows the addresses in it and no
 * others. */
struct target_list {
	struct target_range *ranges;
	size_t count, room;
};

/* A targets_sink that appends @range to @list, a struct target_list. 0 or -ENOMEM. */
int target_list_add(void *list, const struct target_range *range, const struct target_place *at);
void target_list_fini(struct target_list *list);
/* Call @sink with all ranges of both families that lie outside of @list, which it sorts, until it
 * returns another value than 0. Returns 0 or that value. */
int target_list_outside(struct target_list *list, targets_sink sink, void *arg);

#endif
