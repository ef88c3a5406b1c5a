"""Types into `jupyter console` on a terminal of its own, as a person does, and fails where an expected answer does not come."""

import sys

import pexpect

colours = r"(?:\x1b\[[0-9;?]*[a-zA-Z])*"
jupyter, kernel = sys.argv[1:]
console = pexpect.spawn(jupyter, ["console", "--kernel", kernel], encoding="utf8", timeout=30, dimensions=(40, 120))


def prompt(name, count):
    console.expect(rf"{name} ?{colours}\[{colours}{count}{colours}\]:")


def type_in(text):
    console.send(f"{text}\r")


prompt("In", 1)
type_in("const greeting: string = 'hello';")
prompt("In", 2)
console.send("greeting.toUpp\t")
console.expect("toUpperCase")
type_in("()")
prompt("Out", 2)
console.expect("HELLO")
prompt("In", 3)
type_in("greeting satisfies number")
console.expect("TS1360")
prompt("In", 4)
# What is expected must not stand in what is typed: the terminal shows that too.
type_in("console.log('loop' + 'ing'); for (;;) {}")
console.expect("looping")
console.sendintr()
console.expect("KeyboardInterrupt")
prompt("In", 5)
type_in("prompt('Your' + ' name?') + ', ' + greeting")
console.expect(r"Your name\?")
type_in("Ada")
console.expect("Ada, hello")
prompt("In", 6)
console.sendeof()
console.expect("exit")
type_in("y")
console.expect(pexpect.EOF)
console.close()
sys.exit(console.exitstatus)
