/* SPDX-License-Identifier: Apache-2.0 */
/* deliver_web.c - posts an event to a web server, signed. */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "deliver.h"

enum { SECRET_MAX = 4096, ANSWER_MAX = 1 << 16 };

/* What the server says is not needed; a server that says too much is cut off. */
static size_t on_answer(char *data, size_t size, size_t count, void *arg)
{
	size_t *got = arg;

	(void)data;
	*got += size * count;
	return *got > ANSWER_MAX ? 0 : size * count;
}

static struct curl_slist *add(struct curl_slist *list, const char *name, const char *value)
{
	char line[512];

	snprintf(line, sizeof(line), "%s: %s", name, value);
	return curl_slist_append(list, line);
}

/* Read the secret; a line feed at its end is not part of it. Returns its length, or -errno. */
static ssize_t read_secret(const char *path, char out[SECRET_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -errno : read(fd, out, SECRET_MAX);

	if (fd >= 0)
		close(fd);
	while (n > 0 && (out[n - 1] == '\n' || out[n - 1] == '\r'))
		n--;
	return n == 0 ? -EINVAL : n;
}

static int sign(const struct monitor *m, const struct event *e, struct curl_slist **list,
                char why[MONITOR_ERROR])
{
	char secret[SECRET_MAX], signature[DELIVER_SIGNATURE], stamp[24];
	int64_t now = time(NULL);
	ssize_t n;

	snprintf(stamp, sizeof(stamp), "%" PRId64, now);
	*list = add(*list, "webhook-id", e->id);
	*list = add(*list, "webhook-timestamp", stamp);
	if (m->secret_file[0] == '\0')
		return 0;
	n = read_secret(m->secret_file, secret);
	if (n < 0 || deliver_sign(secret, (size_t)n, e, now, signature) != 0) {
		snprintf(why, MONITOR_ERROR, "%.80s: no secret can be read", m->secret_file);
		return -EIO;
	}
	*list = add(*list, "webhook-signature", signature);
	return 0;
}

static void set_options(CURL *curl, const struct monitor *m, const struct event *e, size_t *got)
{
	curl_easy_setopt(curl, CURLOPT_URL, m->webhook);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)m->timeout_s);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "sonde/" SONDE_VERSION);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, e->body);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)e->len);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, got);
	if (m->ca_file[0] != '\0')
		curl_easy_setopt(curl, CURLOPT_CAINFO, m->ca_file);
}

static int post(CURL *curl, char why[MONITOR_ERROR])
{
	CURLcode code = curl_easy_perform(curl);
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (code != CURLE_OK)
		snprintf(why, MONITOR_ERROR, "%.100s", curl_easy_strerror(code));
	else if (status < 200 || status > 299)
		snprintf(why, MONITOR_ERROR, "the server answers %ld%s", status,
		         status >= 300 && status < 400 ? ": redirects are not followed" : "");
	return code == CURLE_OK && status >= 200 && status <= 299 ? 0 : -EIO;
}

int deliver_web(const struct monitor *m, const struct event *e, char why[MONITOR_ERROR])
{
	struct curl_slist *list = NULL;
	CURL *curl = curl_easy_init();
	size_t got = 0;
	int ret;

	if (curl == NULL)
		return -EIO;
	list = add(list, "content-type", "application/cloudevents+json");
	ret = sign(m, e, &list, why);
	if (ret == 0) {
		set_options(curl, m, e, &got);
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
		ret = post(curl, why);
	}
	curl_slist_free_all(list);
	curl_easy_cleanup(curl);
	return ret;
}
