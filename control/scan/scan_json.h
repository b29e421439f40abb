/* SPDX-License-Identifier: Apache-2.0 */
/* scan_json.h - the record of a scan as JSON, and what the scan was asked for. */
#ifndef SONDE_SCAN_JSON_H
#define SONDE_SCAN_JSON_H

#include "json.h"
#include "store.h"

enum { SCAN_WISH_TEXT = 200 };

/* The targets and ports of a scan's command line, cut where they do not fit; "" where the command
 * line is not kept. */
struct scan_wish {
	char targets[SCAN_WISH_TEXT], ports[SCAN_WISH_TEXT];
};

/* Read what @scan was asked for from its command line in @store. 0 or -errno. Blocks while the disk
 * reads. */
int scan_wish_read(struct store *store, const struct store_scan *scan, struct scan_wish *out);

/* How many positions were done with a probe. Pure. */
uint64_t scan_probed(const struct store_scan *s);
/* Whether `sonde scan --resume` can go on with it. Pure. */
bool scan_can_go_on(const struct store_scan *s);

/* Write the members that a list of scans shows into the open object. */
void scan_json(struct json *j, const struct store_scan *s, const struct scan_wish *w);
/* The others that one scan shows in full. */
void scan_json_more(struct json *j, const struct store_scan *s);

#endif
