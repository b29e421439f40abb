/* SPDX-License-Identifier: Apache-2.0 */
/*
 * classify.h - what a parsed frame says about a target of this scan, if the cookie vouches for it.
 */
#ifndef SONDE_CLASSIFY_H
#define SONDE_CLASSIFY_H

#include "probe.h"

/*
 * Judge one parsed frame. With CLASSIFY_RESULT, and only then, @out is filled in whole (time_us =
 * @now_us). Stateless and pure; any thread. Duplicates are not looked for: see dedup.h.
 */
enum classify_verdict classify(const struct probe *p, enum packet_kind kind,
			       const struct packet *packet, uint64_t now_us,
			       struct dp_result *out);

#endif
