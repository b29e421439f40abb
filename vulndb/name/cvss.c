/* SPDX-License-Identifier: Apache-2.0 */
/* cvss.c - the base score that a CVSS vector states. */
#include "cvss.h"

#include <math.h>
#include <string.h>

enum { METRICS_MAX = 11, VALUES_MAX = 4 };

/* A metric: its name, and the letter and weight of each of its values. */
struct metric {
	const char *name;
	struct {
		char letter;
		double weight;
	} values[VALUES_MAX];
};

/* The metrics of version 2: section 3.2.1. */
enum { V2_AV, V2_AC, V2_AU, V2_C, V2_I, V2_A, V2_METRICS };

static const struct metric v2[V2_METRICS] = {
	{"AV", {{'L', 0.395}, {'A', 0.646}, {'N', 1.0}}},
	{"AC", {{'H', 0.35}, {'M', 0.61}, {'L', 0.71}}},
	{"Au", {{'M', 0.45}, {'S', 0.56}, {'N', 0.704}}},
	{"C", {{'N', 0.0}, {'P', 0.275}, {'C', 0.660}}},
	{"I", {{'N', 0.0}, {'P', 0.275}, {'C', 0.660}}},
	{"A", {{'N', 0.0}, {'P', 0.275}, {'C', 0.660}}},
};

/* The metrics of version 3: section 7.4. The scope is no factor: 0 is unchanged, 1 is changed. */
enum { V3_AV, V3_AC, V3_PR, V3_UI, V3_S, V3_C, V3_I, V3_A, V3_METRICS };

static const struct metric v3[V3_METRICS] = {
	{"AV", {{'N', 0.85}, {'A', 0.62}, {'L', 0.55}, {'P', 0.2}}},
	{"AC", {{'L', 0.77}, {'H', 0.44}}},
	{"PR", {{'N', 0.85}, {'L', 0.62}, {'H', 0.27}}},
	{"UI", {{'N', 0.85}, {'R', 0.62}}},
	{"S", {{'U', 0.0}, {'C', 1.0}}},
	{"C", {{'H', 0.56}, {'L', 0.22}, {'N', 0.0}}},
	{"I", {{'H', 0.56}, {'L', 0.22}, {'N', 0.0}}},
	{"A", {{'H', 0.56}, {'L', 0.22}, {'N', 0.0}}},
};

/*
 * The metrics of version 4, and how far each value lies below the worst one: section 8.2. They are
 * in the order of the equivalence classes EQ1, EQ2, EQ3 and EQ4.
 */
enum { V4_AV, V4_PR, V4_UI, V4_AC, V4_AT, V4_VC, V4_VI, V4_VA, V4_SC, V4_SI, V4_SA, V4_METRICS };

static const struct metric v4[V4_METRICS] = {
	{"AV", {{'N', 0}, {'A', 1}, {'L', 2}, {'P', 3}}},
	{"PR", {{'N', 0}, {'L', 1}, {'H', 2}}},
	{"UI", {{'N', 0}, {'P', 1}, {'A', 2}}},
	{"AC", {{'L', 0}, {'H', 1}}},
	{"AT", {{'N', 0}, {'P', 1}}},
	{"VC", {{'H', 0}, {'L', 1}, {'N', 2}}},
	{"VI", {{'H', 0}, {'L', 1}, {'N', 2}}},
	{"VA", {{'H', 0}, {'L', 1}, {'N', 2}}},
	{"SC", {{'H', 0}, {'L', 1}, {'N', 2}}},
	{"SI", {{'H', 0}, {'L', 1}, {'N', 2}}},
	{"SA", {{'H', 0}, {'L', 1}, {'N', 2}}},
};

static bool weigh(const struct metric *m, char letter, double *out)
{
	for (int i = 0; i < VALUES_MAX && m->values[i].letter != '\0'; i++) {
		if (m->values[i].letter != letter)
			continue;
		*out = m->values[i].weight;
		return true;
	}
	return false;
}

/* The index of the metric, among @n, that @text states ("AC:L", @len bytes), or -1 where it is none
 * of them. */
static int find(const struct metric *metrics, int n, const char *text, size_t len)
{
	for (int i = 0; i < n; i++) {
		size_t name = strlen(metrics[i].name);

		if (len > name && memcmp(text, metrics[i].name, name) == 0 && text[name] == ':')
			return i;
	}
	return -1;
}

/* Read the weights of @n metrics from @text, where slashes stand between them. False unless each
 * metric occurs exactly once, in any order, with a known value. Other metrics are skipped. */
static bool read(const char *text, const struct metric *metrics, int n, double out[METRICS_MAX])
{
	unsigned int seen = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, "/");
		int at = find(metrics, n, text, len);

		if (at >= 0) {
			if (strlen(metrics[at].name) + 2 != len || (seen & 1U << at) ||
			    !weigh(&metrics[at], text[len - 1], &out[at]))
				return false;
			seen |= 1U << at;
		}
		text += len + (text[len] == '/');
	}
	return seen == (1U << n) - 1;
}

static double score_v2(const double m[METRICS_MAX])
{
	double impact = 10.41 * (1 - (1 - m[V2_C]) * (1 - m[V2_I]) * (1 - m[V2_A]));
	double ease = 20 * m[V2_AV] * m[V2_AC] * m[V2_AU];

	return round((0.6 * impact + 0.4 * ease - 1.5) * (impact > 0 ? 1.176 : 0) * 10);
}

/* The smallest number of tenths that is not below @value. Like appendix A of version 3.1, it
 * calculates with integers to avoid floating-point errors. */
static double round_up(double value)
{
	long n = lround(value * 100000);

	return n % 10000 == 0 ? (double)(n / 10000) : (double)(n / 10000 + 1);
}

static double score_v3(const double m[METRICS_MAX])
{
	bool changed = m[V3_S] > 0;
	double loss = 1 - (1 - m[V3_C]) * (1 - m[V3_I]) * (1 - m[V3_A]);
	double impact = changed ? 7.52 * (loss - 0.029) - 3.25 * pow(loss - 0.02, 15) : 6.42 * loss;
	double privilege = m[V3_PR], ease;

	/* A changed scope raises the weights of required privileges: 0.68 for low, 0.5 for high. */
	if (changed && privilege < 0.8)
		privilege = privilege > 0.5 ? 0.68 : 0.5;
	ease = 8.22 * m[V3_AV] * m[V3_AC] * privilege * m[V3_UI];
	if (impact <= 0)
		return 0;
	return round_up(fmin((impact + ease) * (changed ? 1.08 : 1), 10));
}

/* ---- version 4 ---- */

/* EQ3 and EQ6 count together. Here they are named by their levels. */
enum { V4_00, V4_01, V4_10, V4_11, V4_21, V4_PAIRS };

/*
 * The score, times ten, of the worst vector of each MacroVector that a base score needs: by EQ1,
 * EQ2, the pair of EQ3 and EQ6, and EQ4, whose level 0 no base metric reaches. EQ5 is 0, as of a CVE
 * that is exploited. Figures of FIRST (cvss_lookup.js of FIRSTdotorg/cvss-v4-calculator).
 */
static const uint8_t v4_scores[3][2][V4_PAIRS][3] = {
	{{{0, 100, 93}, {0, 96, 90}, {0, 93, 88}, {0, 92, 80}, {0, 79, 69}},
         {{0, 95, 92}, {0, 91, 81}, {0, 92, 84}, {0, 82, 70}, {0, 71, 63}}},
	{{{0, 94, 87}, {0, 89, 75}, {0, 86, 72}, {0, 76, 57}, {0, 65, 53}},
         {{0, 90, 77}, {0, 77, 66}, {0, 74, 61}, {0, 59, 52}, {0, 58, 23}}},
	{{{0, 86, 70}, {0, 74, 54}, {0, 72, 53}, {0, 57, 36}, {0, 47, 24}},
         {{0, 73, 54}, {0, 55, 43}, {0, 61, 46}, {0, 51, 18}, {0, 24, 10}}},
};

/* A MacroVector: its levels, and how far the vector lies below the worst one of each class. */
struct v4_macro {
	int eq1, eq2, pair, eq4;
	double below1, below2, below_pair, below4;
};

static struct v4_macro v4_macro_of(const double m[METRICS_MAX])
{
	double reach = m[V4_AV] + m[V4_PR] + m[V4_UI], ease = m[V4_AC] + m[V4_AT];
	double impact = m[V4_VC] + m[V4_VI] + m[V4_VA], beyond = m[V4_SC] + m[V4_SI] + m[V4_SA];
	bool open = m[V4_AV] == 0 || m[V4_PR] == 0 || m[V4_UI] == 0;
	struct v4_macro v = {.eq4 = 1};

	v.eq1 = reach == 0 ? 0 : open && m[V4_AV] < 3 ? 1 : 2;
	v.below1 = reach - (v.eq1 == 0 ? 0 : v.eq1 == 1 ? 1 : 3);
	v.eq2 = ease > 0;
	v.below2 = ease - v.eq2;
	if (m[V4_VC] == 0 && m[V4_VI] == 0)
		v.pair = V4_00;
	else if (m[V4_VC] == 0 || m[V4_VI] == 0 || m[V4_VA] == 0)
		v.pair = V4_10;
	else
		v.pair = V4_21;
	v.below_pair = impact - (v.pair == V4_00 ? 0 : v.pair == V4_10 ? 1 : 3);
	if (m[V4_SC] > 0 && m[V4_SI] > 0 && m[V4_SA] > 0)
		v.eq4 = 2;
	v.below4 = beyond - (v.eq4 == 2 ? 3 : 0);
	return v;
}

/* The share that a class takes off the score of its MacroVector: of the way to the score of the next
 * lower one, as much as the vector lies below the worst one. @depth: the levels that lie between. */
static double v4_share(int score, int lower, double below, double depth)
{
	return (score - lower) * below / depth;
}

/* Section 8.2: the score of the MacroVector less the mean of what its classes take off. A class
 * that has no lower MacroVector does not count; EQ5 has one and takes nothing. */
static double score_v4(const double m[METRICS_MAX])
{
	const struct v4_macro v = v4_macro_of(m);
	const uint8_t(*pairs)[3] = v4_scores[v.eq1][v.eq2];
	int score = pairs[v.pair][v.eq4], classes = 1;
	double off = 0;

	if (m[V4_VC] + m[V4_VI] + m[V4_VA] + m[V4_SC] + m[V4_SI] + m[V4_SA] == 12)
		return 0;
	if (v.eq1 < 2) {
		off += v4_share(score, v4_scores[v.eq1 + 1][v.eq2][v.pair][v.eq4], v.below1,
		                v.eq1 == 0 ? 1 : 4);
		classes++;
	}
	if (v.eq2 < 1) {
		off += v4_share(score, v4_scores[v.eq1][1][v.pair][v.eq4], v.below2, 1);
		classes++;
	}
	if (v.pair != V4_21) {
		int lower = pairs[v.pair + 1][v.eq4];

		if (v.pair == V4_00 && pairs[V4_10][v.eq4] > lower)
			lower = pairs[V4_10][v.eq4];
		off += v4_share(score, lower, v.below_pair, v.pair == V4_00 ? 7 : 8);
		classes++;
	}
	if (v.eq4 < 2) {
		off += v4_share(score, pairs[v.pair][2], v.below4, 5);
		classes++;
	}
	return fmax(round(score - off / classes + 1e-6), 0);
}

bool cvss_base(const char *vector, uint8_t *x10, uint8_t *version)
{
	static const struct {
		const char *prefix;
		const struct metric *metrics;
		int count;
		double (*score)(const double m[METRICS_MAX]);
		uint8_t version;
	} versions[] = {
		{"CVSS:4.0/", v4, V4_METRICS, score_v4, 40},
		{"CVSS:3.1/", v3, V3_METRICS, score_v3, 31},
		{"CVSS:3.0/", v3, V3_METRICS, score_v3, 30},
		{"CVSS:", NULL, 0, NULL, 0}, /* of a version that is not known */
		{"", v2, V2_METRICS, score_v2, 20},
	};
	double m[METRICS_MAX];
	size_t i = 0;

	while (strncmp(vector, versions[i].prefix, strlen(versions[i].prefix)) != 0)
		i++;
	vector += strlen(versions[i].prefix);
	if (versions[i].score == NULL || !read(vector, versions[i].metrics, versions[i].count, m))
		return false;
	*x10 = (uint8_t)versions[i].score(m);
	*version = versions[i].version;
	return true;
}
