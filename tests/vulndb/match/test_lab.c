/* SPDX-License-Identifier: Apache-2.0 */
/* test_lab.c - claims about whole hosts: one with all updates is not alarming, and its twin that
 * nobody has updated is. */
#include "fixture.h"
#include "suite.h"

enum { PORTS = 14, FINDINGS = 16384 };

/* 2026-11-30T00:00:00Z, when the bundled package lists were made. */
#define NOW INT64_C(1796000000000000)

/* What a service of a host says. */
struct port {
	uint16_t port;
	const char *field, *text;
	/* For the machine's own network alone, as a database: that it is seen is no finding here. */
	bool is_inside;
};

#define SSH(text)                                                                                  \
	{                                                                                          \
		22, "ssh.banner", "OpenSSH_" text, false                                           \
	}
#define WEB(port, text)                                                                            \
	{                                                                                          \
		port, "http.server", text, false                                                   \
	}
#define MAIL(port, text)                                                                           \
	{                                                                                          \
		port, "smtp.banner", "mail.example.net ESMTP " text, false                         \
	}
#define EXIM(version) MAIL(25, "Exim " version " Mon, 30 Nov 2026 10:00:00 +0000")
#define IMAP(text)                                                                                 \
	{                                                                                          \
		143, "imap.banner", text, false                                                    \
	}
#define NAMES(text)                                                                                \
	{                                                                                          \
		53, "dns.version_bind", text, false                                                \
	}
#define FTP(text)                                                                                  \
	{                                                                                          \
		21, "ftp.banner", "(vsFTPd " text ")", false                                       \
	}
#define CUPS(text)                                                                                 \
	{                                                                                          \
		631, "http.server", "CUPS/" text " IPP/2.1", true                                  \
	}
#define SQL(text)                                                                                  \
	{                                                                                          \
		3306, "mysql.version", text, true                                                  \
	}
#define POSTGRES(text)                                                                             \
	{                                                                                          \
		5432, "postgres.version", text, true                                               \
	}
/* What it says to who may not come in. */
#define POSTGRES_CLOSED                                                                            \
	{                                                                                          \
		5432, "postgres.error", "FATAL: no pg_hba.conf entry for host", true               \
	}
#define REDIS(text)                                                                                \
	{                                                                                          \
		6379, "redis.version", text, true                                                  \
	}
#define SAMBA(text)                                                                                \
	{                                                                                          \
		445, "smb.lanman", "Samba " text, true                                             \
	}

static const struct host {
	const char *name;
	struct port ports[PORTS];
} updated[] =
	{
		{"Debian 12",
                 {SSH("9.2p1 Debian-2+deb12u10"), EXIM("4.96"), MAIL(587, "Postfix (Debian/GNU)"),
                  WEB(80, "nginx/1.22.1"), WEB(8080, "Apache/2.4.71 (Debian) OpenSSL/3.0.20"),
                  NAMES("9.18.49-1~deb12u3-Debian"), IMAP("Dovecot (Debian) ready."), FTP("3.0.3"),
                  CUPS("2.4"), SQL("5.5.5-10.11.19-MariaDB-0+deb12u1"), POSTGRES("15.20"),
                  REDIS("7.0.15"), SAMBA("4.17.12-Debian")}},
		{"Debian 12 that shows no marks but OpenSSH's",
                 {SSH("9.2p1 Debian-2+deb12u10"), EXIM("4.96"), WEB(80, "nginx/1.22.1"),
                  WEB(8080, "Apache/2.4.71"), FTP("3.0.3"), REDIS("7.0.15"), POSTGRES("15.20"),
                  SAMBA("4.17.12")}},
		{"Debian 12 with web and mail alone",
                 {SSH("9.2p1 Debian-2+deb12u10"), MAIL(25, "Postfix (Debian/GNU)"),
                  WEB(80, "Apache/2.4.71 (Debian) OpenSSL/3.0.20"),
                  IMAP("Dovecot (Debian) ready.")}},
		{"Ubuntu 22.04",
                 {SSH("8.9p1 Ubuntu-3ubuntu0.15"), EXIM("4.95 Ubuntu"),
                  MAIL(587, "Postfix (Ubuntu)"), WEB(80, "nginx/1.18.0 (Ubuntu)"),
                  WEB(8080, "Apache/2.4.52 (Ubuntu)"), NAMES("9.18.39-0ubuntu0.22.04.2-Ubuntu"),
                  IMAP("Dovecot (Ubuntu) ready."), FTP("3.0.5"), CUPS("2.4"),
                  SQL("8.0.44-0ubuntu0.22.04.1"), POSTGRES_CLOSED, REDIS("6.0.16"),
                  SAMBA("4.15.13-Ubuntu")}},
		{"Ubuntu 24.04",
                 {SSH("9.6p1 Ubuntu-3ubuntu13.16"), EXIM("4.97 Ubuntu"),
                  MAIL(587, "Postfix (Ubuntu)"), WEB(80, "nginx/1.24.0 (Ubuntu)"),
                  WEB(8080, "Apache/2.4.58 (Ubuntu)"), NAMES("9.18.39-0ubuntu0.24.04.2-Ubuntu"),
                  IMAP("Dovecot (Ubuntu) ready."), FTP("3.0.5"), CUPS("2.4"),
                  SQL("8.0.44-0ubuntu0.24.04.1"), POSTGRES_CLOSED, REDIS("7.0.15"),
                  SAMBA("4.19.5-Ubuntu")}},
		{"AlmaLinux 9",
                 {SSH("9.9"), MAIL(25, "Postfix"), WEB(80, "nginx/1.20.1"),
                  WEB(8080, "Apache/2.4.62 (AlmaLinux) OpenSSL/3.5.1"), NAMES("9.16.23-RH"),
                  IMAP("Dovecot ready."), FTP("3.0.5"), CUPS("2.3"), SQL("5.5.5-10.5.29-MariaDB"),
                  POSTGRES("13.23"), REDIS("6.2.22"), SAMBA("4.23.5")}},
},
  neglected[] = {
	  {"Debian 12 as released",
           {SSH("9.2p1 Debian-2"), EXIM("4.96"), MAIL(587, "Postfix (Debian/GNU)"),
            WEB(80, "nginx/1.22.1"), WEB(8080, "Apache/2.4.57 (Debian) OpenSSL/3.0.9"),
            NAMES("9.18.12-1-Debian"), IMAP("Dovecot (Debian) ready."), FTP("3.0.3"), CUPS("2.4"),
            SQL("5.5.5-10.11.3-MariaDB-1"), REDIS("7.0.11"), SAMBA("4.17.8-Debian")}},
	  {"Debian 10 as released",
           {SSH("7.9p1 Debian-10"), EXIM("4.92"), WEB(80, "nginx/1.14.2"),
            WEB(8080, "Apache/2.4.38 (Debian) OpenSSL/1.1.1c"), IMAP("Dovecot (Debian) ready."),
            FTP("3.0.3"), CUPS("2.2"), SQL("5.5.5-10.3.15-MariaDB-1"), REDIS("5.0.3"),
            SAMBA("4.9.5-Debian")}},
	  {"Ubuntu 22.04 as released",
           {SSH("8.9p1 Ubuntu-3"), EXIM("4.95 Ubuntu"), MAIL(587, "Postfix (Ubuntu)"),
            WEB(80, "nginx/1.18.0 (Ubuntu)"), WEB(8080, "Apache/2.4.52 (Ubuntu)"),
            NAMES("9.18.1-1ubuntu1-Ubuntu"), IMAP("Dovecot (Ubuntu) ready."), FTP("3.0.5"),
            CUPS("2.4"), SQL("8.0.28-0ubuntu4"), REDIS("6.0.16"), SAMBA("4.15.5-Ubuntu")}},
	  {"Ubuntu 18.04 as released",
           {SSH("7.6p1 Ubuntu-4"), EXIM("4.90_1 Ubuntu"), WEB(80, "nginx/1.14.0 (Ubuntu)"),
            WEB(8080, "Apache/2.4.29 (Ubuntu)"), NAMES("9.11.3-1ubuntu1-Ubuntu"),
            IMAP("Dovecot ready."), FTP("3.0.3"), CUPS("2.2"), SQL("5.7.21-1ubuntu1"),
            REDIS("4.0.9"), SAMBA("4.7.6-Ubuntu")}},
	  {"AlmaLinux 8 as released",
           {SSH("8.0"), MAIL(25, "Postfix"), WEB(80, "nginx/1.14.1"),
            WEB(8080, "Apache/2.4.37 (AlmaLinux) OpenSSL/1.1.1g"),
            NAMES("9.11.20-RedHat-9.11.20-5.el8"), IMAP("Dovecot ready."), FTP("3.0.3"),
            CUPS("2.2"), SQL("5.5.5-10.3.27-MariaDB"), POSTGRES("10.15"), REDIS("5.0.3"),
            SAMBA("4.12.3")}},
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

/* ---- a host ---- */

/* A service as it was heard. */
struct heard {
	struct vd_identity id;
	struct vd_facts *facts;
};

static size_t hear(const struct host *h, struct heard *all)
{
	struct vd_subject services[PORTS];
	struct vd_hint hints[PORTS];
	size_t n = 0;

	for (; n < PORTS && h->ports[n].field != NULL; n++) {
		const struct port *p = &h->ports[n];

		all[n].facts = vd_facts_new();
		vd_facts_add(all[n].facts, p->field, p->text, strlen(p->text));
		/* A Redis that asks for a password. */
		if (strcmp(p->field, "redis.version") == 0)
			vd_facts_add(all[n].facts, "redis.auth_required", "true", 4);
		ck_assert_int_ge(
			vulndb_identify(fixture_db, fixture_scratch, all[n].facts, &all[n].id), 0);
		services[n] = (struct vd_subject){&all[n].id, all[n].facts, p->port, 6};
	}
	vd_host_hints(services, n, hints);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(vulndb_hint(fixture_db, fixture_scratch, &all[i].id, &hints[i]),
		                 0);
	return n;
}

static bool is_reachability(const struct vd_exposure *e)
{
	const char *end = strstr(e->id, "-reachable");

	return end != NULL && strcmp(end, "-reachable") == 0;
}

static void weigh(const struct vd_model *model, const struct port *p, const struct heard *s)
{
	static struct vd_hit hits[FIXTURE_HITS];
	const struct vd_spot spot = {p->port, 6, 0, NOW};
	const struct vd_subject subject = {&s->id, s->facts, p->port, 6};
	struct vd_exposure exposures[VD_EXPOSURES_MAX];
	size_t n = vulndb_expose(fixture_db, &subject, NOW, exposures);

	for (size_t i = 0; i < n; i++)
		if (!p->is_inside || !is_reachability(&exposures[i]))
			findings[count++] = vd_finding_exposure(model, &exposures[i], &spot);
	findings[count++] = vd_finding_service(model, &s->id, &spot);
	n = (size_t)vulndb_match(fixture_db, fixture_scratch, &s->id, hits, FIXTURE_HITS);
	for (size_t i = 0; i < n && count < FINDINGS; i++) {
		struct vd_verdict v;

		vulndb_verdict(fixture_db, &s->id, &hits[i], &v);
		findings[count++] = vd_finding_verdict(model, &v, &spot);
	}
}

static struct vd_score score_of(const struct host *h, const struct vd_model *model)
{
	static struct heard all[PORTS];
	struct vd_score score;
	size_t n = hear(h, all);

	count = 0;
	for (size_t i = 0; i < n; i++) {
		weigh(model, &h->ports[i], &all[i]);
		vd_facts_free(all[i].facts);
	}
	vd_score(model, findings, count, &score);
	for (size_t i = 0; i < score.reason_count && i < 3; i++)
		printf("%s: %s %u: port %u %s %s, %u\n", h->name, vd_level_name(score.level),
		       score.value, score.reasons[i].port, score.reasons[i].code,
		       score.reasons[i].ref, score.reasons[i].base);
	return score;
}

/* ---- claims ---- */

START_TEST(a_host_with_all_updates_is_moderate_at_most)
{
	struct vd_score score = score_of(&updated[_i], vulndb_model(fixture_db));

	ck_assert_msg(score.level <= VD_MODERATE, "%s: %s %u by port %u %s %s", updated[_i].name,
	              vd_level_name(score.level), score.value, score.reasons[0].port,
	              score.reasons[0].code, score.reasons[0].ref);
}
END_TEST

START_TEST(its_neglected_twin_is_dangerous_at_least)
{
	struct vd_score score = score_of(&neglected[_i], vulndb_model(fixture_db));

	ck_assert_msg(score.level >= VD_DANGEROUS, "%s: %s %u", neglected[_i].name,
	              vd_level_name(score.level), score.value);
}
END_TEST

/* No CVE is called affected on a host that has all fixes, and none fixed that nobody has fixed. */
START_TEST(nothing_is_affected_on_a_host_with_all_updates)
{
	static struct vd_hit hits[FIXTURE_HITS];
	static struct heard all[PORTS];
	size_t n = hear(&updated[_i], all);

	for (size_t i = 0; i < n; i++) {
		int found =
			vulndb_match(fixture_db, fixture_scratch, &all[i].id, hits, FIXTURE_HITS);

		for (int k = 0; k < found; k++) {
			struct vd_verdict v;

			vulndb_verdict(fixture_db, &all[i].id, &hits[k], &v);
			ck_assert_msg(v.kind != VD_AFFECTED, "%s, port %u: %s by %s %s (%s)",
			              updated[_i].name, updated[_i].ports[i].port, v.cve, v.cpe,
			              v.range, v.why);
		}
		vd_facts_free(all[i].facts);
	}
}
END_TEST

/* Why the score's table has the row "fixed-less": what is exploited weighs 82, and 62 where it is only
 * possible. A banner without a revision, as nginx has everywhere, keeps that for ever. */
START_TEST(without_its_row_fixes_that_no_banner_shows_would_be_dangerous)
{
	const char *text = vd_model_text(vulndb_model(fixture_db));
	const char *row = strstr(text, "\nfixed-less\t");
	unsigned dangerous = 0;
	struct vd_model *bare;
	char *rest;

	ck_assert_ptr_nonnull(row);
	rest = strdup(text);
	memmove(rest + (row - text), strchr(row + 1, '\n'), strlen(strchr(row + 1, '\n')) + 1);
	ck_assert_int_eq(vd_model_open(rest, strlen(rest), &bare), 0);
	for (size_t i = 0; i < sizeof(updated) / sizeof(updated[0]); i++)
		dangerous += score_of(&updated[i], bare).level >= VD_DANGEROUS;
	printf("%u of %zu hosts with all updates would be Dangerous\n", dangerous,
	       sizeof(updated) / sizeof(updated[0]));
	ck_assert_uint_gt(dangerous, 0);
	vd_model_close(bare);
	free(rest);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("lab");
	const int hosts = sizeof(updated) / sizeof(updated[0]);

	tcase_add_checked_fixture(t, open_bundle, fixture_close);
	tcase_add_loop_test(t, a_host_with_all_updates_is_moderate_at_most, 0, hosts);
	tcase_add_loop_test(t, nothing_is_affected_on_a_host_with_all_updates, 0, hosts);
	tcase_add_loop_test(t, its_neglected_twin_is_dangerous_at_least, 0,
	                    sizeof(neglected) / sizeof(neglected[0]));
	tcase_add_test(t, without_its_row_fixes_that_no_banner_shows_would_be_dangerous);
	return suite_run("lab", t);
}
