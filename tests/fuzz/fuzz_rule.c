/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_rule.c - a rule file's text, and the blob that it becomes, whole and damaged. */
#include <stdlib.h>
#include <string.h>

#include "rule.h"
#include "rules.h"

static void ignore(void *arg, uint32_t line, uint32_t column, const char *text)
{
	(void)arg;
	(void)line;
	(void)column;
	(void)text;
}

static void use(const void *blob, size_t len)
{
	struct vd_facts *facts = vd_facts_new();
	struct rules_scratch *scratch;
	struct rules *rules;
	struct vd_identity id;
	struct error err;

	if (facts != NULL && rules_open(blob, len, &rules, &err) == 0) {
		scratch = rules_scratch_new(rules);
		vd_facts_addf(facts, "http.server", "nginx/1.18.0 (Ubuntu)");
		vd_facts_addf(facts, "ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3");
		if (scratch != NULL)
			rules_identify(rules, scratch, facts, &id);
		rules_scratch_free(scratch);
		rules_close(rules);
	}
	vd_facts_free(facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rule_set *set = rule_set_new();
	struct error err;
	void *blob;
	size_t len;

	if (set == NULL)
		return 0;
	if (rule_parse(set, "fuzz", (const char *)data, size, ignore, NULL) == 0 &&
	    rules_serialise(set, false, &blob, &len, &err) == 0) {
		use(blob, len);
		for (size_t i = 0; i < size && i < 64; i++)
			((uint8_t *)blob)[(data[i] * 31U + i * 7U) % len] ^= data[i];
		use(blob, len);
		free(blob);
	}
	rule_set_free(set);
	return 0;
}
