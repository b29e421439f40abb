/* SPDX-License-Identifier: Apache-2.0 */
/* cve_json.c - writes what is known about a CVE as JSON. */
#include <stdio.h>
#include <string.h>

#include "dp_addr.h"
#include "knowledge_age.h"
#include "cve_json.h"

const char *cve_link(const char *id, char out[CVE_LINK])
{
	snprintf(out, CVE_LINK, "https://nvd.nist.gov/vuln/detail/%.32s", id);
	return out;
}

/* A list of the JSON document. It is opened with its first member, so that no list is empty. */
struct list {
	struct json *json;
	const char *name;
	bool vulnerable;         /* criteria: which ones */
	enum vd_cve_state state; /* fixes: which ones */
	bool begun;
};

static void open_member(struct list *l)
{
	if (!l->begun)
		json_open_array(l->json, l->name);
	l->begun = true;
	json_open_object(l->json, NULL);
}

static void list_ssvc(struct json *j, const struct vd_cve *c)
{
	if (c->exploitation[0] == '\0' && c->automatable[0] == '\0' && c->impact[0] == '\0')
		return;
	json_open_object(j, "ssvc");
	json_text(j, "exploitation", c->exploitation);
	json_text(j, "automatable", c->automatable);
	json_text(j, "technical_impact", c->impact);
	json_close_object(j);
}

static void list_cwes(struct json *j, const char *cwes)
{
	char one[32];

	if (cwes[0] == '\0')
		return;
	json_open_array(j, "cwe");
	while (*cwes != '\0') {
		size_t n = strcspn(cwes, " ");

		snprintf(one, sizeof(one), "%.*s", (int)(n < sizeof(one) ? n : sizeof(one) - 1),
		         cwes);
		json_text(j, NULL, one);
		cwes += n + (cwes[n] == ' ');
	}
	json_close_array(j);
}

static void list_head(void *arg, const struct vd_cve *c)
{
	struct json *j = arg;
	char text[64];

	if (c->cvss_version_x10 != 0) {
		snprintf(text, sizeof(text), "%u.%u", c->cvss_version_x10 / 10,
		         c->cvss_version_x10 % 10);
		json_text(j, "severity", vd_severity_name(c->severity));
		json_number(j, "cvss", c->cvss_x10 / 10.0, 1);
		json_text(j, "cvss_version", text);
		json_text(j, "vector", c->vector);
	}
	if (c->epss >= 0)
		json_number(j, "epss", (double)c->epss, 5);
	json_bool(j, "kev", c->kev_date[0] != '\0');
	json_text(j, "exploited_since", c->kev_date);
	json_text(j, "kev_name", c->kev_name);
	list_ssvc(j, c);
	list_cwes(j, c->cwes);
}

static void list_criterion(void *arg, const struct vd_cve_criterion *c)
{
	struct list *l = arg;
	char cpe[256];

	if (c->vulnerable != l->vulnerable)
		return;
	snprintf(cpe, sizeof(cpe), "cpe:2.3:%.200s", c->cpe);
	open_member(l);
	json_text(l->json, "cpe", cpe);
	json_text(l->json, "range", c->range);
	json_close_object(l->json);
}

static void list_fix(void *arg, const struct vd_cve_fix *f)
{
	struct list *l = arg;

	if (f->state != l->state)
		return;
	open_member(l);
	json_text(l->json, "release", f->release);
	json_text(l->json, "package", f->package);
	json_text(l->json, "version", f->version);
	json_close_object(l->json);
}

static void tell_list(const struct vulndb *db, const char *id, struct list l, bool fixes)
{
	struct vd_cve_visitor v = {.arg = &l};

	if (fixes)
		v.fix = list_fix;
	else
		v.criterion = list_criterion;
	vulndb_cve(db, id, &v);
	if (l.begun)
		json_close_array(l.json);
}

static void tell_json(struct json *j, const struct vulndb *db, const char *id)
{
	vulndb_cve(db, id, &(struct vd_cve_visitor){.arg = j, .head = list_head});
	tell_list(db, id, (struct list){.json = j, .name = "affects", .vulnerable = true}, false);
	tell_list(db, id, (struct list){.json = j, .name = "with"}, false);
	tell_list(db, id, (struct list){.json = j, .name = "fixed_by", .state = VD_CVE_FIXED},
	          true);
	tell_list(db, id, (struct list){.json = j, .name = "not_fixed", .state = VD_CVE_NOT_FIXED},
	          true);
	tell_list(db, id,
	          (struct list){.json = j, .name = "not_affected", .state = VD_CVE_NOT_AFFECTED},
	          true);
}

static void has_range(void *arg, const struct vd_cve_criterion *c)
{
	bool *loaded = arg;

	*loaded = *loaded || c->vulnerable;
}

bool cve_has_ranges(const struct vulndb *db, const char *id)
{
	bool loaded = false;

	vulndb_cve(db, id, &(struct vd_cve_visitor){.arg = &loaded, .criterion = has_range});
	return loaded;
}

static void doubts_json(struct json *j, const struct vulndb *db, const char *id, int64_t now_us)
{
	char old[KNOWLEDGE_AGE_TEXT];

	json_bool(j, "ranges_loaded", cve_has_ranges(db, id));
	if (knowledge_age_words(db, now_us, old))
		json_text(j, "old", old);
}

void cve_json(struct json *j, const struct vulndb *db, const char *id, int64_t now_us)
{
	char link[CVE_LINK];

	json_text(j, "id", id);
	json_text(j, "link", cve_link(id, link));
	tell_json(j, db, id);
	doubts_json(j, db, id, now_us);
}

void cve_json_service(struct json *j, const struct record *r, const struct vd_verdict *v)
{
	char addr[DP_ADDR_TEXT];

	json_open_object(j, NULL);
	json_text(j, "ip", dp_addr_format(&r->addr, addr));
	json_int(j, "port", r->port);
	json_text(j, "product", r->identity.product);
	json_text(j, "version", v->version);
	json_text(j, "verdict", vd_kind_name(v->kind));
	json_int(j, "confidence", v->confidence);
	json_text(j, "fixed_by", v->fixed_by);
	json_text(j, "why", v->why);
	json_close_object(j);
}
