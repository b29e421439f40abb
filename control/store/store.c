/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - opens and locks the database directory, runs transactions and grows the map. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "index_db.h"

/*
 * With MDB_NOMETASYNC a commit flushes its data pages, but not the meta page that makes them
 * current. A power cut may therefore undo the last batch, but never corrupts the file.
 * store_scan_update() flushes the meta page, too.
 */
enum { ENV_FLAGS = MDB_NOTLS | MDB_NOMETASYNC, LOCK_PATIENCE_MS = 50 };

static const size_t map_first = 64ul << 20;
static const size_t map_limit = 1ul << 45;
/* A map that threads read cannot grow, so it is this large from the start. It takes addresses, not
 * memory; file systems refuse maps beyond their largest file (ext4: 16 TiB). */
static const size_t map_shared = 1ul << 40;

static const char *const names[DB_COUNT] = {
	[DB_META] = "meta",         [DB_SERVICE] = "service", [DB_HOST] = "host",
	[DB_INTERVAL] = "interval", [DB_CHANGE] = "change",   [DB_SCAN] = "scan",
	[DB_VERDICTS] = "verdicts", [DB_ACCEPT] = "accept",   [DB_ROW] = "row",
	[DB_INDEX] = "index",
};

int store_errno(int ret)
{
	switch (ret) {
	case MDB_NOTFOUND:
		return -ENOENT;
	case MDB_MAP_FULL:
	case EFBIG:
	case EDQUOT:
		return -ENOSPC;
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_INCOMPATIBLE:
		return -EINVAL;
	case MDB_READERS_FULL:
		return -EAGAIN;
	default:
		return ret < 0 ? -EIO : -ret;
	}
}

/* ---- the lock of the writer ------------------------------------------------------------------ */

static void lock_holder(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	for (char *c = text; *c != '\0'; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
}

/* What helps against @error, a -errno; "" where the error says it itself. */
static const char *way_out(int error)
{
	return error == -EMFILE ? " (RLIMIT_NOFILE); `ulimit -n 1024` allows more" : "";
}

/* Take the lock. store_scan_look() holds it for an instant, so a holder gets a moment to leave. */
static bool lock_within(int fd, unsigned ms)
{
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK || ms-- == 0)
			return false;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	return true;
}

static int lock_take(struct store *s, const char *path, struct error *err)
{
	char name[4096], holder[96];
	int ret;

	if ((size_t)snprintf(name, sizeof(name), "%s/writer.lock", path) >= sizeof(name))
		return error_set(err, -ENAMETOOLONG, "%.300s...: the path is too long", path);
	s->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (s->lock_fd < 0)
		return error_set(err, -errno, "%.300s/writer.lock: %s%s", path, strerror(errno),
		                 way_out(-errno));
	if (lock_within(s->lock_fd, LOCK_PATIENCE_MS)) {
		store_lock_note(s, "");
		return 0;
	}
	ret = errno == EWOULDBLOCK ? -EBUSY : -errno;
	lock_holder(s->lock_fd, holder, sizeof(holder));
	return error_set(
		err, ret,
		"%.200s is being written by another process (%s); wait for it or use another --db",
		path, holder[0] == '\0' ? "not known which" : holder);
}

void store_lock_note(const struct store *s, const char *scan)
{
	char text[96];
	int n = snprintf(text, sizeof(text), "pid %ld%s%s\n", (long)getpid(),
	                 scan[0] == '\0' ? "" : ", scan ", scan);

	/* The text only informs people, so a failure is ignored: the lock itself is the flock. */
	if (ftruncate(s->lock_fd, 0) == 0 && pwrite(s->lock_fd, text, (size_t)n, 0) != n)
		(void)ftruncate(s->lock_fd, 0);
}

/* ---- open and close -------------------------------------------------------------------------- */

static int check_format(struct store *s, MDB_txn *txn)
{
	uint8_t format[4] = {STORE_FORMAT};
	MDB_val key = store_val("format", 6), value;
	int ret = mdb_get(txn, s->dbi[DB_META], &key, &value);

	if (ret == MDB_NOTFOUND && s->write) {
		value = store_val(format, sizeof(format));
		return mdb_put(txn, s->dbi[DB_META], &key, &value, 0);
	}
	if (ret != 0)
		return ret == MDB_NOTFOUND ? MDB_INVALID : ret;
	if (value.mv_size == 4)
		s->format = *(const uint8_t *)value.mv_data;
	return value.mv_size == 4 && memcmp(value.mv_data, format, 4) == 0 ? 0
	                                                                   : MDB_VERSION_MISMATCH;
}

/* Reads the score weights that the stored findings have. A database without weights gets those of
 * the program. */
static int read_model(struct store *s, MDB_txn *txn)
{
	MDB_val key = store_val("score", 5), value;
	int ret = mdb_get(txn, s->dbi[DB_META], &key, &value);

	if (ret == MDB_NOTFOUND)
		ret = vd_model_bundled(&s->model);
	else if (ret == 0)
		ret = vd_model_open(value.mv_data, value.mv_size, &s->model);
	return ret == -ENOMEM ? ENOMEM : ret == -EINVAL ? MDB_INVALID : ret;
}

/* A database that no indexer has written yet has no index. */
static int open_index(struct store *s, MDB_txn *txn)
{
	for (int i = DB_ROW; i <= DB_INDEX; i++) {
		int ret = mdb_dbi_open(txn, names[i], s->write ? MDB_CREATE : 0, &s->dbi[i]);

		if (ret == MDB_NOTFOUND && !s->write)
			s->dbi[i] = 0;
		else if (ret != 0)
			return ret;
	}
	return 0;
}

static int open_dbs(struct store *s)
{
	MDB_txn *txn;
	int ret = mdb_txn_begin(s->env, NULL, s->write ? 0 : MDB_RDONLY, &txn);

	if (ret != 0)
		return ret;
	/* Another format may lack some of the sub-databases, but has the one that tells the format. */
	for (int i = DB_META; ret == 0 && i < DB_ROW; i++) {
		ret = mdb_dbi_open(txn, names[i], s->write ? MDB_CREATE : 0, &s->dbi[i]);
		if (ret == 0 && i == DB_META)
			ret = check_format(s, txn);
	}
	if (ret == MDB_NOTFOUND)
		ret = MDB_INVALID;
	if (ret == 0)
		ret = open_index(s, txn);
	if (ret == 0)
		ret = read_model(s, txn);
	if (ret == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return ret;
}

/* *@err is written where the file is damaged; in all other cases open_failed() finds the words. */
static int open_env(struct store *s, const char *path, struct error *err)
{
	int dead;
	int ret = mdb_env_create(&s->env);

	if (ret != 0)
		return ret;
	ret = mdb_env_set_maxdbs(s->env, DB_COUNT);
	if (ret == 0 && (s->write || s->for_sharing))
		ret = mdb_env_set_mapsize(s->env, s->write ? map_first : map_shared);
	if (ret == 0)
		ret = mdb_env_open(s->env, path, ENV_FLAGS | (s->write ? 0u : (unsigned)MDB_RDONLY),
		                   0640);
	if (ret == 0 && s->write)
		ret = mdb_reader_check(s->env, &dead);
	if (ret == 0 && store_file_check(s, path, err) != 0)
		ret = EIO;
	return ret == 0 ? open_dbs(s) : ret;
}

/* A database of another version of Sonde. */
static int other_format(unsigned format, const char *path, struct error *err)
{
	return error_set(err, -EINVAL,
	                 "%.300s: a database of format %u, and this Sonde has format %d: use the "
	                 "Sonde that wrote it, or name another folder with --db and scan again",
	                 path, format, STORE_FORMAT);
}

static int open_failed(int ret, const char *path, struct error *err)
{
	ret = store_errno(ret);
	if (err->text[0] != '\0')
		return ret;
	switch (ret) {
	case -ENOENT:
		return error_set(
			err, ret,
			"%.300s: no database there; `sonde scan` makes one, --db names another",
			path);
	case -EINVAL:
		return error_set(err, ret,
		                 "%.300s: not a database of Sonde, or damaged; --db names another",
		                 path);
	case -EACCES:
		return error_set(
			err, ret,
			"%.250s: no permission; its owner lets a group read it by: cd %.150s "
			"&& chgrp -R GROUP . && chmod 2750 . && chmod 640 data.mdb && "
			"chmod 660 lock.mdb",
			path, path);
	default:
		return error_set(err, ret, "%.300s: cannot open the database: %s%s", path,
		                 strerror(-ret), way_out(ret));
	}
}

static int open_places(struct store *s, const char *path, struct error *err)
{
	char folder[4096];

	if ((size_t)snprintf(folder, sizeof(folder), "%s/place", path) >= sizeof(folder))
		return error_set(err, -ENAMETOOLONG, "%.300s...: the path is too long", path);
	return place_open(folder, &s->places) == 0 ? 0 : error_set(err, -ENOMEM, "no memory");
}

unsigned store_place_kinds(const struct store *s)
{
	return place_kinds(s->places);
}

int store_open(const char *path, enum store_mode mode, struct store **out, struct error *err)
{
	struct store *s = calloc(1, sizeof(*s));
	int ret = 0;

	if (s == NULL)
		return error_set(err, -ENOMEM, "no memory");
	err->text[0] = '\0';
	s->lock_fd = -1;
	s->write = mode == STORE_WRITE;
	s->for_sharing = mode == STORE_READ_SHARED;
	if (s->write && mkdir(path, 0750) != 0 && errno != EEXIST)
		ret = error_set(err, -errno, "%.300s: cannot make the directory: %s", path,
		                strerror(errno));
	if (ret == 0 && s->write)
		ret = lock_take(s, path, err);
	if (ret == 0)
		ret = store_file_look(path, s->write, err);
	if (ret == 0) {
		ret = open_env(s, path, err);
		if (ret == MDB_VERSION_MISMATCH && s->format != 0)
			ret = other_format(s->format, path, err);
		else if (ret != 0)
			ret = open_failed(ret, path, err);
	}
	if (ret == 0)
		ret = open_places(s, path, err);
	if (ret == 0 && s->write)
		store_file_share(path);
	if (ret == 0 && s->write && (ret = store_index_ensure(s)) != 0)
		error_set(err, ret, "%.300s: cannot build the index: %s", path, strerror(-ret));
	if (ret != 0) {
		store_close(s);
		return ret;
	}
	*out = s;
	return 0;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_verdict_fini(s);
	place_close(s->places);
	store_index_fini(s);
	if (s->shared) {
		free(s);
		return;
	}
	vd_model_close(s->model);
	if (s->env != NULL) {
		if (s->write)
			mdb_env_sync(s->env, 1);
		mdb_env_close(s->env);
	}
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	free(s);
}

int store_share(struct store *s, struct store **out)
{
	struct store *t;

	if (!s->for_sharing)
		return -EINVAL;
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return -ENOMEM;
	t->env = s->env;
	memcpy(t->dbi, s->dbi, sizeof(t->dbi));
	t->model = s->model;
	memcpy(t->knowledge, s->knowledge, sizeof(t->knowledge));
	t->format = s->format;
	t->for_sharing = t->shared = true;
	t->lock_fd = -1;
	if (place_open(place_path(s->places), &t->places) != 0) {
		free(t);
		return -ENOMEM;
	}
	*out = t;
	return 0;
}

uint64_t store_commit(const struct store *s)
{
	MDB_envinfo info;

	return mdb_env_info(s->env, &info) == 0 ? info.me_last_txnid : 0;
}

int store_sync(struct store *s)
{
	return store_errno(mdb_env_sync(s->env, 1));
}

/* ---- transactions ---------------------------------------------------------------------------- */

int store_read_begin(struct store *s, MDB_txn **txn)
{
	int ret = mdb_txn_begin(s->env, NULL, MDB_RDONLY, txn);

	if (ret != MDB_MAP_RESIZED)
		return ret;
	ret = mdb_env_set_mapsize(s->env, 0); /* adopt the size that the writer has set */
	return ret != 0 ? ret : mdb_txn_begin(s->env, NULL, MDB_RDONLY, txn);
}

void store_judge_by(struct store *s, const struct store_judge *judge)
{
	s->judge = judge;
}

static int grow(struct store *s)
{
	MDB_envinfo info;
	int ret = mdb_env_info(s->env, &info);

	if (ret != 0)
		return ret;
	return info.me_mapsize >= map_limit ? MDB_MAP_FULL
	                                    : mdb_env_set_mapsize(s->env, info.me_mapsize * 2);
}

static int write_once(struct store *s, int (*work)(struct store *s, MDB_txn *txn, void *arg),
                      void *arg)
{
	MDB_txn *txn;
	int ret = mdb_txn_begin(s->env, NULL, 0, &txn);

	if (ret != 0)
		return ret;
	ret = work(s, txn, arg);
	if (ret == 0)
		ret = store_index_flush(s, txn);
	if (ret != 0) {
		store_index_abort(s);
		mdb_txn_abort(txn);
		return ret;
	}
	errno = 0;
	ret = mdb_txn_commit(txn);
	if (ret != 0)
		store_index_abort(s);
	/* LMDB also returns EIO for a short write, which means a full disk. Only a real I/O error
	 * sets errno to EIO. */
	return ret == EIO && errno != EIO ? ENOSPC : ret;
}

int store_write(struct store *s, int (*work)(struct store *s, MDB_txn *txn, void *arg), void *arg)
{
	int ret;

	if (!s->write)
		return -EACCES;
	for (;;) {
		ret = write_once(s, work, arg);
		if (ret != MDB_MAP_FULL)
			return store_errno(ret);
		ret = grow(s);
		if (ret != 0)
			return store_errno(ret == ENOMEM ? ENOSPC : ret);
	}
}
