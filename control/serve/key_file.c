/* SPDX-License-Identifier: Apache-2.0 */
/* key_file.c - reads and changes the file of keys. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key.h"

enum { PATH_ROOM = 4096 + 16, FILE_MOST = 16 << 20 };

static int fail(const char *path, int error, struct error *err)
{
	return error_set(err, -error, "%.300s: %s", path, strerror(error));
}

/* ---- reading --------------------------------------------------------------------------------- */

static int by_digest(const void *a, const void *b)
{
	return memcmp(((const struct key *)a)->digest, ((const struct key *)b)->digest, KEY_DIGEST);
}

static int add_key(struct key_list *l, const struct key *k, struct error *err)
{
	struct key *more;

	if (l->count == KEY_MOST)
		return error_set(err, -ENOSPC, "more than %d keys", KEY_MOST);
	more = realloc(l->keys, (l->count + 1) * sizeof(*more));
	if (more == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	l->keys = more;
	l->keys[l->count++] = *k;
	return 0;
}

static int read_lines(struct key_list *l, const char *path, FILE *in, struct error *err)
{
	struct error why = {""};
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t len;
	int ret = 0;

	while (ret == 0 && (len = getline(&line, &room, in)) >= 0) {
		struct key k;

		number++;
		if (len > 0 && line[len - 1] == '\n')
			len--;
		if (len == 0)
			continue;
		ret = key_line_parse(line, (size_t)len, &k, &why);
		if (ret == 0)
			ret = add_key(l, &k, &why);
		if (ret < 0)
			error_set(err, ret, "%.300s:%zu: %.120s", path, number, why.text);
	}
	free(line);
	return ret;
}

static int read_secret(const char *path, struct key_list *l, struct error *err)
{
	char name[PATH_ROOM];
	ssize_t n;
	int fd;

	if ((size_t)snprintf(name, sizeof(name), "%s.secret", path) >= sizeof(name))
		return fail(path, ENAMETOOLONG, err);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT && l->count == 0 ? 0 : fail(name, errno, err);
	n = read(fd, l->secret, sizeof(l->secret));
	close(fd);
	if (n != (ssize_t)sizeof(l->secret))
		return error_set(err, -EINVAL, "%.300s: expected %zu bytes", name,
		                 sizeof(l->secret));
	l->has_secret = true;
	return 0;
}

static void note_file(struct key_list *l, const struct stat *st)
{
	l->changed_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
	l->inode = st->st_ino;
}

int key_list_load(const char *path, struct key_list *out, struct error *err)
{
	struct key_list l = {0};
	FILE *in = fopen(path, "re");
	struct stat st;
	int ret = 0;

	if (in == NULL && errno != ENOENT)
		return fail(path, errno, err);
	if (in != NULL && (fstat(fileno(in), &st) != 0 || st.st_size > FILE_MOST))
		ret = error_set(err, -EINVAL, "%.300s: not a file of keys", path);
	if (ret == 0 && in != NULL) {
		note_file(&l, &st);
		ret = read_lines(&l, path, in, err);
	}
	if (in != NULL)
		fclose(in);
	if (ret == 0)
		ret = read_secret(path, &l, err);
	if (ret < 0) {
		key_list_fini(&l);
		return ret;
	}
	if (l.count > 1)
		qsort(l.keys, l.count, sizeof(*l.keys), by_digest);
	*out = l;
	return 0;
}

void key_list_fini(struct key_list *l)
{
	free(l->keys);
	OPENSSL_cleanse(l, sizeof(*l));
}

bool key_list_is_old(const char *path, const struct key_list *l)
{
	struct key_list now = {0};
	struct stat st;

	if (stat(path, &st) == 0)
		note_file(&now, &st);
	return now.changed_ns != l->changed_ns || now.inode != l->inode;
}

static bool digest_of(const struct key_list *l, const char *text, uint8_t out[KEY_DIGEST])
{
	unsigned len = KEY_DIGEST;

	return HMAC(EVP_sha256(), l->secret, sizeof(l->secret), (const uint8_t *)text, strlen(text),
	            out, &len) != NULL;
}

const struct key *key_list_find(const struct key_list *l, const char *text)
{
	struct key asked;

	if (!l->has_secret || l->count == 0 || !key_is_whole(text) ||
	    !digest_of(l, text, asked.digest))
		return NULL;
	return bsearch(&asked, l->keys, l->count, sizeof(asked), by_digest);
}

/* ---- changing -------------------------------------------------------------------------------- */

/* Take the lock under which the file is changed. Returns a descriptor or -errno. */
static int lock_file(const char *path, struct error *err)
{
	char name[PATH_ROOM];
	int fd;

	if ((size_t)snprintf(name, sizeof(name), "%s.lock", path) >= sizeof(name))
		return fail(path, ENAMETOOLONG, err);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(name, errno, err);
	if (flock(fd, LOCK_EX) == 0)
		return fd;
	close(fd);
	return fail(name, errno, err);
}

static void write_line(FILE *out, const struct key *k)
{
	char hex[2 * KEY_DIGEST + 1];
	struct json *j = json_begin(out, false);

	for (size_t i = 0; i < KEY_DIGEST; i++)
		snprintf(hex + 2 * i, 3, "%02x", k->digest[i]);
	if (j == NULL)
		return;
	json_open_object(j, NULL);
	key_json(j, k);
	json_text(j, "digest", hex);
	json_close_object(j);
	json_done(j);
}

/* Put a file of @keys in the place of @path, at once. */
static int replace(const char *path, const struct key_list *keys, mode_t mode, struct error *err)
{
	char name[PATH_ROOM];
	FILE *out;
	int fd, bad = 0;

	if ((size_t)snprintf(name, sizeof(name), "%s.new", path) >= sizeof(name))
		return fail(path, ENAMETOOLONG, err);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (out == NULL) {
		bad = errno;
		if (fd >= 0)
			close(fd);
		return fail(name, bad, err);
	}
	for (size_t i = 0; i < keys->count; i++)
		write_line(out, &keys->keys[i]);
	if (fflush(out) != 0 || ferror(out) || fsync(fd) != 0)
		bad = errno != 0 ? errno : EIO;
	if (fclose(out) != 0 && bad == 0)
		bad = errno;
	if (bad == 0 && rename(name, path) != 0)
		bad = errno;
	if (bad == 0)
		return 0;
	unlink(name);
	return fail(path, bad, err);
}

/* Make the secret of a file that has none yet. */
static int make_secret(const char *path, struct key_list *l, struct error *err)
{
	char name[PATH_ROOM];
	bool written;
	int fd;

	if (l->has_secret)
		return 0;
	if (RAND_bytes(l->secret, sizeof(l->secret)) != 1)
		return error_set(err, -EIO, "no random numbers");
	if ((size_t)snprintf(name, sizeof(name), "%s.secret", path) >= sizeof(name))
		return fail(path, ENAMETOOLONG, err);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return fail(name, errno, err);
	written = write(fd, l->secret, sizeof(l->secret)) == (ssize_t)sizeof(l->secret) &&
	          fsync(fd) == 0;
	close(fd);
	if (!written) {
		unlink(name);
		return fail(name, EIO, err);
	}
	l->has_secret = true;
	return 0;
}

static const struct key *in_force(const struct key_list *l, const char *name, int64_t now_us)
{
	for (size_t i = 0; i < l->count; i++)
		if ((strcmp(l->keys[i].name, name) == 0 || strcmp(l->keys[i].id, name) == 0) &&
		    key_is_valid(&l->keys[i], now_us))
			return &l->keys[i];
	return NULL;
}

static int add(const char *path, struct key_list *l, struct key *k, char text[KEY_TEXT],
               struct error *err)
{
	uint8_t random[4];
	int ret;

	if (in_force(l, k->name, k->created_us) != NULL)
		return error_set(err, -EEXIST,
		                 "%.48s: a key has this name; `sonde key revoke %.48s` ends it",
		                 k->name, k->name);
	ret = make_secret(path, l, err);
	if (ret == 0 && (key_make(text) != 0 || RAND_bytes(random, sizeof(random)) != 1 ||
	                 !digest_of(l, text, k->digest)))
		ret = error_set(err, -EIO, "no random numbers");
	if (ret < 0)
		return ret;
	snprintf(k->id, sizeof(k->id), "k-%02x%02x%02x%02x", random[0], random[1], random[2],
	         random[3]);
	ret = add_key(l, k, err);
	return ret == 0 ? replace(path, l, 0640, err) : ret;
}

int key_file_add(const char *path, struct key *k, char text[KEY_TEXT], struct error *err)
{
	struct key_list l = {0};
	int lock = lock_file(path, err), ret = lock;

	if (lock >= 0)
		ret = key_list_load(path, &l, err);
	if (ret == 0)
		ret = add(path, &l, k, text, err);
	key_list_fini(&l);
	if (lock >= 0)
		close(lock);
	return ret;
}

static int revoke_in(const char *path, struct key_list *l, const char *name, int64_t now_us,
                     struct error *err)
{
	const struct key *k = in_force(l, name, now_us);

	if (k == NULL)
		return error_set(err, -ENOENT,
		                 "`%.48s`: no key in force has this name or id; `sonde key list` "
		                 "lists them",
		                 name);
	l->keys[k - l->keys].revoked_us = now_us;
	return replace(path, l, 0640, err);
}

int key_file_revoke(const char *path, const char *name, int64_t now_us, struct error *err)
{
	struct key_list l = {0};
	int lock = lock_file(path, err), ret = lock;

	if (lock >= 0)
		ret = key_list_load(path, &l, err);
	if (ret == 0)
		ret = revoke_in(path, &l, name, now_us, err);
	key_list_fini(&l);
	if (lock >= 0)
		close(lock);
	return ret;
}
