/* SPDX-License-Identifier: Apache-2.0 */
/* scan.c - opens the resources of a scan and closes them. */
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "grab_effort.h"
#include "priv.h"
#include "rate.h"
#include "rematch.h"
#include "scan.h"
#include "scan_ctl.h"
#include "scan_port.h"
#include "scan_recall.h"
#include "scan_way.h"

enum { GRAB_TOTAL = 8192, GRAB_LIVELY = 1000 }; /* connections at once, by default */

static enum scan_end no_memory(struct error *err)
{
	return error_set(err, SCAN_FAILED, "out of memory");
}

/* Turn an error of the store into the end of the scan, with @err in words. */
static enum scan_end no_store(const struct scan *s, struct error *err, int ret)
{
	return error_set(err, ret == -ENOSPC ? SCAN_FULL : SCAN_DATABASE, "the database %.300s: %s",
	                 s->db_path, strerror(-ret));
}

static enum scan_end draw_secret(struct scan *s, struct error *err)
{
	if (getrandom(s->secret, sizeof(s->secret), 0) == (ssize_t)sizeof(s->secret))
		return SCAN_DONE;
	return error_set(err, SCAN_FAILED, "the system gives no random numbers: %s",
	                 strerror(errno));
}

static enum scan_end open_store(struct scan *s, struct error *err)
{
	int ret;

	if (config_db_path(s->config->db, s->db_path, err) < 0)
		return SCAN_USAGE;
	ret = store_open(s->db_path, STORE_WRITE, &s->store, err);
	return ret == 0         ? SCAN_DONE
	       : ret == -ENOSPC ? SCAN_FULL
	       : ret == -EACCES ? SCAN_PRIVILEGE
	                        : SCAN_DATABASE;
}

static enum scan_end use_knowledge(struct scan *s, struct error *err)
{
	struct store_stamp k;
	int ret;

	rematch_stamp(s->knowledge, &k);
	ret = store_stamp(s->store, &k);
	if (ret != 0)
		return no_store(s, err, ret);
	if (enricher_new(s->knowledge, &s->enricher) != 0 ||
	    judge_new(s->knowledge, 0, &s->judge) != 0)
		return no_memory(err);
	s->by = judge_source(s->judge, NULL);
	store_judge_by(s->store, &s->by);
	return SCAN_DONE;
}

/* Open the knowledge file. A scan runs without one, unless the operator named a file that cannot be
 * used. */
static enum scan_end open_knowledge(struct scan *s, struct error *err)
{
	int ret = vulndb_open(s->config->vulndb, &s->knowledge, err);

	if (ret == 0)
		return use_knowledge(s, err);
	if (s->config->vulndb != NULL)
		return SCAN_KNOWLEDGE;
	if (s->config->grab)
		snprintf(s->unknowing, sizeof(s->unknowing), "%s", err->text);
	return SCAN_DONE;
}

static enum scan_end open_port(struct scan *s, struct error *err)
{
	struct scan_port port;
	int ret;

	if (s->port != NULL && *s->port != NULL) {
		s->dp = *s->port;
		return SCAN_DONE;
	}
	ret = scan_port_make(s->config, &port, err);
	if (ret < 0)
		return SCAN_USAGE;
	ret = dp_open(&port.config, &s->dp, err);
	if (ret == 0 && s->port != NULL)
		*s->port = s->dp;
	if (ret == 0)
		return SCAN_DONE;
	return ret == -EPERM || ret == -EACCES || ret == -EMFILE ? SCAN_PRIVILEGE
	       : ret == -EADDRINUSE                              ? SCAN_USAGE
	                                                         : SCAN_NETWORK;
}

/* Where add_fresh() collects the services that were grabbed within --fresh. */
struct fresh_arg {
	struct grab_admission *admission;
	int64_t since_us;
};

static bool add_fresh(void *arg, const struct record *r)
{
	struct fresh_arg *f = arg;

	if (r->grabbed && r->state == RECORD_OPEN && r->last_seen_us >= f->since_us)
		grab_admission_add_fresh(f->admission, &r->addr, r->port);
	return true;
}

/* Whether there is a source port for each pass and each kind of extra probe. */
static bool has_extras(const struct scan *s)
{
	const struct config_port_range *r = &s->config->source_ports;

	return r->first == 0 || r->last - r->first + 1u >= s->config->passes + DP_EXTRAS;
}

/* Whether control probes can be sent. They need SYN probes, because only TCP tells a closed port
 * from an open one. */
static bool can_check_hosts(const struct scan *s)
{
	return s->config->control && !s->plan->no_control_ports &&
	       s->config->probe == DP_PROBE_TCP_SYN && has_extras(s);
}

static void add_flagged(void *arg, const struct dp_addr *addr, bool middlebox, bool fragile)
{
	struct scan *s = arg;

	if (!dp_space_contains(s->plan->space, addr))
		return;
	if (middlebox)
		middlebox_add_known(grab_admission_hosts(s->admission), addr);
	if (fragile && s->lanes != NULL)
		lanes_care(s->lanes, addr, GRAB_CARE_FRAGILE);
}

static enum scan_end open_admission(struct scan *s, struct error *err)
{
	struct grab_admission_config c = {.middlebox.ports = s->plan->info.ports};
	struct fresh_arg f;
	int ret;

	s->extras = s->automatic || has_extras(s);
	s->check_hosts = can_check_hosts(s);
	if (s->check_hosts)
		c.middlebox.space = s->plan->space;
	memcpy(c.middlebox.secret, s->secret, sizeof(c.middlebox.secret));
	s->admission = grab_admission_new(&c);
	if (s->admission == NULL)
		return no_memory(err);
	ret = store_each_flagged(s->store, add_flagged, s);
	if (ret == 0 && s->config->fresh_us > 0) {
		f = (struct fresh_arg){s->admission, clock_now_us() - (int64_t)s->config->fresh_us};
		ret = store_each(s->store, NULL, add_fresh, &f);
	}
	return ret == 0 ? SCAN_DONE : no_store(s, err, ret);
}

struct known {
	const struct plan *plan;
	struct dp_known_open *known_open;
	struct revisit *revisit; /* NULL: silent services are not asked again */
	struct lanes *lanes;     /* NULL: no grabs */
	int error;
};

static void add_known(void *arg, const struct dp_addr *addr, uint16_t port, uint8_t transport)
{
	struct known *k = arg;

	if (transport == k->plan->transport && plan_covers(k->plan, addr, port)) {
		dp_known_open_add(k->known_open, addr, port, transport);
		if (k->revisit != NULL && k->error == 0)
			k->error = revisit_add(k->revisit, addr, port);
	}
	if (k->lanes != NULL && vd_fragile_port(port, transport) != NULL &&
	    dp_space_contains(k->plan->space, addr))
		lanes_care(k->lanes, addr, GRAB_CARE_ONE);
}

/* Tell the dataplane, and who asks silent services again, which ports are known to be open. A RST from such a port is reported as a
 * result; a RST from another port is only counted. */
static enum scan_end open_known_ports(struct scan *s, struct error *err)
{
	struct known k = {.plan = s->plan,
	                  .known_open = dp_known_open_new(store_service_count(s->store)),
	                  .lanes = s->lanes};
	bool again;
	int ret;

	s->known_open = k.known_open;
	/* A shard marks nothing as missing. */
	again = s->extras && s->config->shard.count == 1 &&
	        s->config->refresh == CONFIG_REFRESH_OFF;
	if (again)
		k.revisit = s->revisit = revisit_new();
	if (k.known_open == NULL || (again && k.revisit == NULL))
		return no_memory(err);
	ret = store_each_open(s->store, add_known, &k);
	if (k.error != 0)
		return no_memory(err);
	return ret == 0 ? SCAN_DONE : no_store(s, err, ret);
}

/* Say why there is no grabber and what helps. */
static enum scan_end no_grabber(int ret, struct error *err)
{
	struct rlimit files = {0};

	getrlimit(RLIMIT_NOFILE, &files);
	if (ret == -EMFILE)
		return error_set(
			err, SCAN_PRIVILEGE,
			"only %llu files may be open (RLIMIT_NOFILE), too few for grabs: "
			"`ulimit -n 1200` as root, --ulimit nofile=1200 of the container, or "
			"scan with --no-grab",
			(unsigned long long)files.rlim_max);
	return error_set(err, ret == -EPERM ? SCAN_PRIVILEGE : SCAN_FAILED,
	                 "grabs cannot begin: %s%s; --no-grab scans without them", strerror(-ret),
	                 ret == -EPERM ? " (a filter of system calls, such as seccomp?)" : "");
}

/* Note if there may be fewer connections than the operator asked for. */
static void note_fewer(struct scan *s, uint32_t asked)
{
	uint32_t most = lanes_most(s->lanes);

	if (most >= asked)
		return;
	snprintf(s->fewer, sizeof(s->fewer),
	         "%" PRIu32 " connections at once, not %" PRIu32
	         ": no more files may be open (RLIMIT_NOFILE); `ulimit -n %" PRIu32 "` as root, or "
	         "--ulimit nofile of the container",
	         most, asked, asked + 200);
}

/* --grab-timeout: how long a port is listened to that stays silent. Who names a time wants it for the
 * first answer to the port's own question as well. */
static void set_timeouts(struct grab_config *g, const struct config_time *t)
{
	uint32_t ms = (uint32_t)(t->us / 1000);

	g->patience_ms = ms;
	if (!t->given || ms == 0)
		return;
	g->answer_timeout_ms = ms;
	g->total_timeout_ms += ms;
}

static enum scan_end open_grabber(struct scan *s, struct error *err)
{
	const struct grab_effort *effort = grab_effort(s->config->effort);
	const unsigned threads = s->config->grab_threads;
	struct lanes_config c = {.threads = threads > 0 ? threads : lanes_usual()};
	struct grab_config g = {
		.max_total = s->config->grab_total > 0 ? s->config->grab_total : GRAB_TOTAL,
		.max_lively = s->config->grab_total > 0 ? s->config->grab_total : GRAB_LIVELY,
		.max_per_host = s->config->grab_per_host,
		.max_per_port = effort->connections,
		.total_timeout_ms = effort->time_ms,
		.user_agent = s->config->user_agent,
		.any_port = true,
		.jarm = s->config->jarm,
		.ask_fragile = s->config->ask_fragile,
	};
	int ret;

	if (!s->config->grab)
		return SCAN_DONE;
	set_timeouts(&g, &s->config->grab_timeout);
	if (s->config->contact != NULL)
		g.user_agent = agent_with_contact(s->config->contact, s->agent);
	c.grab = g;
	ret = lanes_new(&c, &s->lanes);
	if (ret < 0)
		return no_grabber(ret, err);
	note_fewer(s, g.max_lively);
	return SCAN_DONE;
}

static enum scan_end open_writer(struct scan *s, struct error *err)
{
	const struct news_config c = {.store = s->store,
	                              .scan = s->record.id,
	                              .knowledge = s->knowledge,
	                              .each = s->view->found,
	                              .arg = s->view->arg};
	int ret = news_new(&c, &s->news);

	if (ret < 0)
		return ret == -ENOMEM ? no_memory(err) : no_store(s, err, ret);
	ret = writer_new(s->store, s->record.id, &s->writer);
	if (ret < 0)
		return error_set(err, SCAN_FAILED, "the thread that writes to the database: %s",
		                 strerror(-ret));
	writer_watch(s->writer, news_batch, s->news);
	return SCAN_DONE;
}

static enum scan_end open_pipeline(struct scan *s, struct error *err)
{
	struct pipeline_config p = {.dp = s->dp,
	                            .admission = s->admission,
	                            .lanes = s->lanes,
	                            .enricher = s->enricher,
	                            .plan = s->plan,
	                            .passes = s->record.passes,
	                            .ask_fragile = s->config->ask_fragile,
	                            .no_way_v4 = !s->way.has_v4,
	                            .no_way_v6 = !s->way.has_v6};
	enum scan_end end;
	int ret;

	p.revisit = s->revisit;
	/* `sonde ctl rate auto` may ask for them later. */
	if (s->extras && s->config->probe == DP_PROBE_TCP_SYN)
		p.loss_probes = &s->loss_probes;
	if (s->record.passes > 1) {
		p.coverage = s->coverage = coverage_new(s->record.passes);
		if (s->coverage == NULL)
			return no_memory(err);
	}
	end = open_writer(s, err);
	if (end != SCAN_DONE)
		return end;
	p.writer = s->writer;
	if (s->lanes != NULL &&
	    lanes_start(s->lanes, &(struct lanes_to){s->knowledge, s->writer}) < 0)
		return no_memory(err);
	s->pipeline = pipeline_new(&p);
	if (s->pipeline == NULL)
		return no_memory(err);
	ret = s->config->refresh != CONFIG_REFRESH_OFF ? scan_recall_refresh(s)
	      : s->resumed                             ? scan_recall_run(s)
	                                               : 0;
	return ret == 0 ? SCAN_DONE : ret == -ENOMEM ? no_memory(err) : no_store(s, err, ret);
}

/* The name of the user who started the scan; under sudo, of the user who called sudo. */
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

static int begin_record(struct scan *s)
{
	const struct store_scan *before = s->before;
	struct store_scan *r = &s->record;
	struct dp_port_info port;

	if (before != NULL) {
		*r = *before;
		r->state = STORE_SCAN_RUNNING;
		r->end_us = 0;
		s->resumed = true;
		s->status.before = before->stats;
		for (unsigned i = 0; i < before->workers; i++)
			s->status.done_before += before->progress[i];
		return store_scan_update(s->store, r);
	}
	r->state = STORE_SCAN_RUNNING;
	r->start_us = clock_now_us();
	name_user(r->user, sizeof(r->user));
	snprintf(r->version, sizeof(r->version), "%s", SONDE_VERSION);
	snprintf(r->command, sizeof(r->command), "%s", s->command);
	memcpy(r->key, s->plan->key, sizeof(r->key));
	r->space_digest = s->plan->info.digest;
	r->shard = s->config->shard.index;
	r->shards = s->config->shard.count;
	r->passes = s->config->passes;
	dp_port_describe(s->dp, &port);
	r->workers = port.queues; /* without --workers the interface decides */
	return store_scan_begin(s->store, r, s->words, r->start_us);
}

static enum scan_end open_record(struct scan *s, struct error *err)
{
	int ret = begin_record(s);

	if (ret == 0)
		return SCAN_DONE;
	return error_set(err, ret == -ENOSPC ? SCAN_FULL : SCAN_DATABASE,
	                 "the scan's record cannot be written in %.300s: %s", s->db_path,
	                 strerror(-ret));
}

static enum scan_end open_ctl(struct scan *s, struct error *err)
{
	if (ctl_open(s->db_path, scan_answer, s, &s->ctl, err) < 0)
		return SCAN_DATABASE;
	s->privileged = priv_drop(s->db_path) < 0;
	return SCAN_DONE;
}

enum scan_end scan_open(struct scan *s, const struct scan_input *input, struct error *err)
{
	/* Most steps that can fail come before open_port(), which takes the interface. */
	static enum scan_end (*const steps[])(struct scan * s, struct error * err) = {
		draw_secret,    open_store,       open_knowledge, open_grabber,
		open_admission, open_known_ports, open_port,      scan_way_take,
		open_record,    open_ctl,         open_pipeline,
	};
	enum scan_end end = SCAN_DONE;

	*s = (struct scan){.config = input->config,
	                   .plan = input->plan,
	                   .before = input->before,
	                   .command = input->command,
	                   .words = input->words,
	                   .view = input->view,
	                   .port = input->port};
	s->wanted_pps = input->plan->rate_pps;
	s->automatic = input->config->rate == RATE_AUTO;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && end == SCAN_DONE; i++)
		end = steps[i](s, err);
	if (end != SCAN_DONE)
		scan_close(s);
	return end;
}

void scan_close(struct scan *s)
{
	ctl_close(s->ctl);
	pipeline_free(s->pipeline);
	lanes_free(s->lanes);
	if (s->writer != NULL)
		writer_close(s->writer);
	news_free(s->news);
	grab_admission_free(s->admission);
	coverage_free(s->coverage);
	revisit_free(s->revisit);
	enricher_free(s->enricher);
	judge_free(s->judge);
	if (s->port == NULL)
		dp_close(s->dp);
	else if (s->dp != NULL)
		dp_stop(s->dp);
	dp_known_open_free(s->known_open);
	vulndb_close(s->knowledge);
	store_close(s->store);
}
