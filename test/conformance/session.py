"""Drives the kernel with jupyter_client, as Jupyter's servers do, and prints what was seen as JSON lines."""

import json
import os
import signal
import sys
import time

from jupyter_client.manager import start_new_kernel


def outputs(client, msg_id, timeout=30):
    """All iopub messages of a request up to its idle, and its reply."""
    seen = []
    while True:
        message = client.get_iopub_msg(timeout=timeout)
        if message["parent_header"].get("msg_id") != msg_id:
            continue
        seen.append({"type": message["msg_type"], "content": message["content"]})
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    while True:
        reply = client.get_shell_msg(timeout=timeout)
        if reply["parent_header"].get("msg_id") == msg_id:
            return {"seen": seen, "reply": reply["content"]}


def run(client, code, **options):
    return outputs(client, client.execute(code, **options))


def interrupted(manager, client, code, how):
    """Starts a cell, interrupts it once it is busy, and gives its outputs and the seconds they took."""
    msg_id = client.execute(code)
    time.sleep(0.4)
    started = time.monotonic()
    if how == "message":
        manager.interrupt_kernel()
    else:
        os.killpg(os.getpgid(manager.provisioner.pid), signal.SIGINT)
    result = outputs(client, msg_id)
    result["seconds"] = time.monotonic() - started
    return result


manager, client = start_new_kernel(kernel_name=sys.argv[2], cwd=sys.argv[1])
try:
    for line in sys.stdin:
        step = json.loads(line)
        if step["do"] == "execute":
            answer = run(client, step["code"], **step.get("options", {}))
        elif step["do"] == "interrupt":
            answer = interrupted(manager, client, step["code"], step["how"])
        elif step["do"] == "pair":
            first, second = client.execute(step["first"]), client.execute(step["second"])
            answer = [outputs(client, first), outputs(client, second)]
        elif step["do"] == "request":
            method = getattr(client, step["method"])
            msg_id = method(*step.get("arguments", []))
            answer = outputs(client, msg_id)
        elif step["do"] == "pid":
            answer = {"pid": manager.provisioner.pid}
        elif step["do"] == "shutdown":
            manager.shutdown_kernel(now=False)
            answer = {"alive": manager.is_alive()}
        print(json.dumps(answer, default=str), flush=True)
finally:
    client.stop_channels()
    if manager.is_alive():
        manager.shutdown_kernel(now=True)
