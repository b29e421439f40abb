/* SPDX-License-Identifier: Apache-2.0 */
/* place_file.c - reads and replaces whole files of the folder. */
#include "place_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

static int read_all(int fd, size_t most, struct bytes *out)
{
	char chunk[CHUNK];
	size_t total = 0;
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		total += (size_t)n;
		if (total > most)
			return -EFBIG;
		bytes_put(out, chunk, (size_t)n);
		if (out->failed)
			return -ENOMEM;
	}
	return 0;
}

int place_file_read(const char *path, size_t most, struct bytes *out, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret;
	struct stat st;

	if (fd < 0)
		return error_set(err, -errno, "%.300s: %s", path, strerror(errno));
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		ret = -EINVAL;
	else
		ret = read_all(fd, most, out);
	close(fd);
	if (ret == -EINVAL)
		return error_set(err, ret, "%.300s: no regular file", path);
	if (ret == -EFBIG)
		return error_set(err, ret, "%.300s: longer than %zu bytes", path, most);
	return ret == 0 ? 0 : error_set(err, ret, "%.300s: %s", path, strerror(-ret));
}

static int write_all(int fd, const struct bytes *data)
{
	for (size_t done = 0; done < data->len;) {
		ssize_t n = write(fd, data->data + done, data->len - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0 ? 0 : -errno;
}

static int sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = fsync(fd) == 0 || errno == EINVAL ? 0 : -errno;
	close(fd);
	return ret;
}

static int write_renamed(const char *path, const char *name, const char *part,
                         const struct bytes *data)
{
	char whole[PATH_MAX];
	int fd, ret;

	if ((size_t)snprintf(whole, sizeof(whole), "%s/%s", path, name) >= sizeof(whole))
		return -ENAMETOOLONG;
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	ret = write_all(fd, data);
	if (close(fd) != 0 && ret == 0)
		ret = -errno;
	if (ret == 0 && rename(part, whole) != 0)
		ret = -errno;
	if (ret != 0)
		unlink(part);
	return ret == 0 ? sync_folder(path) : ret;
}

int place_file_replace(const char *path, const char *name, const struct bytes *data,
                       struct error *err)
{
	char part[PATH_MAX];
	int ret = 0;

	if ((size_t)snprintf(part, sizeof(part), "%s/.%s.%ld", path, name, (long)getpid()) >=
	    sizeof(part))
		ret = -ENAMETOOLONG;
	if (ret == 0 && mkdir(path, 0755) != 0 && errno != EEXIST)
		ret = -errno;
	if (ret == 0)
		ret = write_renamed(path, name, part, data);
	return ret == 0 ? 0
	                : error_set(err, ret, "%.300s/%.90s: cannot be written: %s", path, name,
	                            strerror(-ret));
}
