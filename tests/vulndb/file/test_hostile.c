/* SPDX-License-Identifier: Apache-2.0 */
/* test_hostile.c - claims about hostile feeds: they are refused or cut, in bounded memory. */
#include <errno.h>
#include <sys/resource.h>

#include "build.h"
#include "feed.h"
#include "fixture.h"
#include "packed.h"
#include "suite.h"

static struct build b;
static struct error err;

static void begin(void)
{
	fixture_begin();
	ck_assert_int_eq(build_init(&b), 0);
	err.text[0] = '\0';
}

static void end(void)
{
	build_fini(&b);
	fixture_end();
}

static int read_bytes(const char *text, size_t len)
{
	return feed_read_text(&b, "feed", text, len, &err);
}

static long peak_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* ---- a string of 1 GiB ---- */

enum { MIB = 1 << 20, BLOCKS = 1024, ROOM_KIB = 96 << 10 };

static const struct {
	bool zstd;
	const char *before, *after;
	const char *says; /* NULL: it is cut and the rest is read */
} huge[] = {
	{true, "{\"cve\":{\"id\":\"CVE-2024-0001\",\"descriptions\":[{\"lang\":\"en\",\"value\":\"",
         "\"}],\"vulnStatus\":\"Analyzed\"}}", NULL},
	{false,
         "{\"cve\":{\"id\":\"CVE-2024-0001\",\"descriptions\":[{\"lang\":\"en\",\"value\":\"",
         "\"}],\"vulnStatus\":\"Analyzed\"}}", NULL},
	{true, "{\"cve\":{\"id\":\"CVE-2024-0001\",\"", "\":1}}", NULL},
	{true,
         "{\"cve\":{\"id\":\"CVE-2024-0001\",\n\"configurations\":[{\"nodes\":[{\"cpeMatch\":[{"
         "\"criteria\":\"",
         "\"}]}]}]}}", "feed:2: a criterion that is no CPE name"},
	{true, "cve,epss,percentile\nCVE-2024-0001,0.5,", "\n", "feed:2: a line is too long"},
	{false, "#sonde-facts/1\nA\ta:x:y\t", "\n", "feed:2: a line is too long"},
};

START_TEST(a_string_of_a_gibibyte_takes_no_memory)
{
	void (*pack)(struct packed *, const void *, size_t) = huge[_i].zstd ? packed_zstd
	                                                                    : packed_gzip;
	struct packed file = {0}, block = {0};
	char *text = malloc(MIB);
	const char *path;
	long before;
	int ret;

	memset(text, 'x', MIB);
	pack(&file, huge[_i].before, strlen(huge[_i].before));
	pack(&block, text, MIB);
	for (int i = 0; i < BLOCKS; i++)
		packed_add(&file, block.data, block.len);
	pack(&file, huge[_i].after, strlen(huge[_i].after));
	path = fixture_file("feed", file.data, file.len);
	free(file.data);
	free(block.data);
	free(text);
	before = peak_kib();
	ret = feed_read(&b, NULL, path, &err);
	ck_assert_int_lt(peak_kib() - before, ROOM_KIB);
	if (huge[_i].says == NULL) {
		ck_assert_msg(ret == 0, "%s", err.text);
		ck_assert_uint_eq(b.cves.count, 1);
	} else {
		ck_assert_int_eq(ret, -EINVAL);
		ck_assert_msg(strstr(err.text, huge[_i].says) != NULL, "%s", err.text);
	}
}
END_TEST

/* ---- depth ---- */

static const struct {
	const char *before, *each;
} deep[] = {
	{"{\"cve\":\n", "["},
	{"{\"cve\":\n", "{\"a\":"},
	{"{\"catalogVersion\":\"1\",\n\"vulnerabilities\":", "[{\"a\":"},
	{"{\"affected\":\n", "{\"affected\":["},
	{"{\"cve\":{\"configurations\":\n", "[{\"nodes\":[{\"children\":"},
};

START_TEST(a_depth_of_a_hundred_thousand_is_refused)
{
	struct packed text = {0};
	long before;

	packed_add(&text, deep[_i].before, strlen(deep[_i].before));
	for (int i = 0; i < 100000; i++)
		packed_add(&text, deep[_i].each, strlen(deep[_i].each));
	before = peak_kib();
	ck_assert_int_eq(read_bytes(text.data, text.len), -EINVAL);
	ck_assert_int_lt(peak_kib() - before, ROOM_KIB);
	ck_assert_msg(strcmp(err.text, "feed:2: nested too deep") == 0, "%s", err.text);
	free(text.data);
}
END_TEST

/* ---- bytes that are no text, and names and numbers out of bounds ---- */

#define CONF(criteria)                                                                             \
	"\"configurations\":[{\"nodes\":[{\"operator\":\"OR\",\"cpeMatch\":[{\"vulnerable\":true," \
	"\"criteria\":\"" criteria "\"}]}]}]"
#define NGINX "cpe:2.3:a:f5:nginx:1.2:*:*:*:*:*:*:*"
#define CVE(more) "{\"cve\":{\"id\":\"CVE-2024-0001\"," more "}}"
#define TEXT(value) CVE("\"descriptions\":[{\"value\":\"" value "\"}]")
#define PACKAGE(name)                                                                              \
	"{\"id\":\"DEBIAN-CVE-2024-0001\",\"affected\":[{\"package\":{\"ecosystem\":\"Debian:"     \
	"12\","                                                                                    \
	"\"name\":\"" name "\"},\"ranges\":[{\"events\":[{\"introduced\":\"0\"}]}]}]}"
#define SCORE(number)                                                                              \
	CVE("\"metrics\":{\"cvssMetricV31\":[{\"type\":\"Primary\",\"cvssData\":{"                 \
	    "\"vectorString\":\"x\",\"baseScore\":" number "}}]}")
#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *text;
	size_t len;
	const char *says; /* NULL: it is read */
	size_t cves, fixes;
} odd[] = {
	/* Invalid UTF-8: overlong, cut, a surrogate, beyond Unicode, Latin-1. */
	{BYTES(TEXT("\xc0\xaf \xe2\x82 \xed\xa0\x80 \xf5\x80\x80\x80 \xff\xfe \xe9")), NULL, 1, 0},
	{BYTES(CVE(CONF("cpe:2.3:a:f5:ngin\xff:1.2:*:*:*:*:*:*:*"))), "feed:1: a criterion", 0, 0},
	{BYTES(PACKAGE("ngin\xc3\x28")), NULL, 0, 1},
	/* Half a surrogate pair, both halves in the wrong order, half an escape. */
	{BYTES(TEXT("\\ud800 \\udc00\\ud800 \\ud83d\\ude00")), NULL, 1, 0},
	{BYTES(CVE(CONF("cpe:2.3:a:f5:\\ud800:1.2:*:*:*:*:*:*:*"))), NULL, 1, 0},
	{BYTES(TEXT("\\u12")), "feed:1: this is no valid JSON", 0, 0},
	{BYTES(TEXT("\\x")), "feed:1: this is no valid JSON", 0, 0},
	/* The byte order mark of UTF-8 is ignored; UTF-16 is refused. */
	{BYTES("\xef\xbb\xbf" TEXT("x")), NULL, 1, 0},
	{BYTES("\xef\xbb\xbf"
               "cve,epss,percentile\nCVE-2024-0001,0.5,0.9\n"),
         NULL, 0, 0},
	{BYTES("\xff\xfe{\0\"\0c\0v\0e\0\"\0:\0"), "no feed that is known", 0, 0},
	/* NUL bytes are refused outside of strings and in them; an escaped one ends the text. */
	{BYTES("{\"cve\":\n\0{\"id\":\"CVE-2024-0001\"}}"), "feed:2: this is no valid JSON", 0, 0},
	{BYTES(TEXT("a\0b")), "feed:1: this is no valid JSON", 0, 0},
	{BYTES("{\"cve\":{\"id\":\"CVE-2024-0001\\u0000\"}}"),
         "feed:1: a CVE record without a CVE id", 0, 0},
	{BYTES(CVE(CONF(NGINX "\\u0000:and:more"))), NULL, 1, 0},
	{BYTES("cve,epss\nCVE-2024-0001,0.5\0,x\n"), "feed:2: a NUL byte in a line", 0, 0},
	{BYTES("#sonde-facts/1\nA\ta:x:y\0\ta:x:z\n"), "feed:2: a NUL byte in a line", 0, 0},
	/* If a name is given twice, the last value counts; if a list is, both count. */
	{BYTES("{\"cve\":{\"id\":\"nonsense\",\"id\":\"CVE-2024-0001\"}}"), NULL, 1, 0},
	{BYTES("{\"cve\":{\"id\":\"CVE-2024-0001\",\"id\":\"nonsense\"}}"),
         "feed:1: a CVE record without", 0, 0},
	{BYTES(CVE(CONF("nonsense\",\"criteria\":\"" NGINX))), NULL, 1, 0},
	{BYTES("{\"cve\":{\"id\":\"CVE-2024-0001\"},\"cve\":{\"id\":\"CVE-2024-0002\"}}"), NULL, 2,
         0},
	{BYTES(PACKAGE("a\",\"name\":\"b")), NULL, 0, 1},
	/* Numbers. */
	{BYTES(SCORE("1e999")), NULL, 1, 0},
	{BYTES(SCORE("-1e999")), NULL, 1, 0},
	{BYTES(SCORE("99999999999999999999999999999999")), NULL, 1, 0},
	{BYTES(SCORE("1111111111111111111111111111111111111111111111111111111111111111111111")),
         "feed:1: a number is too long", 0, 0},
	{BYTES("{\"cve\":{\"id\":\"CVE-2024-4294967296\"}}"),
         "feed:1: a CVE record without a CVE id", 0, 0},
	{BYTES("{\"cve\":{\"id\":\"CVE-2024-4294967295\"}}"), NULL, 1, 0},
	{BYTES("cve,epss\nCVE-2024-0001,nan\n"), "feed:2: a probability", 0, 0},
	{BYTES("cve,epss\nCVE-2024-0001,1e99\n"), "feed:2: a probability", 0, 0},
	{BYTES("cve,epss\nCVE-2024-0001,1e-999\n"), NULL, 0, 0},
	{BYTES("cve,epss\nCVE-2024-0001,0x1p-1\n"), NULL, 0, 0},
};

START_TEST(odd_bytes_are_refused_with_the_place_or_cut)
{
	int ret = read_bytes(odd[_i].text, odd[_i].len);

	if (odd[_i].says != NULL) {
		ck_assert_int_eq(ret, -EINVAL);
		ck_assert_msg(strstr(err.text, odd[_i].says) != NULL, "%s", err.text);
		return;
	}
	ck_assert_msg(ret == 0, "%s", err.text);
	ck_assert_uint_eq(b.cves.count, odd[_i].cves);
	ck_assert_uint_eq(b.fixes.count, odd[_i].fixes);
}
END_TEST

/* Whatever a feed contains, the texts that are kept of it can be shown: no byte controls a terminal
 * or breaks a JSON text. */
START_TEST(what_is_kept_is_printable)
{
	static const char *const texts[] = {
		"{\"timestamp\":\"2024\x1b[2J\xff\",\"vulnerabilities\":[" CVE(
			"\"lastModified\":\"2024-01-01T\x1b[2J\",\"metrics\":{\"cvssMetricV40\":[{"
			"\"cvssData\":{"
			"\"vectorString\":\"CVSS:4.0/"
			"\x7f\xff\\u001b[31m\",\"baseScore\":9.9}}]}," CONF(
				"cpe:2.3:a:f5:nginx:1\\\\\\u00e9:*:*:*:*:*:*:*")) "]}",
		"{\"catalogVersion\":\"1\",\"dateReleased\":\"\\u001b[2J\",\"vulnerabilities\":[{"
		"\"cveID\":\"CVE-2024-0001\","
		"\"dateAdded\":"
		"\"2024-01-01\\u001b\"}]}",
		"{\"nginx\\u001b\":{\"CVE-2024-0001\":{\"releases\":{\"bookworm\":{\"status\":"
		"\"resolved\",\"fixed_version\":"
		"\"1\\u001b\xff\"}}}}}",
		"{\"id\":\"CVE-2024-0001\",\"modified\":\"2024-01-01T\\u001b[2J\",\"severity\":[{"
		"\"score\":"
		"\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/"
		"\\u001b[2J\"}],\"affected\":[{\"package\":{\"ecosystem\":"
		"\"Alpine:v3\\u001b[2J\",\"name\":\"a\\u001b\"},\"ranges\":[{\"events\":[{"
		"\"introduced\":\"\\u001b\"},"
		"{\"fixed\":\"\xff\"}]}]}]}",
		"#model_version:v1,score_date:\x1b[2J\ncve,epss\nCVE-2024-0001,0.5\n",
		"#sonde-facts/"
		"1\nA\ta:\x1b:y\ta:x:\xff\nP\ta:x:y\t\x1b[2J\nF\tCVE-2024-"
		"0001\t\x1b\t1\t\xff\t\t1\t0\n",
		"{\"timestamp\":\"\\u001b\",\"products\":[{\"cpe\":{\"deprecated\":true,"
		"\"cpeName\":"
		"\"cpe:2.3:a:x:y:1\\\\\\u00e9"
		":*:*:*:*:*:*:*\",\"deprecatedBy\":[{\"cpeName\":\"cpe:2.3:a:x:z:1:*:*:*:*:*:*:*\"}"
		"]}}]"
		"}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char sources[1024];

		/* The feed may also be refused. */
		read_bytes(texts[i], strlen(texts[i]));
		for (size_t k = 0; k < b.pool.len; k++)
			ck_assert_msg(b.pool.data[k] == '\0' ||
			                      (b.pool.data[k] >= ' ' && b.pool.data[k] <= '~') ||
			                      /* the keys of versions, which are not shown */
			                      b.pool.data[k] == 1,
			              "text %zu: byte %02x", i, (unsigned char)b.pool.data[k]);
		build_sources_text(&b, sources, sizeof(sources));
		for (size_t k = 0; sources[k] != '\0'; k++)
			ck_assert(sources[k] == '\n' || (sources[k] >= ' ' && sources[k] <= '~'));
	}
}
END_TEST

/* Aliases in a chain or in a circle are one group, however many they are, and need no recursion. */
START_TEST(aliases_may_chain_and_turn)
{
	static const char cve[] = "M\tv\ta:x:p7:1.0\t\t\nN\t\nO\t\nC\tCVE-2024-0001\t\t\t\n";
	struct packed text = {0};
	struct vd_identity id;
	char line[96];

	packed_add(&text, "#sonde-facts/1\n", 15);
	for (int i = 0; i < 300000; i++)
		packed_add(&text, line,
		           (size_t)snprintf(line, sizeof(line), "A\ta:x:p%d\ta:x:p%d\n", i,
		                            (i + 1) % 300000));
	packed_add(&text, cve, strlen(cve));
	ck_assert_msg(fixture_update(fixture_file("a", text.data, text.len), NULL, &err) == 0, "%s",
	              err.text);
	fixture_open();
	id = fixture_identity("cpe:2.3:a:x:p299999:1.0");
	ck_assert_int_eq(fixture_verdict(&id, "CVE-2024-0001").kind, VD_AFFECTED);
	free(text.data);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("hostile");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_loop_test(t, a_string_of_a_gibibyte_takes_no_memory, 0,
	                    sizeof(huge) / sizeof(huge[0]));
	tcase_add_loop_test(t, a_depth_of_a_hundred_thousand_is_refused, 0,
	                    sizeof(deep) / sizeof(deep[0]));
	tcase_add_loop_test(t, odd_bytes_are_refused_with_the_place_or_cut, 0,
	                    sizeof(odd) / sizeof(odd[0]));
	tcase_add_test(t, what_is_kept_is_printable);
	tcase_add_test(t, aliases_may_chain_and_turn);
	return suite_run("hostile", t);
}
