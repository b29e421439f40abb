/* SPDX-License-Identifier: Apache-2.0 */
/* recog_cpe.h - converts Recog's CPE names into the form of rules. */
#ifndef VULNDB_RECOG_CPE_H
#define VULNDB_RECOG_CPE_H

#include <stdbool.h>
#include <stddef.h>

/* Turn a CPE 2.2 URI (NISTIR 7695, 6.1), which may contain references {name}, into the form of
 * rules, "a:vendor:product:version", with the vendor and product names of NVD. False: @uri is not
 * such a URI, or @out is too small. */
bool recog_cpe(const char *uri, char *out, size_t size);

#endif
