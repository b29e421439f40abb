/* SPDX-License-Identifier: Apache-2.0 */
/* recog_cpe.h - Recog's CPE names as ours. */
#ifndef VULNDB_RECOG_CPE_H
#define VULNDB_RECOG_CPE_H

#include <stdbool.h>
#include <stddef.h>

/* Turn a CPE 2.2 URI (NISTIR 7695, 6.1) with references into the form of rules,
 * "a:vendor:product:version", under the names that NVD's records use. False: it is none. */
bool recog_cpe(const char *uri, char *out, size_t size);

#endif
