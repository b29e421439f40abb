/* SPDX-License-Identifier: Apache-2.0 */
/* child.c - runs a command of this program as a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

extern char **environ;

/* Read to the end; what does not fit is dropped. */
static void read_all(int fd, char *out, size_t size)
{
	size_t len = 0;
	char more[512];
	ssize_t n;

	while ((n = read(fd, more, sizeof(more))) > 0 || (n < 0 && errno == EINTR)) {
		size_t fits = n > 0 && (size_t)n < size - 1 - len ? (size_t)n : size - 1 - len;

		if (n > 0) {
			memcpy(out + len, more, fits);
			len += fits;
		}
	}
	out[len] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

static int start(const char *const *argv, int err_fd, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none;
	int ret;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&how);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
	ret = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (ret == 0)
		ret = posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY,
		                                       0);
	if (ret == 0)
		ret = posix_spawn_file_actions_adddup2(&files, err_fd, STDERR_FILENO);
	if (ret == 0)
		ret = posix_spawn(pid, "/proc/self/exe", &files, &how,
		                  (char *const *)(uintptr_t)argv, environ);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return -ret;
}

int child_run(const char *const *argv, char *said, size_t size)
{
	int pipe_fd[2], status, ret;
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return -errno;
	ret = start(argv, pipe_fd[1], &pid);
	close(pipe_fd[1]);
	if (ret == 0)
		read_all(pipe_fd[0], said, size);
	close(pipe_fd[0]);
	if (ret != 0)
		return ret;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EIO;
}
