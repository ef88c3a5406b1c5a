"""Starts kernels all at once, has each answer a cell of its own, shuts them down; prints the answers and how long all took to be ready."""

import json
import sys
import time

from jupyter_client.manager import KernelManager

count = int(sys.argv[1])
managers = [KernelManager(kernel_name="noisebook") for _ in range(count)]
started = time.monotonic()
for manager in managers:
    manager.start_kernel()
clients = [manager.client() for manager in managers]
for client in clients:
    client.start_channels()
for client in clients:
    client.wait_for_ready(timeout=60)
ready = time.monotonic() - started
answers = []


def keep(message):
    if message["msg_type"] == "execute_result":
        answers.append(message["content"]["data"]["text/plain"])


for client in clients:
    client.execute_interactive("var mine = 0;", timeout=60)
for n, client in enumerate(clients):
    client.execute_interactive(f"mine += {n}; mine", timeout=60, output_hook=keep)
for client, manager in zip(clients, managers):
    client.stop_channels()
    manager.shutdown_kernel(now=False)
print(json.dumps({"answers": answers, "ready": ready, "alive": [manager.is_alive() for manager in managers]}))
