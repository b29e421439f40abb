/* SPDX-License-Identifier: Apache-2.0 */
/* route_vulns.c - what is known about a CVE, and the services that have it. */
#include <errno.h>
#include <string.h>

#include "routes.h"
#include "server.h"
#include "cve_json.h"

struct having {
	struct exchange *x;
	struct json *json;
	uint64_t shown, total, count[VD_FIXED + 1];
};

static bool put_service(void *arg, const struct record *r)
{
	struct having *h = arg;

	for (uint32_t i = 0; i < r->verdict_count && record_is_up(r); i++) {
		const struct vd_verdict *v = &r->verdicts[i];

		if (strcmp(v->cve, h->x->params.cve) != 0 || !caller_sees(&h->x->caller, &r->addr))
			continue;
		h->total++;
		h->count[v->kind]++;
		if (h->shown++ < h->x->params.v[PARAM_LIMIT].number)
			cve_json_service(h->json, r, v);
	}
	return true;
}

static void put_counts(struct json *j, const struct having *h)
{
	json_open_object(j, "counts");
	for (uint8_t k = VD_AFFECTED; k <= VD_FIXED; k++)
		json_uint(j, vd_kind_name(k), h->count[k]);
	json_close_object(j);
	json_uint(j, "total", h->total);
	json_bool(j, "total_exact", true);
}

void route_vuln(struct exchange *x, struct jobs_tools *tools)
{
	struct having h = {.x = x};
	int ret;

	if (!routes_has_rows(x))
		return;
	if (tools->knowledge == NULL ||
	    vulndb_cve(tools->knowledge, x->params.cve, &(struct vd_cve_visitor){0}) != 0) {
		answer_problem(&x->answer, 404, "%s: not in the knowledge file", x->params.cve);
		return;
	}
	h.json = answer_object(&x->answer, 200);
	if (h.json == NULL)
		return;
	cve_json(h.json, tools->knowledge, x->params.cve, x->now_us);
	json_open_array(h.json, "services");
	ret = store_each_with(tools->store, x->params.cve, put_service, &h);
	json_close_array(h.json);
	put_counts(h.json, &h);
	answer_close(&x->answer);
	if (ret < 0)
		answer_failure(&x->answer, ret);
	routes_count_rows(x, h.shown < x->params.v[PARAM_LIMIT].number
	                             ? h.shown
	                             : x->params.v[PARAM_LIMIT].number);
}
