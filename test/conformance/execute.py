"""Executes the notebook on standard input with nbclient and prints the executed notebook: the reference client of Jupyter."""

import json
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

options = json.loads(sys.argv[1])
notebook = nbformat.reads(sys.stdin.read(), as_version=4)
client = NotebookClient(notebook, kernel_name="noisebook", timeout=options.get("timeout", 60), resources={"metadata": {"path": options["folder"]}})
failure = None
try:
    client.execute()
except CellExecutionError as error:
    failure = {"ename": error.ename, "evalue": error.evalue}
print(json.dumps({"notebook": nbformat.writes(notebook), "failure": failure}))
