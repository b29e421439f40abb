/* SPDX-License-Identifier: Apache-2.0 */
/* test_lab.c - claims about whole hosts: one with all updates is not alarming, and its twin that
 * nobody has updated is. */
#include "fixture.h"
#include "suite.h"

enum { PORTS = 6, FINDINGS = 4096 };

/* 2026-11-30T00:00:00Z, when the bundled package lists were made. */
#define NOW INT64_C(1796000000000000)

struct port {
	uint16_t port;
	const char *field, *text;
};

static const struct host {
	const char *name;
	struct port ports[PORTS];
} updated[] =
	{
		{"Debian 12",
                 {{22, "ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u10"},
                  {80, "http.server", "nginx/1.22.1"},
                  {8080, "http.server", "Apache/2.4.71 (Debian)"},
                  {25, "smtp.banner",
                   "mail.example.net ESMTP Exim 4.96 Mon, 30 Nov 2026 10:00:00 +0000"},
                  {53, "dns.version_bind", "9.18.49-1~deb12u3-Debian"},
                  {143, "imap.banner", "Dovecot (Debian) ready."}}},
		{"Debian 12, mail",
                 {{22, "ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u10"},
                  {25, "smtp.banner", "mail.example.net ESMTP Postfix (Debian/GNU)"},
                  {80, "http.server", "Apache/2.4.71 (Debian) OpenSSL/3.0.20"}}},
		{"Ubuntu 22.04",
                 {{22, "ssh.banner", "OpenSSH_8.9p1 Ubuntu-3ubuntu0.15"},
                  {80, "http.server", "nginx/1.18.0 (Ubuntu)"},
                  {8080, "http.server", "Apache/2.4.52 (Ubuntu)"},
                  {25, "smtp.banner",
                   "mail.example.net ESMTP Exim 4.95 Ubuntu Mon, 30 Nov 2026 10:00:00 +0000"}}},
		{"Ubuntu 24.04",
                 {{22, "ssh.banner", "OpenSSH_9.6p1 Ubuntu-3ubuntu13.16"},
                  {80, "http.server", "nginx/1.24.0 (Ubuntu)"},
                  {8080, "http.server", "Apache/2.4.58 (Ubuntu)"}}},
		{"AlmaLinux 9",
                 {{22, "ssh.banner", "OpenSSH_9.9"},
                  {80, "http.server", "Apache/2.4.62 (AlmaLinux) OpenSSL/3.5.1"},
                  {8080, "http.server", "nginx/1.20.1"}}},
},
  neglected[] = {
	  {"Debian 12 as released", {{22, "ssh.banner", "OpenSSH_9.2p1 Debian-2"}}},
	  {"Debian 10", {{22, "ssh.banner", "OpenSSH_7.9p1 Debian-10"}}},
	  {"Ubuntu 18.04",
           {{22, "ssh.banner", "OpenSSH_7.6p1 Ubuntu-4"},
            {80, "http.server", "nginx/1.14.0 (Ubuntu)"}}},
	  {"Ubuntu 22.04 as released", {{22, "ssh.banner", "OpenSSH_8.9p1 Ubuntu-3"}}},
	  {"CentOS 6",
           {{80, "http.server", "Apache/2.2.15 (CentOS) PHP/5.3.3"},
            {25, "smtp.banner",
             "mail.example.net ESMTP Exim 4.72 Mon, 30 Nov 2026 10:00:00 +0000"}}},
};

static struct vd_finding findings[FINDINGS];
static size_t count;

static void open_bundle(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &fixture_db, &err) == 0, "%s", err.text);
	fixture_scratch = vd_scratch_new(fixture_db);
	ck_assert_ptr_nonnull(fixture_scratch);
}

static void weigh(const struct port *p)
{
	static struct vd_hit hits[FIXTURE_HITS];
	const struct vd_model *model = vulndb_model(fixture_db);
	const struct vd_spot spot = {p->port, 6, 0, NOW};
	struct vd_exposure exposures[VD_EXPOSURES_MAX];
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;
	struct vd_subject subject = {&id, facts, p->port, 6};
	size_t n;

	vd_facts_add(facts, p->field, p->text, strlen(p->text));
	vulndb_identify(fixture_db, fixture_scratch, facts, &id);
	n = vulndb_expose(fixture_db, &subject, NOW, exposures);
	for (size_t i = 0; i < n; i++)
		findings[count++] = vd_finding_exposure(model, &exposures[i], &spot);
	findings[count++] = vd_finding_service(model, &id, &spot);
	n = (size_t)vulndb_match(fixture_db, fixture_scratch, &id, hits, FIXTURE_HITS);
	for (size_t i = 0; i < n && count < FINDINGS; i++) {
		struct vd_verdict v;

		vulndb_verdict(fixture_db, &id, &hits[i], &v);
		findings[count++] = vd_finding_verdict(model, &v, &spot);
	}
	vd_facts_free(facts);
}

static struct vd_score score_of(const struct host *h)
{
	struct vd_score score;

	count = 0;
	for (size_t i = 0; i < PORTS && h->ports[i].field != NULL; i++)
		weigh(&h->ports[i]);
	vd_score(vulndb_model(fixture_db), findings, count, &score);
	for (size_t i = 0; i < score.reason_count && i < 3; i++)
		printf("%s: %s %u port %u %s %s\n", h->name, vd_level_name(score.level),
		       score.value, score.reasons[i].port, score.reasons[i].code,
		       score.reasons[i].ref);
	return score;
}

START_TEST(a_host_with_all_updates_is_moderate_at_most)
{
	struct vd_score score = score_of(&updated[_i]);

	ck_assert_msg(score.level <= VD_MODERATE, "%s: %s %u by port %u %s %s", updated[_i].name,
	              vd_level_name(score.level), score.value, score.reasons[0].port,
	              score.reasons[0].code, score.reasons[0].ref);
}
END_TEST

START_TEST(its_neglected_twin_is_dangerous_at_least)
{
	struct vd_score score = score_of(&neglected[_i]);

	ck_assert_msg(score.level >= VD_DANGEROUS, "%s: %s %u", neglected[_i].name,
	              vd_level_name(score.level), score.value);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("lab");

	tcase_add_checked_fixture(t, open_bundle, fixture_close);
	tcase_add_loop_test(t, a_host_with_all_updates_is_moderate_at_most, 0,
	                    sizeof(updated) / sizeof(updated[0]));
	tcase_add_loop_test(t, its_neglected_twin_is_dangerous_at_least, 0,
	                    sizeof(neglected) / sizeof(neglected[0]));
	return suite_run("lab", t);
}
