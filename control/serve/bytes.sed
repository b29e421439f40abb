# SPDX-License-Identifier: Apache-2.0
# bytes.sed - turns what od -An -v -tx1 prints into bytes of C.
s/ \([0-9a-f][0-9a-f]\)/0x\1,/g
