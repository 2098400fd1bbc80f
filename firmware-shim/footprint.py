#!/usr/bin/env python3
"""Measures what Tamias takes on a Cortex-M4F, and writes docs/footprint.md.

    footprint.py           builds, measures and writes the table
    footprint.py --print   builds and measures, and prints the table instead

It links the firmware of `examples/footprint` once for each part of Tamias and runs it under QEMU. What it needs
is what `run-qemu` installs: a toolchain for thumbv7em-none-eabihf, binutils for arm-none-eabi, qemu-system-arm. The
compiler is built, too, unless TAMIAS is the path of one.
"""

import os
import re
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "firmware-shim/examples"
WORK = ROOT / "target/footprint"
DOCUMENT = ROOT / "docs/footprint.md"
TRIPLE = "thumbv7em-none-eabihf"
PROGRAM_ADDRESS = 0x80000
SECTIONS = (".vector_table", ".text", ".rodata", ".data")

# The features of the firmware, each with all before it, and what each adds.
PARTS = ["", "vm", "standard", "imp"]
# What the whole collection of programs in `large` is made of.
PROGRAMS = ["event-emitter", "state-machine", "text-wrap", "sensor-driver", "generator-scheduler", "lru-cache",
            "levenshtein"]


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def cargo():
    """The command and the environment that build for the target."""
    environment = dict(os.environ, CARGO_TARGET_DIR=str(WORK / "firmware"))
    libraries = subprocess.run(["rustc", "--print", "target-libdir", "--target", TRIPLE], capture_output=True,
                               text=True, cwd=ROOT)
    if libraries.returncode == 0 and Path(libraries.stdout.strip()).is_dir():
        return ["cargo"], [], environment
    # The toolchain of Debian, with the sources of the standard library.
    environment |= {"RUSTC_BOOTSTRAP": "1", "RUSTC": "/usr/bin/rustc", "PATH": "/usr/bin:" + environment["PATH"]}
    return ["/usr/bin/cargo"], ["-Zbuild-std=core,alloc"], environment


def build(feature):
    """Links the firmware with the parts up to this feature."""
    command, options, environment = cargo()
    run([*command, "build", "--release", *options, "--target", TRIPLE, "-p", "tamias-footprint",
         "--config", f"target.'{TRIPLE}'.linker=\"arm-none-eabi-ld\"",
         "--config", f"target.'{TRIPLE}'.rustflags=[\"-Clinker-flavor=ld\"]",
         "--config", "profile.release.opt-level=\"s\"", "--features", feature], cwd=EXAMPLES, env=environment)
    firmware = WORK / f"{feature or 'empty'}.elf"
    firmware.write_bytes((WORK / "firmware" / TRIPLE / "release/tamias-footprint").read_bytes())
    return firmware


def flash(firmware):
    """Bytes of the firmware that are in flash: code, constants, and initial values of variables."""
    lines = run(["arm-none-eabi-size", "-A", "-d", firmware]).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.split()[:1] and line.split()[0] in SECTIONS)


def compile_program(name, text):
    source, image = WORK / f"{name}.nut", WORK / f"{name}.cnut"
    source.write_text(text)
    tamias = [os.environ["TAMIAS"]] if "TAMIAS" in os.environ else ["cargo", "run", "-q", "-p", "tamias-cli", "--"]
    run([*tamias, "compile", source, "--module", "imp001", "--strip", "-o", image], cwd=ROOT)
    # The firmware finds the length in front of the image.
    bytes_of_image = image.read_bytes()
    loadable = WORK / f"{name}.bin"
    loadable.write_bytes(struct.pack("<I", len(bytes_of_image)) + bytes_of_image)
    return loadable, len(bytes_of_image)


def large_program():
    texts = [(ROOT / f"conformance/cases/programs/{name}.nut").read_text() for name in PROGRAMS]
    return "".join("(function() {\n" + text + "})();\n" for text in texts)


def measure(firmware, program):
    """Runs a program and returns the numbers that the firmware reports."""
    output = run(["timeout", "60", "qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none",
                  "-serial", "stdio", "-semihosting-config", "enable=on,target=native", "-kernel", firmware,
                  "-device", f"loader,file={program},addr={PROGRAM_ADDRESS},force-raw=on"])
    return {name: int(number) for name, number in re.findall(r"^(\w+) (\d{10})$", output, re.M)}


def collection_stack():
    """The deepest stack of the conformance collection, if `run-qemu` has run it."""
    report = ROOT / "target/qemu/collection.report"
    found = re.search(rb"stack=(\d+)", report.read_bytes()) if report.exists() else None
    return int(found[1]) if found else None


def kilobytes(number):
    return f"{number / 1024:.1f} KB"


def table(rows):
    head, *body = rows
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join(["---"] + ["---:"] * (len(head) - 1)) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in body])


def document():
    WORK.mkdir(parents=True, exist_ok=True)
    firmwares = {feature: build(feature) for feature in PARTS}
    sizes = {feature: flash(firmware) for feature, firmware in firmwares.items()}
    empty, _ = compile_program("empty", "// Nothing.\n")
    text = large_program()
    large, image_size = compile_program("large", text)
    vm, idle = measure(firmwares["vm"], empty), measure(firmwares["imp"], empty)
    busy, loading = measure(firmwares["imp"], large), measure(firmwares["vm"], large)
    compiler = run(["/usr/bin/rustc", "--version"] if cargo()[1] else ["rustc", "--version"], cwd=ROOT).strip()
    added = {part: sizes[part] - sizes[before] for before, part in zip(PARTS, PARTS[1:])}
    flash_rows = [
        ["part", "feature of the firmware", "flash", "budget"],
        ["VM, loader with verifier, base library", "`vm`", kilobytes(added["vm"]), "60 KB"],
        ["standard library", "`standard`", kilobytes(added["standard"]), "18 KB"],
        ["imp API, runtime and board adapters", "`imp`", kilobytes(added["imp"]), "48 KB"],
        ["all of it", "", kilobytes(sizes["imp"] - sizes[""]), "126 KB"],
    ]
    ram_rows = [
        ["what", "bytes"],
        ["heap of an idle VM", str(vm["idle"])],
        ["heap of an idle VM, all libraries and the imp API installed", str(idle["idle"])],
        ["the VM itself, a variable of the firmware", str(vm["vm"])],
        ["the runtime itself, with its VM", str(idle["runtime"])],
        ["from the allocator, for the runtime and a board", str(idle["allocator"])],
        ["loading an empty program", str(vm["loaded"] - vm["idle"])],
        [f"loading a program of {text.count(chr(10))} lines ({image_size} bytes of image)",
         str(loading["loaded"] - loading["idle"])],
    ]
    stack_rows = [
        ["what ran", "bytes of native stack"],
        ["an empty program, VM alone", str(vm["stack"])],
        ["the long program, on the imp runtime", str(busy["stack"])],
    ]
    if collection_stack():
        stack_rows.append(["the conformance collection", str(collection_stack())])
    return TEXT.format(compiler=compiler, flash=table(flash_rows), ram=table(ram_rows), stack=table(stack_rows))


TEXT = """\
# Footprint

What Tamias takes on a Cortex-M4F. `firmware-shim/footprint.py` made this page: it links one firmware for each part
([`firmware-shim/examples/footprint`](../firmware-shim/examples/footprint)), runs it under QEMU (`mps2-an386`), and
subtracts. Target thumbv7em-none-eabihf, `opt-level = "s"`, `lto = "fat"`, `codegen-units = 1`, {compiler}.

## Flash

Code, constants and initial values, of the linked firmware. The first line is the difference to a firmware that does
not contain Tamias, each other line the difference to the one before. What a firmware does not mention is not linked.

{flash}

What is above its budget, and why. The VM is spread evenly over some 550 functions: interpreter 34 KB, heap 18 KB,
methods of the built-in types 14 KB, numbers as text 5 KB, loader and verifier 6 KB; the largest is the loop that
executes instructions (7 KB). Of the standard library regular expressions take some 14 KB (feature `regexp`), and the
math library with the double-precision arithmetic that it needs 7 KB (feature `math`); by the sizes of
their functions the rest is within the budget. What made all of it smaller last: natives and the VM return results and errors in registers (6.2 KB
of the VM, 11.8 KB in all), the math functions share three power series instead of being those of `libm` (13.3 KB),
the name of each native stands in flash once, and what natives have in common is called (5.4 KB).

Peers, measured as objects of the same architecture compiled with `-Os`, which counts what a linker might drop:

| VM | core | library |
| --- | ---: | ---: |
| Squirrel 3, without its compiler | 66.8 KB | 13.9 KB |
| Lua 5.4, with its compiler | 43.2 KB | 25.4 KB |
| Berry, with its compiler | 110 KB | |

## RAM

Native functions, methods of the built-in types and tables of constants are static data and stay in flash. So do
code, literals and debug tables of the program: a loaded program costs one small record per function, and nothing per
instruction, literal or line. A test counts that (`a_program_costs_nothing_per_instruction_literal_or_line` in
`vm/tests/in_place.rs`).

{ram}

Idle heap of the peers: Squirrel 3 65 KB, Lua 5.4 13.8 KB, MicroPython 1 KB.

## Stack

The deepest use, from the reset on, found by painting the stack at the start and looking for the lowest changed word
at the end.

{stack}

Scripts do not recurse on the native stack: calls, metamethods, constructors and callbacks get frames in the heap, and
`call_depth` bounds those. Natives that call back (`sort`, `map`, ...) keep their state in the frame of the script. So
the native stack does not grow with what a program does: what the table says is a bound for firmwares that
run natives of their own only shallowly. Reserve 8 KB, what your own natives and interrupts need included.
"""


def main():
    text = document()
    if sys.argv[1:] == ["--print"]:
        print(text)
    else:
        DOCUMENT.write_text(text)
        print(f"{DOCUMENT.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
