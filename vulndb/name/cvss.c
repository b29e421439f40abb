/* SPDX-License-Identifier: Apache-2.0 */
/* cvss.c - the base score that a CVSS vector states. */
#include "cvss.h"

#include <math.h>
#include <string.h>

enum { METRICS_MAX = 8, VALUES_MAX = 4 };

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

bool cvss_base(const char *vector, uint8_t *x10, uint8_t *version)
{
	static const char prefix[] = "CVSS:3.";
	double m[METRICS_MAX];

	if (strncmp(vector, prefix, sizeof(prefix) - 1) == 0) {
		char minor = vector[sizeof(prefix) - 1];

		if ((minor != '0' && minor != '1') || vector[sizeof(prefix)] != '/' ||
		    !read(vector + sizeof(prefix) + 1, v3, V3_METRICS, m))
			return false;
		*x10 = (uint8_t)score_v3(m);
		*version = minor == '0' ? 30 : 31;
		return true;
	}
	if (strncmp(vector, "CVSS:", 5) == 0 || !read(vector, v2, V2_METRICS, m))
		return false;
	*x10 = (uint8_t)score_v2(m);
	*version = 20;
	return true;
}
