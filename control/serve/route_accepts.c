/* SPDX-License-Identifier: Apache-2.0 */
/* route_accepts.c - accepted findings: the list, one more, one less. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "accept_json.h"
#include "child.h"
#include "json_in.h"
#include "routes.h"
#include "server.h"

/* The exit codes of `sonde accept` (control/README.md). */
enum { CODE_OK = 0, CODE_USAGE = 2, CODE_NOTHING = 3, CODE_DATABASE = 4, CODE_PRIVILEGE = 6 };

struct listing {
	struct exchange *x;
	struct json *json;
	uint64_t total;
};

static bool put_one(void *arg, const struct store_accept *a)
{
	struct listing *l = arg;
	const struct dp_addr_range range = {a->addr, a->range ? a->last : a->addr};

	if (!caller_sees_range(&l->x->caller, &range))
		return true;
	if (l->x->params.v[PARAM_ADDRESS].text != NULL && !accept_has(a, &l->x->params.range.first))
		return true;
	l->total++;
	accept_json(l->json, a, l->x->now_us);
	return true;
}

void route_accepts(struct exchange *x, struct jobs_tools *tools)
{
	struct listing l = {.x = x, .json = answer_object(&x->answer, 200)};
	int ret;

	if (l.json == NULL)
		return;
	json_open_array(l.json, "matches");
	ret = store_accept_each(tools->store, NULL, put_one, &l);
	json_close_array(l.json);
	json_uint(l.json, "total", l.total);
	json_bool(l.json, "total_exact", true);
	answer_close(&x->answer);
	if (ret < 0)
		answer_failure(&x->answer, ret);
}

/* What a body names. The texts live as long as the tree. */
struct wish {
	const char *addresses, *id, *until, *reason;
	char target[128];
};

/* Check the words as the command will, so that what is wrong with them is said here. */
static int check(struct exchange *x, struct wish *w, yajl_val tree, struct error *err)
{
	struct store_accept a;
	struct accept_words words;
	uint64_t port = 0;

	if (json_in_get(tree, "port") != NULL &&
	    (!json_in_number(tree, "port", &port) || port == 0 || port > 65535))
		return error_set(err, -EINVAL, "port: expected a number from 1 to 65535");
	if (w->addresses == NULL || w->id == NULL)
		return error_set(err, -EINVAL, "expected the members addresses and id");
	if (port == 0)
		snprintf(w->target, sizeof(w->target), "%.100s", w->addresses);
	else
		snprintf(w->target, sizeof(w->target),
		         strchr(w->addresses, ':') != NULL ? "[%.100s]:%u" : "%.100s:%u",
		         w->addresses, (unsigned)port);
	words = (struct accept_words){w->target, w->id, w->until != NULL ? w->until : "9999-12-31",
	                              w->reason != NULL ? w->reason : "removed"};
	return accept_parse(&words, x->now_us, &a, err);
}

/* What the command said, without its own name. */
static const char *without_name(const char *said)
{
	return strncmp(said, "sonde: ", 7) == 0 ? said + 7 : said;
}

static void run(struct exchange *x, const char *const *argv)
{
	char said[400] = "";
	int code = child_run(argv, said, sizeof(said));

	switch (code) {
	case CODE_OK:
		x->answer.status = 204;
		break;
	case CODE_USAGE:
		answer_problem(&x->answer, 400, "%s", without_name(said));
		break;
	case CODE_NOTHING:
		answer_problem(&x->answer, 404, "%s", without_name(said));
		break;
	case CODE_DATABASE:
		answer_problem(&x->answer, 409, "%s", without_name(said));
		break;
	case CODE_PRIVILEGE:
		answer_problem(&x->answer, 403, "the server may not write the database: %s",
		               without_name(said));
		break;
	default:
		answer_problem(&x->answer, 500, "%s", code < 0 ? strerror(-code) : said);
	}
}

static void change(struct exchange *x, bool add)
{
	static const char *const known[] = {"addresses", "port", "id", "until", "reason", NULL};
	const char *by = x->caller.name[0] != '\0' ? x->caller.name : "api";
	struct error err = {""};
	struct wish w = {0};
	yajl_val tree;
	int ret = json_in_parse((const char *)x->body.data, x->body.len, &tree, &err);

	if (ret != 0) {
		answer_refusal(&x->answer, NULL, &err);
		return;
	}
	ret = json_in_only(tree, known, &err);
	w = (struct wish){json_in_text(tree, "addresses"), json_in_text(tree, "id"),
	                  json_in_text(tree, "until"), json_in_text(tree, "reason"), ""};
	if (ret == 0 && add && (w.until == NULL || w.reason == NULL))
		ret = error_set(&err, -EINVAL, "expected the members until and reason");
	if (ret == 0)
		ret = check(x, &w, tree, &err);
	if (ret != 0) {
		answer_refusal(&x->answer, NULL, &err);
	} else {
		const char *const put[] = {"sonde",    "accept", "--db",    x->server->config->db,
		                           "--by",     by,       "--until", w.until,
		                           "--reason", w.reason, "--",      w.target,
		                           w.id,       NULL};
		const char *const drop[] = {"sonde",    "accept", "--db",   x->server->config->db,
		                            "--remove", "--",     w.target, w.id,
		                            NULL};

		snprintf(x->detail, sizeof(x->detail), "%.100s %.60s", w.target, w.id);
		run(x, add ? put : drop);
	}
	yajl_tree_free(tree);
}

void route_accept_add(struct exchange *x, struct jobs_tools *tools)
{
	(void)tools;
	change(x, true);
}

void route_accept_remove(struct exchange *x, struct jobs_tools *tools)
{
	(void)tools;
	change(x, false);
}
