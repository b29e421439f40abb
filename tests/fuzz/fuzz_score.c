/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_score.c - hostile bytes as the score's table; one that is taken must give scores within its
 * bounds. */
#include <stdlib.h>

#include "score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct vd_verdict v = {.kind = VD_POSSIBLE, .cvss_x10 = 98, .kev = true, .epss = 1};
	const struct vd_spot at = {443, 6, 1, 2};
	struct vd_finding list[3];
	struct vd_model *m;
	struct error err;
	struct vd_score s;

	if (score_table_open("fuzz", (const char *)data, size, &m, &err) != 0)
		return 0;
	list[0] = list[1] = vd_finding_verdict(m, &v, &at);
	list[2] = vd_finding_service(m, NULL, &at);
	vd_score(m, list, 3, &s);
	if (s.value > 100 || s.level > VD_CRITICAL)
		abort();
	vd_model_close(m);
	return 0;
}
