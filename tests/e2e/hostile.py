#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hostile.py PORT - a web server on addresses with an even last byte; on odd ones a peer that misbehaves, by the address.

Modulo 8: 1 stays silent, 3 sends a byte a second, 5 sends without end, 7 reads nothing through a window of a few bytes.
"""
import asyncio
import socket
import sys

PAGE = b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


async def serve(reader, writer):
    last = int(writer.get_extra_info("sockname")[0].split(".")[-1])
    try:
        if last % 2 == 0:
            await reader.read(4096)
            writer.write(PAGE)
            await writer.drain()
        elif last % 8 == 3:
            while True:
                writer.write(b"x")
                await asyncio.sleep(1)
        elif last % 8 == 5:
            while True:
                writer.write(b"y" * 65536)
                await writer.drain()
        else:
            await asyncio.sleep(60)
    except OSError:
        pass
    finally:
        writer.close()


async def main():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
    listener.bind(("0.0.0.0", int(sys.argv[1])))
    server = await asyncio.start_server(serve, sock=listener, backlog=4096)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
