# SPDX-License-Identifier: Apache-2.0
# lines.sed - each line of a file as a string of C with a comma behind it.
s/[\\"]/\\&/g
s/.*/"&\\n",/
