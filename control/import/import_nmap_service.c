/* SPDX-License-Identifier: Apache-2.0 */
/* import_nmap_service.c - services and scripts of nmap as facts. */
#include <stdio.h>
#include <string.h>

#include "import_nmap.h"

static const char *attribute(const char **list, const char *name)
{
	for (; *list != NULL; list += 2)
		if (strcmp(list[0], name) == 0)
			return list[1];
	return NULL;
}

static void state(struct vd_facts *f, const char **list, const char *attribute_name,
                  const char *name)
{
	const char *text = attribute(list, attribute_name);

	if (text != NULL)
		import_facts_state(f, name, text, strlen(text));
}

/* An answer is `%r(PROBE,LENGTH,"ESCAPED BYTES")`. */
bool import_nmap_answer(struct bytes *out, const char *print, size_t len)
{
	const char *at = memmem(print, len, "%r(", 3), *end = print + len, *from, *to;

	if (at == NULL)
		return false;
	from = memchr(at, '"', (size_t)(end - at));
	if (from == NULL)
		return false;
	for (to = ++from; to < end && *to != '"'; to++)
		to += *to == '\\' && to + 1 < end;
	import_unescape(out, from, (size_t)(to - from));
	return !out->failed && out->len > 0;
}

static void take_bytes(struct vd_facts *f, const struct bytes *bytes)
{
	const struct import_banner b = {bytes->data, bytes->len, NULL, 0};

	if (bytes->len > 0 && !bytes->failed && vd_facts_get(f, "banner") == NULL)
		import_facts_banner(f, &b);
}

/* What masscan's XML and fingerprints of unknown services have: bytes. */
static void take_banner(struct vd_facts *f, const char **list)
{
	const char *print = attribute(list, "servicefp"), *banner = attribute(list, "banner");
	struct bytes bytes = {0};

	if (banner != NULL)
		import_unescape(&bytes, banner, strlen(banner));
	else if (print != NULL && !import_nmap_answer(&bytes, print, strlen(print)))
		bytes_clear(&bytes);
	take_bytes(f, &bytes);
	bytes_fini(&bytes);
}

static void state_confidence(struct vd_facts *f, const char *conf)
{
	if (conf != NULL && strlen(conf) == 1)
		vd_facts_addf(f, "import.confidence", "%d", (conf[0] - '0') * 10);
	else if (conf != NULL)
		vd_facts_addf(f, "import.confidence", "100");
}

void import_nmap_service(struct vd_facts *f, const char **list)
{
	const char *method = attribute(list, "method"), *name = attribute(list, "name");
	const char *version = attribute(list, "version"), *tunnel = attribute(list, "tunnel");

	take_banner(f, list);
	/* "table": only the number of the port says so, which we know ourselves */
	if (method == NULL || strcmp(method, "probed") != 0)
		return;
	if (name != NULL && strcmp(name, "unknown") != 0) {
		bool https = tunnel != NULL && strcmp(tunnel, "ssl") == 0 &&
		             strcmp(name, "http") == 0;

		import_facts_state(f, "service", https ? "https" : name, https ? 5 : strlen(name));
	}
	state(f, list, "product", "product");
	state(f, list, "devicetype", "device");
	state(f, list, "ostype", "os");
	if (version != NULL)
		import_facts_version(f, version, strlen(version));
	if (version == NULL || strchr(version, ' ') == NULL)
		state(f, list, "extrainfo", "extra");
	state_confidence(f, attribute(list, "conf"));
}

void import_nmap_script(struct vd_facts *f, const char *id, const char *output)
{
	static const struct {
		const char *id, *fact;
	} same[] = {{"http-title", "http.title"}, {"http-server-header", "http.server"}};
	struct bytes bytes = {0};

	if (id == NULL || output == NULL || output[0] == '\0')
		return;
	if (strcmp(id, "banner") == 0)
		import_unescape(&bytes, output, strlen(output));
	take_bytes(f, &bytes);
	bytes_fini(&bytes);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (strcmp(id, same[i].id) == 0 && vd_facts_get(f, same[i].fact) == NULL)
			vd_facts_add(f, same[i].fact, output, strcspn(output, "\n"));
}
