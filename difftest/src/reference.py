"""Runs programs in the reference implementation, one after the other.

Reads programs from the standard input: four bytes with their number, then for
each four bytes with the length, and the text. Answers to each with a byte
(`D`one, `E`rror, `R`ejected), and then the error message and the output, each
after four bytes with its length.

Needs the package squirrel-lang, which holds Squirrel 3.2 with 32-bit numbers.
"""
import ctypes
import os
import resource
import signal
import sys
import tempfile

import squirrel

SECONDS = 20
MEMORY = 2 << 30

libc = ctypes.CDLL(None)
answers = os.fdopen(os.dup(1), "wb", 1 << 24)
printed = tempfile.TemporaryFile()
os.dup2(printed.fileno(), 1)
# The reference writes stack traces there.
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def output():
    libc.fflush(None)
    size = os.fstat(1).st_size
    os.lseek(1, 0, os.SEEK_SET)
    text = os.read(1, size)
    os.lseek(1, 0, os.SEEK_SET)
    os.ftruncate(1, 0)
    return text


def run(source):
    vm = squirrel.SQVM()
    try:
        vm.execute(source)
        ending, message = b"D", ""
    except RuntimeError as error:
        ending, message = b"E", str(error)
    except ValueError as error:
        ending, message = b"R", str(error)
    text = output()
    del vm
    output()
    return ending, message.encode(errors="replace"), text


def block(data):
    return len(data).to_bytes(4, "little") + data


def read_number():
    data = sys.stdin.buffer.read(4)
    return int.from_bytes(data, "little") if len(data) == 4 else 0


while True:
    count = read_number()
    if count == 0:
        break
    sources = [sys.stdin.buffer.read(read_number()) for _ in range(count)]
    for source in sources:
        # A program that takes too long ends the process.
        signal.alarm(SECONDS)
        ending, message, text = run(source.decode("ascii"))
        signal.alarm(0)
        answers.write(ending + block(message) + block(text))
    answers.flush()
