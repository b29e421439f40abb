/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_exposure.c - hostile bytes as a table of exposures. */
#include "exposure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct exposure_table *t;
	struct vd_model *model;
	struct error err;

	if (vd_model_bundled(&model) != 0)
		return 0;
	if (exposure_open((const char *)data, size, model, &t, &err) == 0)
		exposure_close(t);
	vd_model_close(model);
	return 0;
}
