"""A service manager in small: holds a listening socket, and starts and stops one server on it (sd_listen_fds(3)).

Usage: socket-holder.py HOST COMMAND... Prints the port, then obeys lines of its standard input: `start` and `stop`.
"""
import os
import signal
import socket
import sys

host, *command = sys.argv[1:]
holder = socket.create_server((host, 0), backlog=4096)
print(holder.getsockname()[1], flush=True)
child = 0
for line in sys.stdin:
    if line.strip() == "start":
        child = os.fork()
        if child == 0:
            os.dup2(holder.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
            os.execvp(command[0], command)
        print("started", flush=True)
    else:
        os.kill(child, signal.SIGTERM)
        print("stopped", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
