# SPDX-License-Identifier: Apache-2.0
# man_page.awk - puts in the place of a line "@help COMMAND" what `sonde COMMAND --help=man` prints: the options of a command
# or, without COMMAND, the list of all commands; and of a line "@routes" the list of routes. The variable sonde is the program.
/^@routes/ {
	fflush()
	if (system(sonde " serve --routes=man") != 0) exit 1
	next
}
/^@help/ {
	sub(/^@help */, "")
	fflush()
	if (system(sonde " " $0 " --help=man") != 0) {
		print "man_page.awk: sonde " $0 " --help=man failed" >"/dev/stderr"
		exit 1
	}
	next
}
{ print }
