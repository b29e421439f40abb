/* SPDX-License-Identifier: Apache-2.0 */
/* store_file.c - the files of a database: whether they are whole, and who may read them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_db.h"

/* The two pages with which a file of LMDB begins, in the smallest size that is in use. */
enum { HEAD = 2 * 4096 };

static int damaged(const char *path, uint64_t is, uint64_t must, struct error *err)
{
	return error_set(err, -EIO,
	                 "%.300s/data.mdb is damaged: it has %llu of %llu bytes; a copy of it "
	                 "ended early? Copy it again",
	                 path, (unsigned long long)is, (unsigned long long)must);
}

int store_file_look(const char *path, bool write, struct error *err)
{
	char name[4096];
	struct stat st;

	snprintf(name, sizeof(name), "%.4080s/data.mdb", path);
	if (stat(name, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size >= HEAD)
		return 0; /* LMDB says what is wrong */
	if (st.st_size > 0)
		return damaged(path, (uint64_t)st.st_size, HEAD, err);
	return write ? 0
	             : error_set(err, -EINVAL,
	                         "%.300s/data.mdb is empty: a copy of it failed? `sonde scan` "
	                         "makes a new database of it",
	                         path);
}

/* The pages of a list of free ones, "count, page...", that lie at or behind page @first. */
static size_t count_behind(const MDB_val *list, size_t first)
{
	size_t all = list->mv_size / sizeof(size_t), n = 0, count, page;

	if (all == 0)
		return 0;
	memcpy(&count, list->mv_data, sizeof(count));
	for (size_t i = 1; i <= count && i < all; i++) {
		memcpy(&page, (const char *)list->mv_data + i * sizeof(page), sizeof(page));
		n += page >= first;
	}
	return n;
}

/* How many pages from page @first on are free. LMDB keeps the lists of free pages in a sub-database
 * that has the handle 0. */
static int free_behind(struct store *s, size_t first, size_t *n)
{
	MDB_txn *txn;
	MDB_cursor *cursor;
	MDB_val key, value;
	int ret = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn);

	*n = 0;
	if (ret != 0)
		return ret;
	ret = mdb_cursor_open(txn, 0, &cursor);
	if (ret == 0) {
		while ((ret = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0)
			*n += count_behind(&value, first);
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

/* The last pages of a file may be free ones that LMDB allocated, but never wrote: then the file is
 * whole although it is shorter than its header says. */
int store_file_check(struct store *s, const char *path, struct error *err)
{
	MDB_envinfo info;
	MDB_stat pages;
	struct stat st;
	size_t there, unwritten;
	int fd, ret;

	if (mdb_env_info(s->env, &info) != 0 || mdb_env_stat(s->env, &pages) != 0 ||
	    mdb_env_get_fd(s->env, &fd) != 0 || fstat(fd, &st) != 0)
		return error_set(err, -EIO, "%.300s/data.mdb cannot be examined", path);
	there = (size_t)st.st_size / pages.ms_psize;
	if (info.me_last_pgno < there)
		return 0;
	ret = free_behind(s, there, &unwritten);
	if (fstat(fd, &st) == 0)
		there = (size_t)st.st_size / pages.ms_psize; /* a writer may have added some */
	if (ret == 0 && info.me_last_pgno < there + unwritten)
		return 0;
	return damaged(path, (uint64_t)st.st_size,
	               ((uint64_t)info.me_last_pgno + 1) * pages.ms_psize, err);
}

void store_file_share(const char *path)
{
	static const struct {
		const char *name;
		mode_t mode;
	} files[] = {{"data.mdb", 0640}, {"lock.mdb", 0660}, {"writer.lock", 0640}};
	struct stat dir;
	char name[4096];

	if (stat(path, &dir) != 0 || (dir.st_mode & S_ISGID) == 0)
		return;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct stat st;

		/* By name: to close a descriptor of lock.mdb would drop LMDB's locks on it. Only the
		 * owner may do this; what fails, fails for a writer that is not. */
		snprintf(name, sizeof(name), "%.4080s/%s", path, files[i].name);
		if (lstat(name, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		if (st.st_gid != dir.st_gid && lchown(name, (uid_t)-1, dir.st_gid) != 0)
			continue;
		if ((st.st_mode & 0777) != files[i].mode && chmod(name, files[i].mode) != 0)
			continue;
	}
}
