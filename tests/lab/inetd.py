# SPDX-License-Identifier: Apache-2.0
"""inetd - a program for each connection, which has it as its standard input, output and error output.

usage: inetd.py ADDRESS PORT PROGRAM [ARGUMENT...]"""
import signal
import socket
import subprocess
import sys

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=64)
while True:
    connection, _ = listener.accept()
    subprocess.Popen(sys.argv[3:], stdin=connection, stdout=connection, stderr=connection, start_new_session=True)
    connection.close()
