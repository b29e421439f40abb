/* SPDX-License-Identifier: Apache-2.0 */
/* test_beside.c - claims about imported rules beside the bundled ones: they add answers, and change
 * none. */
#include <stdlib.h>
#include <string.h>

#include "identify.h"
#include "shared_data.h"
#include "suite.h"

enum { EXIT_SKIP = 77, SURE = 65 };

/* The bundled rules alone, or with imported ones. */
struct world {
	struct rule_set *set;
	void *blob;
	struct rules *rules;
	struct rules_scratch *scratch;
};

/* Rules of our own making in Recog's format, which know less than the bundled ones. */
static const char coarse[] =
	"<fingerprints matches='ssh.banner' protocol='ssh'>"
	"<fingerprint pattern='^OpenSSH_([\\d.p]+)'><param pos='0' name='service.product' "
	"value='OpenSSH'/><param pos='1' name='service.version'/><param pos='0' name='os.vendor' "
	"value='Ubuntu'/><param pos='0' name='os.product' value='Linux'/><param pos='0' "
	"name='service.cpe23' value='cpe:/a:somebody:ssh:{service.version}'/></fingerprint>"
	"</fingerprints>";
static const char cookie[] =
	"<fingerprints matches='http_header.cookie'>"
	"<fingerprint pattern='^sid='><param pos='0' name='service.product' value='Elsewhere'/>"
	"<param pos='0' name='os.product' value='Linux'/><param pos='0' name='hw.device' "
	"value='Gadget'/></fingerprint></fingerprints>";
static const char telnet[] =
	"<fingerprints matches='telnet_banners' protocol='telnet'>"
	"<fingerprint pattern='Debian'><param pos='0' name='service.product' value='telnetd'/>"
	"<param pos='0' name='os.product' value='Linux'/></fingerprint></fingerprints>";

static struct world own, mixed, all;
static bool have_data, all_read = true;

static void read_xml(void *arg, const char *name, const char *text, size_t len)
{
	struct error err = {""};
	size_t n = strlen(name);

	if (n > 4 && strcmp(name + n - 4, ".xml") == 0 &&
	    rules_read_recog(((struct world *)arg)->set, name, text, len, &err) != 0)
		all_read = false;
}

static bool world_start(struct world *w)
{
	struct error err = {""};

	w->set = rule_set_new();
	if (rules_read_dir(w->set, SONDE_SOURCE_ROOT "/vulndb/rules", &err) == 0)
		return true;
	fprintf(stderr, "%s\n", err.text);
	return false;
}

static bool world_finish(struct world *w)
{
	struct error err = {""};
	size_t len;

	if (rules_serialise(w->set, false, &w->blob, &len, &err) != 0 ||
	    rules_open(w->blob, len, &w->rules, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return false;
	}
	w->scratch = rules_scratch_new(w->rules);
	return w->scratch != NULL;
}

static void world_end(struct world *w)
{
	rules_scratch_free(w->scratch);
	rules_close(w->rules);
	free(w->blob);
	rule_set_free(w->set);
}

static void answer(const struct world *w, const char *field, const char *text, size_t len,
                   struct vd_identity *out)
{
	struct vd_facts *facts = vd_facts_new();

	vd_facts_add(facts, field, text, len);
	rules_identify(w->rules, w->scratch, facts, out);
	vd_facts_free(facts);
}

START_TEST(a_system_of_ours_stays_beside_a_coarse_one)
{
	static const char text[] = "OpenSSH_8.2p1 Ubuntu-4ubuntu0.5";
	struct vd_identity id;

	answer(&mixed, "ssh.banner", text, strlen(text), &id);
	ck_assert_str_eq(id.product, "OpenSSH");
	ck_assert_str_eq(id.version, "8.2p1");
	ck_assert_str_eq(id.os, "Ubuntu Linux");
	ck_assert_str_eq(id.os_version, "20.04");
	ck_assert_str_eq(id.package_version, "1:8.2p1-4ubuntu0.5");
	ck_assert_uint_eq(id.cpe_count, 1);
	ck_assert_str_eq(id.cpe[0], "cpe:2.3:a:openbsd:openssh:8.2:p1:*:*:*:*:*:*");
}
END_TEST

START_TEST(a_name_of_ours_stays_beside_a_surer_one)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_identity id;

	vd_facts_addf(facts, "http.server", "nginx");
	vd_facts_addf(facts, "http.cookie", "sid=1");
	rules_identify(mixed.rules, mixed.scratch, facts, &id);
	ck_assert_str_eq(id.product, "nginx");
	ck_assert_str_eq(id.os, "Linux"); /* what nobody else knows is taken */
	ck_assert_str_eq(id.device, "Gadget");
	vd_facts_free(facts);
}
END_TEST

START_TEST(an_imported_product_does_not_hide_our_system)
{
	static const char text[] = "Debian GNU/Linux 12 host ttyS0\n\nhost login:";
	struct vd_identity alone, id;

	answer(&own, "telnet.banner", text, strlen(text), &alone);
	answer(&mixed, "telnet.banner", text, strlen(text), &id);
	ck_assert_str_eq(id.product, "telnetd");
	ck_assert_str_eq(id.os, alone.os);
	ck_assert_str_eq(id.os_version, alone.os_version);
	ck_assert_str_eq(id.os_cpe, alone.os_cpe);
}
END_TEST

/* Whether the rule called @id names a product, and no component of one. */
static bool names_product(const struct world *w, const char *id)
{
	for (const struct rule *r = rule_set_first(w->set); r != NULL; r = r->next)
		if (strcmp(r->id, id) == 0)
			return rule_param(r, RULE_PRODUCT) != NULL && !rule_is_component(r);
	return false;
}

/* Whether @beside says what @alone says; where that is nothing, it may say anything. */
static bool kept(const char *alone, const char *beside)
{
	return alone[0] == '\0' || strcmp(alone, beside) == 0;
}

static bool system_kept(const struct vd_identity *alone, const struct vd_identity *beside)
{
	return kept(alone->os, beside->os) && kept(alone->os_version, beside->os_version) &&
	       kept(alone->os_cpe, beside->os_cpe) && kept(alone->device, beside->device) &&
	       kept(alone->distro, beside->distro) &&
	       kept(alone->distro_release, beside->distro_release);
}

static bool product_kept(const struct vd_identity *alone, const struct vd_identity *beside)
{
	return kept(alone->rule, beside->rule) && kept(alone->product, beside->product) &&
	       kept(alone->vendor, beside->vendor) && kept(alone->version, beside->version) &&
	       kept(alone->package, beside->package) &&
	       kept(alone->package_version, beside->package_version) &&
	       kept(alone->service, beside->service) &&
	       (alone->cpe_count == 0 || alone->version[0] == '\0' ||
	        strcmp(alone->cpe[0], beside->cpe[0]) == 0);
}

START_TEST(no_answer_of_ours_becomes_less_exact)
{
	uint32_t examples = 0, worse = 0, more = 0;

	ck_assert(all_read);
	for (const struct rule *r = rule_set_first(all.set); r != NULL; r = r->next) {
		for (const struct rule_example *e = r->examples; e != NULL;
		     e = e->next, examples++) {
			struct vd_identity alone, beside;

			answer(&own, e->field, e->text, e->len, &alone);
			answer(&all, e->field, e->text, e->len, &beside);
			more += alone.product[0] == '\0' && beside.product[0] != '\0';
			if (system_kept(&alone, &beside) &&
			    (alone.confidence < SURE || !names_product(&own, alone.rule) ||
			     product_kept(&alone, &beside)))
				continue;
			worse++;
			fprintf(stderr, "%s %.60s: %s %s %s (%s) becomes %s %s %s (%s)\n", e->field,
			        e->text, alone.product, alone.version, alone.os, alone.rule,
			        beside.product, beside.version, beside.os, beside.rule);
		}
	}
	fprintf(stderr, "%u examples: %u answers worse, %u named by the imported rules alone\n",
	        examples, worse, more);
	ck_assert_uint_eq(worse, 0);
}
END_TEST

static bool load(char **tar)
{
	size_t len;

	if (!world_start(&own) || !world_start(&mixed) || !world_start(&all))
		return false;
	read_xml(&mixed, "ssh.xml", coarse, strlen(coarse));
	read_xml(&mixed, "cookie.xml", cookie, strlen(cookie));
	read_xml(&mixed, "telnet.xml", telnet, strlen(telnet));
	*tar = shared_data("recog-xml.tar.zst", &len);
	have_data = *tar != NULL;
	if (have_data)
		tar_each(*tar, len, read_xml, &all);
	return all_read && world_finish(&own) && world_finish(&mixed) && world_finish(&all);
}

int main(void)
{
	TCase *tc = tcase_create("core"), *data = NULL;
	char *tar = NULL;
	int ret;

	if (!load(&tar))
		return EXIT_FAILURE;
	tcase_add_test(tc, a_system_of_ours_stays_beside_a_coarse_one);
	tcase_add_test(tc, a_name_of_ours_stays_beside_a_surer_one);
	tcase_add_test(tc, an_imported_product_does_not_hide_our_system);
	if (have_data) {
		data = tcase_create("data");
		tcase_add_test(data, no_answer_of_ours_becomes_less_exact);
	}
	ret = suite_run("beside", tc, data);
	world_end(&own);
	world_end(&mixed);
	world_end(&all);
	free(tar);
	return ret == EXIT_SUCCESS && data == NULL ? EXIT_SKIP : ret;
}
