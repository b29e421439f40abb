/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_foreign_build.c - hostile bytes as the version of a package: whose build it is, and of which
 * upstream version. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "foreign_build.h"
#include "package.h"
#include "release.h"
#include "version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct foreign_build maker;
	struct version v;

	if (text == NULL)
		return 0;
	if (foreign_build(text, &maker) && (strlen(maker.distro) >= sizeof(maker.distro) ||
	                                    strlen(maker.release) >= sizeof(maker.release)))
		abort();
	version_parse_package(text, &v);
	package_has_branch(text, text);
	release_with("debian", text, text);
	if (version_rpm_same_stream(text, text) == false)
		abort();
	free(text);
	return 0;
}
