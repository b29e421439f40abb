/* SPDX-License-Identifier: Apache-2.0 */
/* inventory_file.c - the inventory as a file of a folder. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "inventory.h"
#include "place_file.h"

static const char file_name[] = "inventory.csv";

int inventory_import(struct inventory *io, const char *path, struct error *err)
{
	struct bytes text = {0};
	struct error why = {""};
	int ret = place_file_read(path, PLACE_FILE_MOST, &text, err);

	if (ret == 0) {
		ret = inventory_read(io, (const char *)text.data, text.len, &why);
		if (ret == -EINVAL)
			error_set(err, ret, "%.200s: %.300s", path, why.text);
	}
	bytes_fini(&text);
	return ret;
}

int inventory_lock(const char *path, struct error *err)
{
	char name[PATH_MAX];
	int fd;

	if ((size_t)snprintf(name, sizeof(name), "%s/.lock", path) >= sizeof(name))
		return error_set(err, -ENAMETOOLONG, "%.300s...: the path is too long", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0 || flock(fd, LOCK_EX) != 0) {
		int ret = error_set(err, -errno, "%.300s: %s", name, strerror(errno));

		if (fd >= 0)
			close(fd);
		return ret;
	}
	return fd;
}

void inventory_unlock(int lock)
{
	close(lock);
}

int inventory_load(const char *path, struct inventory *out, struct error *err)
{
	char name[PATH_MAX];
	int ret;

	*out = (struct inventory){0};
	if ((size_t)snprintf(name, sizeof(name), "%s/%s", path, file_name) >= sizeof(name))
		return error_set(err, -ENAMETOOLONG, "%.300s...: the path is too long", path);
	ret = inventory_import(out, name, err);
	return ret == -ENOENT ? 0 : ret;
}

int inventory_store(const char *path, const struct inventory *inv, struct error *err)
{
	struct bytes text = {0};
	int ret;

	inventory_write(inv, &text);
	ret = text.failed ? error_set(err, -ENOMEM, "out of memory")
	                  : place_file_replace(path, file_name, &text, err);
	bytes_fini(&text);
	return ret;
}
