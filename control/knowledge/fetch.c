/* SPDX-License-Identifier: Apache-2.0 */
/* fetch.c - downloads a file with libcurl: names, request headers, retries, checksum. */
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fetch.h"

enum { ATTEMPTS = 5, NAME = 4096, TAG = 256, SIDECAR_MAX = 4096, CONNECT_S = 20, REDIRECTS = 5 };

struct job {
	const struct fetch_config *config;
	const char *url;
	CURL *curl;
	char file[NAME], part[NAME + 8], tag[NAME + 8];
	char etag[TAG], changed[TAG]; /* ETag and Last-Modified of the current response */
	FILE *out;
	uint64_t had, got; /* bytes from earlier attempts, bytes from this one */
	bool too_big;
	long status;
};

static int fetch_failed(struct error *err, int ret, const char *what, const char *why)
{
	return error_set(err, ret, "%.300s: %.200s", what, why);
}

bool fetch_is_url(const char *text)
{
	return strstr(text, "://") != NULL;
}

/* ---- names ---- */

/* Name the files by a hash of the URL @asked for, followed by the last part of the file's path. */
static void name_files(struct job *j, const char *asked)
{
	size_t end = strcspn(j->url, "?#"), start = end, n;
	unsigned char digest[SHA256_DIGEST_LENGTH];
	char name[96];

	while (start > 0 && j->url[start - 1] != '/')
		start--;
	n = end - start < sizeof(name) - 1 ? end - start : sizeof(name) - 1;
	for (size_t i = 0; i < n; i++) {
		char c = j->url[end - n + i];

		name[i] = isalnum((unsigned char)c) || (i > 0 && strchr("._-", c) != NULL) ? c
		                                                                           : '_';
	}
	name[n] = '\0';
	SHA256((const unsigned char *)asked, strlen(asked), digest);
	snprintf(j->file, sizeof(j->file), "%.3900s/%02x%02x%02x%02x-%s", j->config->dir, digest[0],
	         digest[1], digest[2], digest[3], name);
	snprintf(j->part, sizeof(j->part), "%s.part", j->file);
	snprintf(j->tag, sizeof(j->tag), "%s.tag", j->file);
}

static uint64_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

/* Read the ETag or Last-Modified that the server sent with the stored file, or with the stored part
 * of it; "" if none is stored. */
static void read_tag(const struct job *j, char tag[TAG])
{
	FILE *f = fopen(j->tag, "r");

	tag[0] = '\0';
	if (f == NULL)
		return;
	if (fgets(tag, TAG, f) != NULL)
		tag[strcspn(tag, "\r\n")] = '\0';
	fclose(f);
}

static void write_tag(const struct job *j)
{
	const char *tag = j->etag[0] == '"' ? j->etag : j->changed;
	FILE *f;

	if (tag[0] == '\0') {
		unlink(j->tag);
		return;
	}
	f = fopen(j->tag, "w");
	if (f == NULL)
		return;
	fprintf(f, "%s\n", tag);
	fclose(f);
}

/* ---- libcurl's calls ---- */

static void keep_header(char out[TAG], const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);

	if (len <= n || strncasecmp(line, name, n) != 0)
		return;
	for (line += n, len -= n; len > 0 && *line == ' '; line++)
		len--;
	while (len > 0 && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	snprintf(out, TAG, "%.*s", (int)(len < TAG ? len : 0), line);
}

static size_t on_header(char *line, size_t size, size_t count, void *arg)
{
	struct job *j = arg;
	size_t len = size * count;

	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0)
		j->etag[0] = j->changed[0] = '\0';
	keep_header(j->etag, line, len, "etag:");
	keep_header(j->changed, line, len, "last-modified:");
	return len;
}

static size_t on_data(char *data, size_t size, size_t count, void *arg)
{
	struct job *j = arg;
	size_t len = size * count;

	if (j->got == 0)
		write_tag(j);
	if (j->config->max_bytes - j->had - j->got < len) {
		j->too_big = true;
		return 0;
	}
	j->got += len;
	return fwrite(data, 1, len, j->out);
}

static int on_progress(void *arg, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up)
{
	const struct job *j = arg;

	(void)up_total;
	(void)up;
	if (j->config->progress != NULL)
		j->config->progress(j->config->progress_arg, strrchr(j->file, '/') + 1,
		                    j->had + (uint64_t)now,
		                    total > 0 ? j->had + (uint64_t)total : 0);
	return 0;
}

static void set_common(const struct fetch_config *c, CURL *curl, const char *url)
{
	const char *protocols = c->http ? "https,http" : "https";

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)c->stall_s);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "sonde/" SONDE_VERSION);
	if (c->proxy != NULL)
		curl_easy_setopt(curl, CURLOPT_PROXY, c->proxy);
}

/* ---- one attempt ---- */

/* The header that makes the request conditional: If-Range to continue a partial download,
 * If-None-Match or If-Modified-Since to skip an unchanged file. */
static struct curl_slist *condition(struct job *j)
{
	char tag[TAG], header[TAG + 32];

	read_tag(j, tag);
	j->had = size_of(j->part);
	if (j->had > 0 && tag[0] == '\0') {
		unlink(j->part);
		j->had = 0;
	}
	if (tag[0] == '\0' || (j->had == 0 && size_of(j->file) == 0))
		return NULL;
	if (j->had > 0)
		snprintf(header, sizeof(header), "If-Range: %s", tag);
	else
		snprintf(header, sizeof(header), "%s: %s",
		         tag[0] == '"' ? "If-None-Match" : "If-Modified-Since", tag);
	return curl_slist_append(NULL, header);
}

static CURLcode attempt(struct job *j)
{
	struct curl_slist *headers;
	CURLcode code;

	set_common(j->config, j->curl, j->url);
	headers = condition(j);
	j->got = 0;
	j->out = fopen(j->part, "ab");
	if (j->out == NULL) {
		curl_slist_free_all(headers);
		return CURLE_WRITE_ERROR;
	}
	curl_easy_setopt(j->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(j->curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)j->had);
	curl_easy_setopt(j->curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)j->config->max_bytes);
	curl_easy_setopt(j->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(j->curl, CURLOPT_HEADERDATA, j);
	curl_easy_setopt(j->curl, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(j->curl, CURLOPT_WRITEDATA, j);
	curl_easy_setopt(j->curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(j->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(j->curl, CURLOPT_XFERINFODATA, j);
	code = curl_easy_perform(j->curl);
	j->status = 0;
	curl_easy_getinfo(j->curl, CURLINFO_RESPONSE_CODE, &j->status);
	if (fclose(j->out) != 0 && code == CURLE_OK)
		code = CURLE_WRITE_ERROR;
	curl_slist_free_all(headers);
	return code;
}

/* Delete the part, and the tag that belongs to it: the next request must not say that its file is
 * stored. */
static void drop_part(const struct job *j)
{
	unlink(j->part);
	unlink(j->tag);
}

/* Whether another attempt may succeed. Deletes the partial file if the server cannot continue
 * it. */
static bool again(struct job *j, CURLcode code)
{
	switch (code) {
	case CURLE_RANGE_ERROR:
		drop_part(j);
		return true;
	case CURLE_HTTP_RETURNED_ERROR:
		if (j->status == 416)
			drop_part(j);
		return j->status == 416 || j->status == 429 || j->status >= 500;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_COULDNT_CONNECT:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return false;
	}
}

/* What went wrong in the last attempt, which ended with @code. */
static int explain(const struct job *j, CURLcode code, struct error *err)
{
	char why[64];

	if (j->too_big || code == CURLE_FILESIZE_EXCEEDED)
		return fetch_failed(err, -EFBIG, j->url, "larger than --max-size allows");
	if (code == CURLE_UNSUPPORTED_PROTOCOL)
		return fetch_failed(err, -EINVAL, j->url,
		                    "only https is fetched; --insecure-http allows http");
	if (code != CURLE_HTTP_RETURNED_ERROR)
		return fetch_failed(err, -EIO, j->url, curl_easy_strerror(code));
	snprintf(why, sizeof(why), "the server answers %ld", j->status);
	return fetch_failed(err, -EIO, j->url, why);
}

static int transfer(struct job *j, struct error *err)
{
	CURLcode code = CURLE_OK;

	for (unsigned i = 0; i < ATTEMPTS; i++) {
		if (i > 1)
			sleep(1u << (i - 2));
		code = attempt(j);
		if (code == CURLE_OK || j->too_big || !again(j, code))
			break;
	}
	if (code == CURLE_OK)
		return 0;
	if (j->too_big || code == CURLE_FILESIZE_EXCEEDED)
		drop_part(j);
	return explain(j, code, err);
}

/* ---- small files: checksums, and names of newest archives ---- */

struct small {
	char text[SIDECAR_MAX];
	size_t len;
};

static size_t on_small(char *data, size_t size, size_t count, void *arg)
{
	struct small *s = arg;
	size_t len = size * count;

	if (sizeof(s->text) - 1 - s->len < len)
		return 0;
	memcpy(s->text + s->len, data, len);
	s->len += len;
	s->text[s->len] = '\0';
	return len;
}

/* Download a small file. */
static CURLcode get_small(struct job *j, const char *url, struct small *s)
{
	CURLcode code;

	set_common(j->config, j->curl, url);
	curl_easy_setopt(j->curl, CURLOPT_WRITEFUNCTION, on_small);
	curl_easy_setopt(j->curl, CURLOPT_WRITEDATA, s);
	code = curl_easy_perform(j->curl);
	curl_easy_getinfo(j->curl, CURLINFO_RESPONSE_CODE, &j->status);
	return code;
}

/* Download the checksum file @url and read the checksum from it. */
static bool sidecar(struct job *j, const char *url, char hex[FETCH_HEX], bool *unpacked)
{
	struct small s = {.len = 0};

	return get_small(j, url, &s) == CURLE_OK && fetch_sum_read(s.text, hex, unpacked);
}

static bool expected(struct job *j, char hex[FETCH_HEX], bool *unpacked)
{
	size_t len = strlen(j->url);
	char url[NAME];

	if (j->config->sha256 != NULL)
		return fetch_sum_read(j->config->sha256, hex, unpacked);
	if (strchr(j->url, '?') != NULL || len > sizeof(url) - 16)
		return false;
	snprintf(url, sizeof(url), "%s.sha256", j->url);
	if (sidecar(j, url, hex, unpacked))
		return true;
	if (len < 8 || strcmp(j->url + len - 8, ".json.gz") != 0)
		return false;
	snprintf(url, sizeof(url), "%.*s.meta", (int)(len - 8), j->url);
	return sidecar(j, url, hex, unpacked);
}

static int verify(struct job *j, const char *path, struct error *err)
{
	char want[FETCH_HEX], is[FETCH_HEX], why[200];
	bool unpacked;

	if (!expected(j, want, &unpacked))
		return j->config->sha256 == NULL
		               ? 0
		               : fetch_failed(err, -EINVAL, "--sha256", "expected 64 hex digits");
	if (fetch_sum(path, unpacked, is) == 0 && strcmp(want, is) == 0)
		return 0;
	unlink(path);
	unlink(j->tag);
	snprintf(why, sizeof(why), "its SHA-256 is not %s: it was thrown away", want);
	return fetch_failed(err, -EBADMSG, j->url, why);
}

/* ---- the newest archive of a folder ---- */

/* Puts the address of the archive that the file at j->url names into @url, and lets j->url be it. */
static int find_latest(struct job *j, char url[NAME], struct error *err)
{
	size_t folder = fetch_latest_folder(j->url);
	struct small s = {.len = 0};
	char name[FETCH_NAME];
	CURLcode code = CURLE_OK;

	for (unsigned i = 0; i < ATTEMPTS; i++) {
		s.len = 0;
		code = get_small(j, j->url, &s);
		if (code == CURLE_OK || !again(j, code))
			break;
	}
	if (code == CURLE_WRITE_ERROR)
		return fetch_failed(err, -EBADMSG, j->url, "too large for the name of an archive");
	if (code != CURLE_OK)
		return explain(j, code, err);
	if (!fetch_latest_read(s.text, s.len, name))
		return fetch_failed(err, -EBADMSG, j->url,
		                    "expected one line with the name of an archive beside it, "
		                    "such as csaf_vex_2026-11-30.tar.zst");
	if (folder > NAME - FETCH_NAME - 2)
		return fetch_failed(err, -EINVAL, j->url, "the address is too long");
	snprintf(url, NAME, "%.*s/%s", (int)folder, j->url, name);
	j->url = url;
	return 0;
}

/* ---- a file ---- */

/* Give the file the time at which the server says it was last changed: that is the date of a feed
 * which states none itself. A server that does not say it leaves the time of the download. */
static void keep_time(const struct job *j)
{
	time_t changed = curl_getdate(j->changed, NULL);
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = changed}};

	if (j->changed[0] != '\0' && changed > 0 && utimensat(AT_FDCWD, j->part, times, 0) != 0)
		return; /* the date is a little wrong then */
}

static int get(struct job *j, struct error *err)
{
	int ret = transfer(j, err);

	if (ret != 0)
		return ret;
	if (j->status == 304 && size_of(j->part) == 0) {
		unlink(j->part);
		return verify(j, j->file, err);
	}
	ret = verify(j, j->part, err);
	if (ret != 0)
		return ret;
	keep_time(j);
	return rename(j->part, j->file) == 0 ? 0
	                                     : fetch_failed(err, -errno, j->file, strerror(errno));
}

static int get_again(struct job *j, struct error *err)
{
	bool resumed = size_of(j->part) > 0;
	int ret = get(j, err);

	/* The old part may be of another version than its tag says: download the file afresh. */
	return ret == -EBADMSG && resumed ? get(j, err) : ret;
}

int fetch(const struct fetch_config *config, const char *url, char *path, size_t size,
          struct error *err)
{
	struct job j = {.config = config, .url = url};
	char newest[NAME];
	int ret = 0;

	if (mkdir(config->dir, 0755) != 0 && errno != EEXIST)
		return fetch_failed(err, -errno, config->dir, strerror(errno));
	j.curl = curl_easy_init();
	if (j.curl == NULL)
		return fetch_failed(err, -ENOMEM, url, "no memory");
	name_files(&j, url);
	if (fetch_latest_folder(url) > 0)
		ret = find_latest(&j, newest, err);
	name_files(&j, url);
	if (ret == 0)
		ret = get_again(&j, err);
	curl_easy_cleanup(j.curl);
	if (ret == 0 && fetch_latest_folder(url) > 0)
		fetch_latest_drop(config->dir, j.file);
	if (ret == 0)
		snprintf(path, size, "%s", j.file);
	return ret;
}
