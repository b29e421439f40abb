/* SPDX-License-Identifier: Apache-2.0 */
/*
 * population_show.c - what a population is like: shares, lengths, and some of its services.
 *
 * 	population_show [SERVICES [SHOWN]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "population.h"

static int compare(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void show(const struct record *r)
{
	printf("port %u %s %s %s, %u verdicts, %u exposures, seen %lld\n", r->port,
	       r->identity.service, r->identity.product, r->identity.version, r->verdict_count,
	       r->exposure_count, (long long)r->seen_us);
	for (size_t i = 0; i < vd_facts_count(r->facts); i++) {
		const struct vd_fact *f = vd_facts_at(r->facts, i);

		printf("  %s: ", f->name);
		for (size_t n = 0; n < f->len && n < 160; n++)
			putchar(f->value[n] < 0x20 ? '.' : f->value[n]);
		putchar('\n');
	}
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	size_t shown = argc > 2 ? strtoul(argv[2], NULL, 10) : 3;
	struct population *p = population_new(1, n);
	struct record *r = population_record_new();
	size_t *lengths = calloc(n + 1, sizeof(*lengths));
	size_t facts = 0, bytes = 0, banners = 0, verdicts = 0, certificates = 0;
	clock_t start = clock();

	if (p == NULL || lengths == NULL)
		return 1;
	for (size_t i = 0; i < n; i++) {
		population_fill(p, i, 0, r);
		lengths[i] = population_banner_len(r);
		banners += lengths[i];
		facts += vd_facts_count(r->facts);
		verdicts += r->verdict_count;
		certificates += vd_facts_get(r->facts, "ssl.sha256") != NULL;
		for (size_t k = 0; k < vd_facts_count(r->facts); k++)
			bytes += vd_facts_at(r->facts, k)->len;
		if (i < shown)
			show(r);
	}
	printf("{\"services\": %zu, \"us_each\": %.2f, ", n,
	       (double)(clock() - start) * 1e6 / CLOCKS_PER_SEC / (double)n);
	qsort(lengths, n, sizeof(*lengths), compare);
	printf("\"banner_median\": %zu, \"banner_mean\": %.0f, \"banner_p99\": %zu, \"facts\": %.1f, "
	       "\"fact_bytes\": %.0f, \"verdicts\": %.1f, \"certificates\": %.2f}\n",
	       lengths[n / 2], (double)banners / (double)n, lengths[n * 99 / 100],
	       (double)facts / (double)n, (double)bytes / (double)n, (double)verdicts / (double)n,
	       (double)certificates / (double)n);
	free(lengths);
	population_record_free(r);
	population_free(p);
	return 0;
}
