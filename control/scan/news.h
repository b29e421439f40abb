/* SPDX-License-Identifier: Apache-2.0 */
/*
 * news.h - what the batches of a running scan brought: ports that opened, services that got a name
 * or another one, and the worst findings.
 *
 * 	writer --batch committed--> news_batch() --an item a port or service--> news_each
 * 	                                 |
 * 	                                 +--> counts, the newest items, the worst findings
 *
 * The batch says which ports opened; the change log, whose new entries are read after each batch, says
 * what else is new. So what is shown is stored already.
 */
#ifndef SONDE_NEWS_H
#define SONDE_NEWS_H

#include "store.h"

enum news_mark {
	NEWS_NEW = 1,     /* the port was not open before */
	NEWS_CHANGED = 2, /* another service or another certificate than before */
};

/* An open port, or a service whose grab is over. */
struct news_item {
	/* of a port only the header is set: address, port, state, reply, ask, times */
	const struct record *record;
	bool named; /* the grab is over; false: the port was found */
	bool last;  /* no further item of this port follows, but for a correction */
	/* it was told before, and its host turned out to be a honeypot since */
	bool corrected;
	unsigned marks; /* enum news_mark */
	/* of this service alone; reason_count 0: not known */
	struct vd_score score;
};

/* Receives an item, which is valid during the call. Runs in the thread of news_batch(), which waits
 * for it. */
typedef void (*news_each)(void *arg, const struct news_item *item);

/* What this run of the scan changed. */
struct news_counts {
	uint64_t opened, closed; /* ports */
	uint64_t changed;        /* services, certificates */
	uint64_t findings;       /* CVEs and exposures that were not there before */
	uint64_t resolved;       /* those that are no more */
};

enum { NEWS_WORDS = 64, NEWS_RECENT = 8, NEWS_WORST = 5 };

/* A service in a few words. */
struct news_line {
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport;
	uint8_t marks;
	uint8_t value, level;   /* of its score; value 0: not known */
	uint8_t base;           /* of its worst finding */
	char words[NEWS_WORDS]; /* "nginx 1.18.0 (http)", of the network: escape it */
	char finding[40];       /* the id of its worst finding, or its code */
};

struct news_digest {
	struct news_counts counts;
	struct news_line recent[NEWS_RECENT]; /* the newest first */
	unsigned recent_count;
};

struct news;

struct news_config {
	struct store *store;
	const char *scan;
	const struct vulndb *knowledge; /* its weights; NULL: those of the program */
	news_each each;                 /* NULL: nobody is told */
	void *arg;
};

/* Begin behind the last entry of the change log. What @config names outlives the object. 0, -ENOMEM
 * or the store's error. */
int news_new(const struct news_config *config, struct news **out);
void news_free(struct news *n); /* NULL is fine */

/* A batch of the scan was committed, or with NULL: something else was written to the store. @arg is
 * the struct news. Call it in the thread that writes to the store. */
void news_batch(void *arg, const struct store_batch *batch);

/* What was counted so far. Any thread. */
void news_read(struct news *n, struct news_digest *out);

/* The services with the worst findings, the worst first, at most NEWS_WORST; none whose finding is
 * accepted, and none that is Safe. Reads the store: call it when nothing is written any more. Returns
 * how many. */
unsigned news_worst(struct news *n, struct news_line out[NEWS_WORST]);

/* "nginx 1.18.0 (http)", "http", or "http?" if only the port says so; "" if nothing is known. */
void news_words(const struct vd_identity *id, char out[NEWS_WORDS]);

#endif
