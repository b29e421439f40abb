/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stages.h - the processor time of the stages of a pipeline.
 *
 * The functions of a stage are wrapped by the linker. One call in 16 of each is timed by the clock of
 * its thread, so that other load on the machine does not count and the clock costs little.
 */
#ifndef TESTS_STAGES_H
#define TESTS_STAGES_H

#include <stdbool.h>
#include <stdint.h>

enum stage {
	STAGE_DECODE,
	STAGE_IDENTIFY,
	STAGE_JUDGE,
	STAGE_ENCODE,
	STAGE_COMMIT,
	STAGE_FEED,
	STAGES
};

/* Time calls from now on, from zero; or no more. */
void stages_start(void);
void stages_stop(void);
/* The processor time of a stage in seconds. */
double stages_seconds(enum stage s);
/* The processor time of this process in seconds. */
double stages_process(void);

#endif
