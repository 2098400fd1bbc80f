#!/usr/bin/env python3
"""Runs a program on the emulated board, plays the world around it, and compares the log with the simulator's.

    test.py (thermostat | large) FIRMWARE [--beside]

With --beside the image is put into flash beside the firmware; otherwise it is linked in.
"""

import json
import os
import socket
import subprocess
import sys
import time

WORK = os.environ["WORK"]
BOARD = os.environ["THERMOSTAT"]
IMAGE_ADDRESS = 0x38000
PATIENCE = 60  # seconds

# What the room does, and what the log says then. The board file of the simulator does the same.
ROOM = [
    (25.0, None),
    (15.5, "15.5000 C: heating on"),
    (-3.25, None),
    (21.0, "21.0000 C: heating off"),
]


def fail(message):
    print(message)
    sys.exit(1)


class Channel:
    """A UNIX socket that is read line by line."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > end:
                    fail(f"nobody listens at {path}")
                time.sleep(0.05)
        self.socket.settimeout(PATIENCE)
        self.rest = b""

    def line(self):
        while b"\n" not in self.rest:
            part = self.socket.recv(4096)
            if not part:
                return None
            self.rest += part
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode("utf-8", "replace").rstrip("\r")


class Monitor(Channel):
    """The emulator's QMP."""

    def __init__(self, path):
        super().__init__(path)
        self.line()
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer = json.loads(self.line())
            if "error" in answer:
                fail(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def set_temperature(self, degrees):
        self.do("qom-set", path="temp0", property="temperature", value=round(degrees * 1000))

    def relay(self):
        """The level of pin D0."""
        text = self.do("human-monitor-command", **{"command-line": "xp /1xw 0x40007004"})
        return int(text.split()[-1], 16) & 1


def start(program, firmware, beside):
    paths = {name: f"{WORK}/{name}.sock" for name in ("qmp", "serial")}
    for path in paths.values():
        if os.path.exists(path):
            os.remove(path)
    command = [
        "qemu-system-arm", "-M", "lm3s6965evb", "-display", "none", "-monitor", "none",
        "-serial", f"unix:{paths['serial']},server,wait=on", "-serial", "null",
        "-qmp", f"unix:{paths['qmp']},server,wait=off",
        "-semihosting-config", "enable=on,target=native", "-kernel", firmware,
        "-device", "tmp105,id=temp0,address=0x48",
        "-d", "guest_errors,unimp", "-D", f"{WORK}/board.log",
    ]
    if beside:
        image = f"{WORK}/{program}.cnut"
        command += ["-device", f"loader,file={image},addr={IMAGE_ADDRESS:#x},force-raw=on"]
    emulator = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return emulator, paths


def run_thermostat(monitor, serial):
    """Plays the room. The answer is the log."""
    log = []
    for degrees, expected in ROOM:
        level = monitor.relay()
        monitor.set_temperature(degrees)
        if log == []:
            log.append(serial.line())
        if expected is None:
            time.sleep(0.5)
            if monitor.relay() != level:
                fail(f"the relay moved at {degrees} degrees")
            continue
        line = serial.line()
        log.append(line)
        if line != expected:
            fail(f"expected `{expected}` at {degrees} degrees, got `{line}`")
        if monitor.relay() == level:
            fail(f"the relay did not move at {degrees} degrees")
    return log


def run_large(serial):
    """Runs to the end of the program. The answer is the log."""
    log = []
    while (line := serial.line()) is not None:
        log.append(line)
    return log


def simulated(program):
    command = [os.environ["TAMIAS"], "run", f"{WORK}/{program}.nut", "--board", f"{BOARD}/board.toml", "--for", "10s"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def main():
    program, firmware = sys.argv[1:3]
    emulator, paths = start(program, firmware, "--beside" in sys.argv)
    try:
        serial = Channel(paths["serial"])
        log = run_thermostat(Monitor(paths["qmp"]), serial) if program == "thermostat" else run_large(serial)
    finally:
        emulator.kill()
        emulator.wait()
    with open(f"{WORK}/board.log", encoding="utf-8") as messages:
        complaints = [line for line in messages if not line.startswith("Timer with period zero")]
    if complaints:
        fail("the emulator complains: " + complaints[0])
    spoken = [line for line in log if not line.startswith("#")]
    if spoken != simulated(program):
        fail(f"the board says {spoken}, the simulator {simulated(program)}")
    facts = [line.removeprefix("# ") for line in log if line.startswith("# ended")]
    print("; ".join(facts) or f"{len(spoken)} lines of the log as in the simulator, relay switched")


main()
