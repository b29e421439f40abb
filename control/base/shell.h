/* SPDX-License-Identifier: Apache-2.0 */
/* shell.h - writes a word so that a shell reads the same word. */
#ifndef SONDE_SHELL_H
#define SONDE_SHELL_H

#include <stdio.h>

/*
 * Write @word to @out, in quotes where a shell would read something else without them. A word with
 * control bytes is written as $'...', which bash, zsh, ksh and POSIX.1-2024 shells know: so no
 * control byte reaches a terminal. Does not check whether @out takes it.
 */
void shell_word(FILE *out, const char *word);

#endif
