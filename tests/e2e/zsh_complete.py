# SPDX-License-Identifier: Apache-2.0
"""zsh_complete - what zsh makes of a command line and the Tab key: zsh_complete.py SCRIPT LINE, prints the line completed."""
import os
import pty
import select
import shlex
import sys
import tempfile
import time

SETUP = """
autoload -U compinit && compinit -D -u
source {script}
setopt no_auto_list
show() {{ zle expand-or-complete; BUFFER="print -r -- '<'${{(qqq)BUFFER}}'>'"; zle accept-line }}
zle -N show
bindkey '^I' show
PS1='ready%% '
"""


def read_until(fd, word, seconds=20):
    text, end = "", time.monotonic() + seconds
    while word not in text:
        if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            sys.exit(f"zsh does not print {word!r}: {text!r}")
        text += os.read(fd, 4096).decode(errors="replace")
    return text


folder = tempfile.TemporaryDirectory()
with open(folder.name + "/.zshrc", "w", encoding="ascii") as rc:
    rc.write(SETUP.format(script=shlex.quote(sys.argv[1])))
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", ZDOTDIR=folder.name)
    os.execvp("zsh", ["zsh", "-d", "-i"])
read_until(fd, "ready% ")
os.write(fd, sys.argv[2].encode() + b"\t")
said = read_until(fd, ">\r")
os.close(fd)
os.waitpid(pid, 0)
print(said[said.rindex("<") + 1:said.rindex(">")])
