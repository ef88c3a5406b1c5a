"""Drives the kernel with jupyter_client, as Jupyter's servers do, and prints what was seen as JSON lines."""

import base64
import json
import os
import signal
import sys
import time
from queue import Empty

import zmq
from jupyter_client.manager import start_new_kernel


def described(message):
    buffers = [base64.b64encode(bytes(each)).decode() for each in message["buffers"]]
    return {"type": message["msg_type"], "content": message["content"], "metadata": message["metadata"], "buffers": buffers, "parent": message["parent_header"].get("msg_id")}


def answer_question(client, answers, asked):
    """Answers a question on the stdin channel, if there is one and an answer is left for it."""
    if "stdin" not in ready(client, 0):
        return
    question = client.get_stdin_msg(timeout=5)
    asked.append(question["content"])
    if answers:
        client.input(answers.pop(0))


# What arrived while something else was waited for.
backlog = []

# How many interrupts were asked for by message, and how many of them the kernel has told to be through.
asked_by_message, through = 0, 0


def ready(client, timeout):
    """The channels on which something has arrived."""
    poller = zmq.Poller()
    sockets = {"iopub": client.iopub_channel.socket, "stdin": client.stdin_channel.socket}
    for socket in sockets.values():
        poller.register(socket, zmq.POLLIN)
    found = dict(poller.poll(timeout * 1000))
    return {name for name, socket in sockets.items() if socket in found}


def next_iopub(client, timeout):
    if backlog:
        return backlog.pop(0)
    message = next_arrival(client, timeout)
    while message is None:
        message = next_arrival(client, timeout)
    return message


def next_arrival(client, timeout):
    """The next message to arrive on iopub; none if it tells of an interrupt."""
    global through
    if "iopub" not in ready(client, timeout):
        raise Empty
    message = client.get_iopub_msg(timeout=5)
    # The manager that interrupts and its client count their messages apart, so that they have the same ids.
    if message["parent_header"].get("msg_type") != "interrupt_request":
        return message
    if message["content"].get("execution_state") == "idle":
        through += 1
    return None


def outputs(client, msg_id, timeout=30, answers=(), reply=True):
    """All iopub messages of a request up to its idle, its reply, and the questions that it asked."""
    seen, asked, answers = [], [], list(answers)
    deadline = time.monotonic() + timeout
    others = []
    while True:
        answer_question(client, answers, asked)
        try:
            message = next_iopub(client, 0.02)
        except Empty:
            if time.monotonic() > deadline:
                raise
            continue
        if message["parent_header"].get("msg_id") != msg_id:
            others.append(message)
            continue
        seen.append(described(message))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    backlog.extend(others)
    answer = {"seen": seen, "asked": asked, "id": msg_id}
    while reply:
        message = client.get_shell_msg(timeout=timeout)
        if message["parent_header"].get("msg_id") == msg_id:
            return {**answer, "reply": message["content"]}
    return answer


def run(client, code, answers=(), **options):
    return outputs(client, client.execute(code, **options), answers=answers)


def interrupted(manager, client, code, how, times=1, delay=0.4, after=""):
    """Starts a cell, interrupts it once it is busy and has printed `after`, and gives its outputs and the seconds they took."""
    msg_id = client.execute(code)
    first_word(client, msg_id, after)
    time.sleep(delay)
    started = time.monotonic()
    for _ in range(times):
        interrupt(manager, how)
        if times > 1:
            time.sleep(0.1 / times)
    result = outputs(client, msg_id)
    result["seconds"] = time.monotonic() - started
    interrupts_through(client, how)
    return result


def interrupt(manager, how):
    global asked_by_message
    if how == "message":
        asked_by_message += 1
        manager.interrupt_kernel()
    else:
        os.killpg(os.getpgid(manager.provisioner.pid), signal.SIGINT)


def interrupts_through(client, how):
    """Interrupts travel on ways of their own: what is sent on another right after one may overtake it."""
    while through < asked_by_message:
        keep_next(client)
    if how == "signal":
        # Nothing answers a signal. Whoever answers twice has been through its event loop since.
        on_control(client, ["kernel_info_request"] * 3)


def first_word(client, msg_id, text=""):
    """Waits until the kernel has taken up a request, and its cell has printed a text."""
    while not any(message["parent_header"].get("msg_id") == msg_id and text in message["content"].get("text", "") for message in backlog):
        keep_next(client)


def keep_next(client):
    message = next_arrival(client, 10)
    if message is not None:
        backlog.append(message)


def send(client, step):
    """Any message on the shell channel."""
    message = client.session.msg(step["type"], step["content"], metadata=step.get("metadata"))
    buffers = [base64.b64decode(each) for each in step.get("buffers", [])]
    client.session.send(client.shell_channel.socket, message, buffers=buffers)
    return outputs(client, message["header"]["msg_id"], reply=False)


def listen(client, seconds):
    """Whatever arrives on iopub for a while."""
    seen, deadline = [], time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            seen.append(described(next_iopub(client, left)))
        except Empty:
            break
    return {"seen": seen}


def on_control(client, requests):
    """Sends requests on the control channel, and gives their replies and the seconds each took."""
    replies = []
    for type_ in requests:
        message = client.session.msg(type_, {})
        started = time.monotonic()
        client.control_channel.send(message)
        while True:
            reply = client.get_control_msg(timeout=10)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                break
        replies.append({"type": reply["msg_type"], "content": reply["content"], "seconds": time.monotonic() - started})
    return replies


def debug(client, content):
    """A message of the debug protocol; gives what the reply carries."""
    message = client.session.msg("debug_request", content)
    client.control_channel.send(message)
    while True:
        reply = client.get_control_msg(timeout=30)
        if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            return reply["content"]


def next_event(client, name, timeout):
    """The next event of that name that the debugger tells, if there is one in time."""
    deadline, others, found = time.monotonic() + timeout, [], None
    while found is None and (left := deadline - time.monotonic()) > 0:
        try:
            message = next_iopub(client, left)
        except Empty:
            break
        if message["msg_type"] == "debug_event" and message["content"]["event"] == name:
            found = message["content"]
        else:
            others.append(message)
    backlog.extend(others)
    return {"event": found}


manager, client = start_new_kernel(kernel_name=sys.argv[2], cwd=sys.argv[1])
try:
    for line in sys.stdin:
        step = json.loads(line)
        if step["do"] == "execute":
            answer = run(client, step["code"], **step.get("options", {}))
        elif step["do"] == "interrupt":
            answer = interrupted(manager, client, step["code"], step["how"], **step.get("options", {}))
        elif step["do"] == "pair":
            first, second = client.execute(step["first"]), client.execute(step["second"])
            answer = [outputs(client, first), outputs(client, second)]
        elif step["do"] == "request":
            method = getattr(client, step["method"])
            msg_id = method(*step.get("arguments", []), **step.get("options", {}))
            answer = outputs(client, msg_id)
        elif step["do"] == "start":
            answer = {"id": client.execute(step["code"], **step.get("options", {}))}
        elif step["do"] == "finish":
            answer = outputs(client, step["id"], answers=step.get("answers", []))
        elif step["do"] == "send":
            answer = send(client, step)
        elif step["do"] == "listen":
            answer = listen(client, step["seconds"])
        elif step["do"] == "control":
            answer = on_control(client, step["requests"])
        elif step["do"] == "debug":
            answer = debug(client, step["content"])
        elif step["do"] == "event":
            answer = next_event(client, step["name"], step["timeout"])
        elif step["do"] == "signal":
            interrupt(manager, step["how"])
            interrupts_through(client, step["how"])
            answer = {}
        elif step["do"] == "connection":
            answer = {"file": manager.connection_file}
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
