"""Responds to every request at once with one user, over HTTP and over HTTPS: server.py CERTIFICATE KEY.

Prints both ports. It verifies no signature, so every client waits for the same time. The sandbox verifies their signatures before
anything is measured.
"""

import socket
import ssl
import sys
import threading

BODY = (
    b'{"id":"5a0b1c2d3e4f5a6b7c8d9e10","first_name":"Sandy","last_name":"Boxer","language":"EN",'
    b'"time_zone":"Europe/Brussels","email":"sandy.boxer@example.com","activation":true,"roles":[],'
    b'"creation_timestamp":1600000000000,"update_timestamp":1600000000000}'
)
RESPONSE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)

# The maximum number of open connections. Each has a thread from the start.
CONNECTIONS = 4


def serve(listener, tls):
    """Serves one connection after another."""
    while True:
        connection, _ = listener.accept()
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                connection = tls.wrap_socket(connection, server_side=True)
            received = b""
            while more := connection.recv(65536):
                received += more
                # No request here has a body.
                if received.endswith(b"\r\n\r\n"):
                    connection.sendall(RESPONSE)
                    received = b""
        except OSError:
            pass  # The client has closed the connection.
        finally:
            connection.close()


def main(certificate, key):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in range(2)]
    print(*(listener.getsockname()[1] for listener in listeners), flush=True)
    for listener, tls in zip(listeners, (None, context)):
        for _ in range(CONNECTIONS):
            threading.Thread(target=serve, args=(listener, tls), daemon=True).start()
    sys.stdin.read()  # Until the process that started it closes this end.


main(*sys.argv[1:])
