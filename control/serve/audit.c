/* SPDX-License-Identifier: Apache-2.0 */
/* audit.c - appends to the record of changes and bulk exports. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "json.h"

int audit_open(const char *path, struct error *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

	if (fd >= 0)
		return fd;
	return error_set(err, -errno,
	                 "%.300s: %s; changes and exports are recorded there: name a place that "
	                 "can be written with --audit FILE",
	                 path, strerror(errno));
}

int audit_write(int fd, const struct audit_entry *e)
{
	char *line = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&line, &len);
	struct json *j = out != NULL ? json_begin(out, false) : NULL;
	int ret = j != NULL ? 0 : -ENOMEM;

	if (j != NULL) {
		json_open_object(j, NULL);
		json_time(j, "time", e->time_us);
		json_text(j, "key", e->key);
		json_text(j, "client", e->client);
		json_text(j, "method", e->method);
		json_text(j, "target", e->target);
		json_text(j, "detail", e->detail);
		json_uint(j, "status", e->status);
		json_uint(j, "rows", e->rows);
		json_close_object(j);
		ret = json_done(j);
	}
	if (out != NULL && fclose(out) != 0)
		ret = -ENOMEM;
	if (ret == 0 && write(fd, line, len) != (ssize_t)len)
		ret = errno != 0 ? -errno : -EIO;
	free(line);
	return ret;
}
