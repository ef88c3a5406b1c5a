"""Jupyter's own test kit on one kernel. Arguments: the kernel's name, its samples as JSON. Prints one JSON line: how many ran, and which failed."""

import json
import sys
import unittest

import jupyter_kernel_test

name, samples = sys.argv[1], json.loads(sys.argv[2])
Tests = type("Tests", (jupyter_kernel_test.KernelTests,), {"kernel_name": name, **samples})
suite = unittest.defaultTestLoader.loadTestsFromTestCase(Tests)
result = unittest.TextTestRunner(stream=sys.stderr).run(suite)
failed = [str(test).split(" ")[0] for test, _ in result.failures + result.errors]
print(json.dumps({"ran": result.testsRun - len(result.skipped), "failed": failed}))
