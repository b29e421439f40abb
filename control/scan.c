/* SPDX-License-Identifier: Apache-2.0 */
/* scan.c - opens and closes what a scan holds. */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "cmd.h"
#include "priv.h"
#include "rate.h"
#include "rematch.h"
#include "scan.h"
#include "scan_port.h"

static int open_store(struct scan *s, struct dp_error *err)
{
	struct store_error why = {""};
	int ret;

	config_db_path(s->config->db, s->db_path);
	ret = store_open(s->db_path, STORE_WRITE, &s->store, &why);
	if (ret == 0)
		return CMD_OK;
	snprintf(err->text, sizeof(err->text), "%s", why.text);
	return ret == -ENOSPC ? CMD_FULL : ret == -EACCES ? CMD_PRIVILEGE : CMD_DATABASE;
}

static int use_knowledge(struct scan *s)
{
	struct store_knowledge k;
	int ret;

	rematch_knowledge(s->knowledge, &k);
	ret = store_know(s->store, &k);
	if (ret != 0)
		return ret == -ENOSPC ? CMD_FULL : CMD_DATABASE;
	return enricher_new(s->knowledge, &s->enricher) == 0 ? CMD_OK : CMD_FAILED;
}

/* Without knowledge a scan is still worth its while, unless the operator named a file. */
static int open_knowledge(struct scan *s, struct dp_error *err)
{
	struct vd_error why = {""};
	int ret = vulndb_open(s->config->vulndb, &s->knowledge, &why);

	if (ret == 0)
		return use_knowledge(s);
	if (s->config->vulndb != NULL) {
		snprintf(err->text, sizeof(err->text), "%s", why.text);
		return CMD_VULNDB;
	}
	if (s->config->grab)
		cmd_fail(CMD_OK, "answers are kept without being judged: %s", why.text);
	return CMD_OK;
}

static int open_port(struct scan *s, struct dp_error *err)
{
	struct scan_port port;
	int ret = scan_port_make(s->config, &port, err);

	if (ret < 0)
		return CMD_USAGE;
	ret = dp_open(&port.config, &s->dp, err);
	if (ret == 0)
		return CMD_OK;
	return ret == -EPERM || ret == -EACCES ? CMD_PRIVILEGE : CMD_NETWORK;
}

/* The addresses and ports grabbed within --fresh. */
struct fresh_arg {
	struct scheduler *sched;
	int64_t since_us;
};

static bool add_fresh(void *arg, const struct record *r)
{
	struct fresh_arg *f = arg;

	if (r->grabbed && r->state == RECORD_OPEN && r->last_seen_us >= f->since_us)
		scheduler_add_fresh(f->sched, &r->addr, r->port);
	return true;
}

/* Other kinds of probes have no port that cannot answer; and a probe beside the passes needs a source port. */
static bool can_examine(const struct scan *s)
{
	const struct config_port_range *r = &s->config->source_ports;

	return s->config->control && s->config->probe == DP_PROBE_TCP_SYN &&
	       (r->first == 0 || r->last - r->first + 1u >= s->config->passes + DP_EXTRAS);
}

static void add_flagged(void *arg, const struct dp_addr *addr, bool middlebox, bool fragile)
{
	struct scan *s = arg;

	if (!dp_space_contains(s->plan->space, addr))
		return;
	if (middlebox)
		middlebox_add_known(scheduler_hosts(s->sched), addr);
	if (fragile && s->grabber != NULL)
		grabber_care(s->grabber, addr, GRAB_CARE_FRAGILE);
}

static int open_sched(struct scan *s)
{
	struct scheduler_config c = {.middlebox.ports = s->plan->info.ports};
	struct fresh_arg f;

	s->examine = can_examine(s);
	if (s->examine)
		c.middlebox.space = s->plan->space;
	memcpy(c.middlebox.key, s->plan->key, sizeof(c.middlebox.key));
	s->sched = scheduler_new(&c);
	if (s->sched == NULL)
		return CMD_FAILED;
	if (store_each_flagged(s->store, add_flagged, s) < 0)
		return CMD_DATABASE;
	if (s->config->fresh_us == 0)
		return CMD_OK;
	f = (struct fresh_arg){s->sched, clock_now_us() - (int64_t)s->config->fresh_us};
	return store_each(s->store, NULL, add_fresh, &f) == 0 ? CMD_OK : CMD_DATABASE;
}

struct known {
	const struct plan *plan;
	struct dp_watch *watch;
	struct grabber *grabber; /* NULL: nothing is asked */
};

static void add_known(void *arg, const struct dp_addr *addr, uint16_t port, uint8_t transport)
{
	struct known *k = arg;

	if (transport == k->plan->transport && plan_covers(k->plan, addr, port))
		dp_watch_add(k->watch, addr, port, transport);
	if (k->grabber != NULL && vd_fragile_port(port, transport) != NULL &&
	    dp_space_contains(k->plan->space, addr))
		grabber_care(k->grabber, addr, GRAB_CARE_ONE);
}

/* A RST from a port that was open is news; from the others it is only counted. */
static int open_watch(struct scan *s)
{
	struct known k = {s->plan, dp_watch_new(store_service_count(s->store)), s->grabber};

	s->watch = k.watch;
	if (k.watch == NULL)
		return CMD_FAILED;
	return store_each_open(s->store, add_known, &k) == 0 ? CMD_OK : CMD_DATABASE;
}

static int open_grabber(struct scan *s, struct dp_error *err)
{
	struct grab_config g = {
		.max_total = s->config->grab_total,
		.max_per_host = s->config->grab_per_host,
		.queue_limit = PIPELINE_GRABS,
		.user_agent = s->config->user_agent,
		.any_port = true,
		.ask_fragile = s->config->ask_fragile,
	};
	int ret;

	if (!s->config->grab)
		return CMD_OK;
	if (s->config->contact != NULL)
		g.user_agent = agent_with_contact(s->config->contact, s->agent);
	ret = grabber_new(&g, &s->grabber);
	if (ret == 0)
		return CMD_OK;
	snprintf(err->text, sizeof(err->text), "grabs: %s%s", strerror(-ret),
		 ret == -ERANGE ? ": the kernel's own ports reach into the scan's; sysctl -w "
				  "net.ipv4.ip_local_port_range='32768 60999'"
				: "");
	return CMD_FAILED;
}

struct recall {
	struct scan *scan;
	int error;
};

static bool recall(void *arg, const struct record *r)
{
	struct recall *a = arg;

	if (r->state == RECORD_OPEN && strcmp(r->scan, a->scan->record.id) == 0)
		a->error = pipeline_recall(a->scan->pipeline, r);
	return a->error == 0;
}

/* What the interrupted run had found. */
static int recall_all(struct scan *s)
{
	struct recall a = {s, 0};

	if (store_each(s->store, NULL, recall, &a) < 0)
		return CMD_DATABASE;
	return a.error == 0 ? CMD_OK : CMD_FAILED;
}

static int open_pipeline(struct scan *s)
{
	struct pipeline_config p = {.dp = s->dp,
				    .sched = s->sched,
				    .grabber = s->grabber,
				    .enricher = s->enricher,
				    .passes = s->record.passes,
				    .ask_fragile = s->config->ask_fragile};

	if (s->automatic)
		p.sentinels = &s->sentinels;

	if (s->record.passes > 1) {
		p.coverage = s->coverage = coverage_new(s->record.passes);
		if (s->coverage == NULL)
			return CMD_FAILED;
	}
	if (writer_new(s->store, s->record.id, &s->writer) < 0)
		return CMD_FAILED;
	p.writer = s->writer;
	s->pipeline = pipeline_new(&p);
	if (s->pipeline == NULL)
		return CMD_FAILED;
	return s->resumed ? recall_all(s) : CMD_OK;
}

static int open_status(struct scan *s, struct dp_error *err)
{
	const char *where = s->config->status_json;

	if (where == NULL)
		return CMD_OK;
	if (where[strspn(where, "0123456789")] == '\0') {
		int fd = dup(atoi(where));

		s->status_out = fd >= 0 ? fdopen(fd, "w") : NULL;
	} else {
		s->status_out = fopen(where, "we");
	}
	if (s->status_out != NULL)
		return CMD_OK;
	snprintf(err->text, sizeof(err->text), "--status-json: `%.200s`: %s", where,
		 strerror(errno));
	return CMD_USAGE;
}

/* Who asked: the one behind sudo, where there is one. */
static void name_user(char *out, size_t size)
{
	const char *sudo = getenv("SUDO_USER");
	struct passwd *pw = getpwuid(getuid());

	if (sudo != NULL && sudo[0] != '\0')
		snprintf(out, size, "%s (sudo)", sudo);
	else if (pw != NULL)
		snprintf(out, size, "%s", pw->pw_name);
	else
		snprintf(out, size, "%u", (unsigned)getuid());
}

static int begin_record(struct scan *s, const struct store_scan *resume, const char *command)
{
	struct store_scan *r = &s->record;
	struct dp_port_info port;

	if (resume != NULL) {
		*r = *resume;
		r->state = STORE_SCAN_RUNNING;
		r->end_us = 0;
		s->resumed = true;
		s->status.before = resume->stats;
		for (unsigned i = 0; i < resume->workers; i++)
			s->status.done_before += resume->progress[i];
		return store_scan_update(s->store, r);
	}
	r->state = STORE_SCAN_RUNNING;
	r->start_us = clock_now_us();
	name_user(r->user, sizeof(r->user));
	snprintf(r->version, sizeof(r->version), "%s", SONDE_VERSION);
	snprintf(r->command, sizeof(r->command), "%s", command);
	memcpy(r->key, s->plan->key, sizeof(r->key));
	r->space_digest = s->plan->info.digest;
	r->shard = s->config->shard.index;
	r->shards = s->config->shard.count;
	r->passes = s->config->passes;
	dp_port_describe(s->dp, &port);
	r->workers = port.queues; /* where none were asked for, an interface has its own number */
	return store_scan_begin(s->store, r, r->start_us);
}

static int open_record(struct scan *s, const struct store_scan *resume, const char *command,
		       struct dp_error *err)
{
	int ret = begin_record(s, resume, command);

	if (ret == 0)
		return CMD_OK;
	snprintf(err->text, sizeof(err->text), "the scan's record cannot be written in %.300s: %s",
		 s->db_path, strerror(-ret));
	return ret == -ENOSPC ? CMD_FULL : CMD_DATABASE;
}

int scan_open(struct scan *s, const struct config *config, const struct plan *plan,
	      const struct store_scan *resume, const char *command, struct dp_error *err)
{
	int code;

	memset(s, 0, sizeof(*s));
	s->config = config;
	s->plan = plan;
	s->wanted_pps = plan->rate_pps;
	s->automatic = config->rate == RATE_AUTO;
	snprintf(err->text, sizeof(err->text), "out of memory");
	code = open_status(s, err);
	if (code == CMD_OK)
		code = open_store(s, err);
	if (code == CMD_OK)
		code = open_knowledge(s, err);
	if (code == CMD_OK)
		code = open_grabber(s, err);
	if (code == CMD_OK)
		code = open_sched(s);
	if (code == CMD_OK)
		code = open_watch(s);
	if (code == CMD_OK)
		code = open_port(s, err);
	if (code == CMD_OK)
		code = open_record(s, resume, command, err);
	if (code == CMD_OK && ctl_open(s->db_path, scan_answer, s, &s->ctl, err) < 0)
		code = CMD_DATABASE;
	if (code == CMD_OK && priv_drop(s->db_path) < 0)
		cmd_fail(CMD_OK, "the privileges could not be dropped; going on with them");
	if (code == CMD_OK)
		code = open_pipeline(s);
	if (code != CMD_OK)
		scan_close(s);
	return code;
}

void scan_close(struct scan *s)
{
	ctl_close(s->ctl);
	pipeline_free(s->pipeline);
	if (s->writer != NULL)
		writer_close(s->writer);
	grabber_free(s->grabber);
	scheduler_free(s->sched);
	coverage_free(s->coverage);
	enricher_free(s->enricher);
	dp_close(s->dp);
	dp_watch_free(s->watch);
	vulndb_close(s->knowledge);
	store_close(s->store);
	if (s->status_out != NULL)
		fclose(s->status_out);
}
