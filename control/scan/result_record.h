/* SPDX-License-Identifier: Apache-2.0 */
/* result_record.h - turns a result of the dataplane into a sighting or a record. */
#ifndef SONDE_RESULT_RECORD_H
#define SONDE_RESULT_RECORD_H

#include "dp.h"
#include "record.h"

/* The port, its state and the reply that shows it. Pure. */
struct record_sighting result_sighting(const struct dp_result *r);
/* The same as a new record without facts, which the caller frees. NULL: no memory. */
struct record *result_record(const struct dp_result *r);
/* The same with @facts, which the record owns from then on. NULL: no memory; @facts stays with the
 * caller. */
struct record *result_record_with(const struct dp_result *r, struct vd_facts *facts);

#endif
