"""The kernel under Jupyter's own test kit. Prints one JSON line: how many tests ran, and every failure, error and skip."""

import json
import sys
import unittest

import jupyter_kernel_test


class NoisebookTests(jupyter_kernel_test.KernelTests):
    kernel_name = sys.argv[1]
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('to stderr')"
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'a' + `b${1}`", "result": "'ab1'"},
        {"code": "[1, 2, 3].map((n: number) => n ** 2)", "result": "[ 1, 4, 9 ]"},
        {"code": "await Promise.resolve({ done: true })", "result": "{ done: true }"},
    ]
    code_display_data = [
        {"code": "display('shown')", "mime": "text/plain"},
        {"code": "display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>shown</b>' }) })", "mime": "text/html"},
    ]
    code_clear_output = "clearOutput()"
    completion_samples = [
        {"text": "Number.isSafeI", "matches": ["isSafeInteger"]},
        {"text": "'😀'.localeC", "matches": ["localeCompare"]},
        {"text": "import { linearSch", "matches": []},
        {"text": "new Map<string, number>().forE", "matches": ["forEach"]},
    ]
    complete_code_samples = ["", "1 + 1", "const f = (x: number): number => x", "class A {}", "for (const x of [1]) {\n  x;\n}", "`a\nb`", "{ a: 1 }"]
    incomplete_code_samples = ["function f() {", "[1, 2", "`open", "const f = (x: number) =>", "class A {\n  m() {", "/* comment", "1 +"]
    invalid_code_samples = ["const = 3", "1 +* 2", "function 1() {}", "let x: = 5", "'open"]
    code_inspect_sample = "Math.max"
    code_page_something = "Math.max?"
    code_history_pattern = "6 [*] ?"
    supported_history_operations = ("tail", "range", "search")


class WelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    support_iopub_welcome = True
    kernel_name = sys.argv[1]


def titled(found):
    return [{"test": str(test), "why": why} for test, why in found]


suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromTestCase(each) for each in (NoisebookTests, WelcomeTests))
result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(suite)
print(
    json.dumps(
        {"ran": result.testsRun, "failures": titled(result.failures), "errors": titled(result.errors), "skipped": titled(result.skipped)}
    )
)
