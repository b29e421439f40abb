/* SPDX-License-Identifier: Apache-2.0 */
/* db.c - writes the vulndb file, maps it and finds its tables. */
#include "db.h"

#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* LMDB puts a value of at least this length on pages of its own, which aligns the records in it. */
enum { VALUE_MIN = 4096 };

struct table_kind {
	const char *key;
	uint32_t item;
};

static const struct table_kind kinds[DB_TABLES] = {
	[DB_META] = {"meta", sizeof(struct db_meta)},
	[DB_STR] = {"str", 1},
	[DB_CVE] = {"cve", sizeof(struct db_cve)},
	[DB_CONF] = {"conf", sizeof(struct db_conf)},
	[DB_NODE] = {"node", sizeof(struct db_node)},
	[DB_CRIT] = {"crit", sizeof(struct db_crit)},
	[DB_QUAL] = {"qual", sizeof(struct db_qual)},
	[DB_NAME] = {"name", sizeof(struct db_name)},
	[DB_GROUP] = {"group", sizeof(struct db_group)},
	[DB_VER] = {"ver", sizeof(struct db_ver)},
	[DB_EXACT] = {"exact", sizeof(struct db_exact)},
	[DB_RANGE] = {"range", sizeof(struct db_range)},
	[DB_PKG] = {"pkg", sizeof(struct db_pkg)},
	[DB_FAMILY] = {"family", sizeof(struct db_family)},
	[DB_FAMCVE] = {"famcve", sizeof(uint32_t)},
	[DB_FIX] = {"fix", sizeof(struct db_fix)},
	[DB_FIXVER] = {"fixver", sizeof(uint32_t)},
	[DB_EXPO] = {"expo", 1},
	[DB_SCORE] = {"score", 1},
	[DB_RULES] = {"rules", 1},
	[DB_BLOCK] = {"block", sizeof(struct db_block)},
	[DB_SPARE] = {"spare", sizeof(struct db_spare)},
};

static int map_error(int ret)
{
	switch (ret) {
	case MDB_SUCCESS:
		return 0;
	case MDB_MAP_FULL:
		return -ENOSPC;
	case MDB_NOTFOUND:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
		return -EINVAL;
	default:
		return ret > 0 ? -ret : -EIO;
	}
}

static int file_error(struct error *err, const char *path, int code, const char *what)
{
	return code != 0 ? error_set(err, code, "%.300s: %.150s", path, what) : 0;
}

/* ---- reading ---- */

static int map_file(struct vulndb *db, const char *path, MDB_dbi *dbi)
{
	MDB_env *env;
	MDB_txn *txn;
	int ret = mdb_env_create(&env);

	if (ret != 0)
		return map_error(ret);
	db->env = env;
	/* The file never changes; a new one replaces it. So it needs no lock file and no reader
	 * table. */
	ret = mdb_env_open(env, path, MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS, 0);
	if (ret == 0)
		ret = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
	if (ret != 0)
		return map_error(ret);
	db->txn = txn;
	return map_error(mdb_dbi_open(txn, NULL, 0, dbi));
}

static int find_value(struct vulndb *db, MDB_dbi dbi, int table, MDB_val *value)
{
	MDB_val key = {strlen(kinds[table].key), (void *)(uintptr_t)kinds[table].key};

	return map_error(mdb_get(db->txn, dbi, &key, value));
}

static int load_tables(struct vulndb *db, MDB_dbi dbi)
{
	MDB_val value;
	int ret = find_value(db, dbi, DB_META, &value);

	if (ret != 0)
		return ret;
	db->meta = value.mv_data;
	if (value.mv_size < sizeof(*db->meta) || db->meta->magic != DB_MAGIC)
		return -EINVAL;
	if (db->meta->format != DB_FORMAT)
		return -EPROTONOSUPPORT;
	/* The process would fault when it reads the missing end of a file that is cut short. */
	if (db->size_bytes < db->meta->file_size)
		return -EINVAL;
	for (int i = 0; i < DB_TABLES; i++) {
		uint64_t bytes = db->meta->bytes[i];

		ret = find_value(db, dbi, i, &value);
		if (ret != 0)
			return ret;
		if (bytes > value.mv_size || bytes % kinds[i].item != 0 ||
		    (uintptr_t)value.mv_data % 8 != 0)
			return -EINVAL;
		db->table[i] = (struct db_table){value.mv_data, (uint32_t)(bytes / kinds[i].item)};
	}
	return 0;
}

int db_open(struct vulndb *db, const char *path)
{
	const struct db_table *texts = &db->table[DB_STR];
	struct stat st;
	MDB_dbi dbi;
	int ret = stat(path, &st) == 0 ? 0 : -errno;

	if (ret == 0 && !S_ISREG(st.st_mode))
		ret = -EINVAL;
	if (ret != 0)
		return ret;
	snprintf(db->path, sizeof(db->path), "%s", path);
	db->size_bytes = (uint64_t)st.st_size;
	ret = map_file(db, path, &dbi);
	if (ret == 0)
		ret = load_tables(db, dbi);
	if (ret == 0 &&
	    (texts->count == 0 || ((const char *)texts->data)[texts->count - 1] != '\0'))
		ret = -EINVAL;
	return ret;
}

void db_close(struct vulndb *db)
{
	if (db->txn != NULL)
		mdb_txn_abort(db->txn);
	if (db->env != NULL)
		mdb_env_close(db->env);
	db->txn = db->env = NULL;
}

/* ---- writing ---- */

static int put(MDB_txn *txn, MDB_dbi dbi, int table, const void *data, uint64_t bytes)
{
	MDB_val key = {strlen(kinds[table].key), (void *)(uintptr_t)kinds[table].key};
	MDB_val value = {bytes < VALUE_MIN ? VALUE_MIN : bytes, NULL};
	int ret = mdb_put(txn, dbi, &key, &value, MDB_RESERVE);

	if (ret != 0)
		return map_error(ret);
	memset(value.mv_data, 0, value.mv_size < VALUE_MIN * 2 ? value.mv_size : VALUE_MIN);
	if (bytes > 0)
		memcpy(value.mv_data, data, bytes);
	return 0;
}

static int fill(MDB_env *env, const void *const tables[DB_TABLES], struct db_meta *meta)
{
	MDB_txn *txn;
	MDB_dbi dbi;
	int ret = map_error(mdb_txn_begin(env, NULL, 0, &txn));

	if (ret != 0)
		return ret;
	ret = map_error(mdb_dbi_open(txn, NULL, 0, &dbi));
	for (int i = 0; i < DB_TABLES && ret == 0; i++)
		ret = put(txn, dbi, i, i == DB_META ? meta : tables[i], meta->bytes[i]);
	if (ret != 0) {
		mdb_txn_abort(txn);
		return ret;
	}
	return map_error(mdb_txn_commit(txn));
}

static int write_file(const char *path, const void *const tables[DB_TABLES], struct db_meta *meta)
{
	uint64_t total = 1 << 20;
	MDB_env *env;
	int ret = map_error(mdb_env_create(&env));

	if (ret != 0)
		return ret;
	meta->file_size = 0;
	for (int i = 0; i < DB_TABLES; i++) {
		total += meta->bytes[i] + 2 * VALUE_MIN;
		meta->file_size += meta->bytes[i];
	}
	ret = map_error(mdb_env_set_mapsize(env, total + total / 8));
	if (ret == 0)
		ret = map_error(
			mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOLOCK | MDB_WRITEMAP, 0644));
	if (ret == 0)
		ret = fill(env, tables, meta);
	if (ret == 0)
		ret = map_error(mdb_env_sync(env, 1));
	mdb_env_close(env);
	return ret;
}

/* MDB_WRITEMAP leaves the file as long as the map: cut it behind the last page in use. */
static int trim(const char *path)
{
	MDB_env *env;
	MDB_envinfo info;
	MDB_stat st;
	int ret = map_error(mdb_env_create(&env));

	if (ret != 0)
		return ret;
	ret = map_error(mdb_env_open(env, path, MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK, 0));
	if (ret == 0)
		ret = map_error(mdb_env_info(env, &info));
	if (ret == 0)
		ret = map_error(mdb_env_stat(env, &st));
	mdb_env_close(env);
	if (ret == 0 && truncate(path, (off_t)(info.me_last_pgno + 1) * st.ms_psize) != 0)
		ret = -errno;
	return ret;
}

int db_write(const char *path, const void *const tables[DB_TABLES], const uint64_t bytes[DB_TABLES],
             struct db_meta *meta, struct error *err)
{
	char temporary[4096];
	int ret;

	if (snprintf(temporary, sizeof(temporary), "%s.%ld.new", path, (long)getpid()) >=
	    (int)sizeof(temporary))
		return file_error(err, path, -ENAMETOOLONG, "the name is too long");
	memcpy(meta->bytes, bytes, sizeof(meta->bytes));
	meta->bytes[DB_META] = sizeof(*meta);
	meta->magic = DB_MAGIC;
	meta->format = DB_FORMAT;
	unlink(temporary);
	ret = write_file(temporary, tables, meta);
	if (ret == 0)
		ret = trim(temporary);
	if (ret == 0 && rename(temporary, path) != 0)
		ret = -errno;
	if (ret != 0) {
		unlink(temporary);
		file_error(err, path, ret, strerror(-ret));
	}
	return ret;
}
