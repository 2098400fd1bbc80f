#!/usr/bin/env python3
"""Compares the sizes of compiled programs: images of Tamias beside the files of other compilers.

    sizes.py TAMIAS [--luac luac5.4] [--mpy mpy-cross] [--write]

Compilers that are not installed are left out. With --write the results go to
sizes.json, from which a test checks that images have not grown; a compiler that
is not installed keeps its old results. The table is printed as Markdown.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import device_programs

HERE = pathlib.Path(__file__).parent
PROGRAMS = HERE.parent / "conformance/cases/programs"
RESULTS = HERE / "sizes.json"


def size_of(command, output):
    """The size of the file that a compiler writes."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return output.stat().st_size


def large_program():
    """The classes of the factory benchmark ten times, with different names."""
    text = (HERE / "factory/factory.nut").read_text()
    classes = text[text.index("class Random") : text.index("function main")]
    names = re.findall(r"^class (\w+)", classes, re.MULTILINE)
    copies = []
    for number in range(10):
        copies.append(re.sub(rf"\b({'|'.join(names)})\b", rf"\g<1>{number}", classes))
    return "".join(copies)


def joined_program():
    """The programs of the conformance tests in one, each in a function of its own."""
    texts = (path.read_text() for path in sorted(PROGRAMS.glob("*.nut")))
    return "".join(f"(function() {{\n{text}\n}})();\n" for text in texts)


def large_programs():
    """The programs that have no version in another language: name, edition and text of each."""
    yield "large", "squirrel-3", large_program()
    yield "joined", "squirrel-3", joined_program()
    for name in device_programs.PROGRAMS:
        yield name, "imp", device_programs.program(name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tamias")
    parser.add_argument("--luac", default="luac5.4")
    parser.add_argument("--mpy", default="mpy-cross")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        output = folder / "output"

        def image_of(source, edition):
            tamias = [arguments.tamias, "compile", source, "--edition", edition, "--strip", "-o", output]
            return size_of(tamias, output)

        for name, edition, text in large_programs():
            source = folder / f"{name}.nut"
            source.write_text(text)
            results.setdefault(name, {})["tamias"] = image_of(source, edition)
        for program in sorted(path for path in HERE.iterdir() if (path / f"{path.name}.nut").exists()):
            name = program.name
            result = results.setdefault(name, {})
            result["tamias"] = image_of(program / f"{name}.nut", "squirrel-3")
            lua, python = program / f"{name}.lua", program / f"{name}.py"
            if lua.exists() and shutil.which(arguments.luac):
                result["luac -s"] = size_of([arguments.luac, "-s", "-o", output, lua], output)
            if python.exists() and shutil.which(arguments.mpy):
                result["mpy"] = size_of([arguments.mpy, "-s", f"{name}.py", "-o", output, python], output)
    if arguments.write:
        RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
    print("| program | tamias | luac -s | mpy | ratio to luac |\n| --- | ---: | ---: | ---: | ---: |")
    for name, result in results.items():
        lua = result.get("luac -s")
        ratio = f"{result['tamias'] / lua:.2f}" if lua else "–"
        print(f"| {name} | {result['tamias']} | {lua or '–'} | {result.get('mpy', '–')} | {ratio} |")
    both = [result for result in results.values() if "luac -s" in result]
    sums = [sum(result.get(key, 0) for result in both) for key in ("tamias", "luac -s", "mpy")]
    print(f"| sum of the benchmarks | {sums[0]} | {sums[1]} | {sums[2]} | {sums[0] / sums[1]:.2f} |")


if __name__ == "__main__":
    main()
