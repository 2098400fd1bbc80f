#!/usr/bin/env python3
"""Runs a program on the emulated board, plays the world around it, and looks at the log.

    test.py (thermostat | large | faults | damaged) FIRMWARE [--beside]

With --beside the image is put into flash beside the firmware; otherwise it is linked in. The log has to be that of
the simulator, but for what is about faults of the board.
"""

import json
import os
import socket
import subprocess
import sys
import time

WORK = os.environ["WORK"]
BOARD = os.environ["THERMOSTAT"]
IMAGE_ADDRESS = 0x39C00
PATIENCE = 60  # seconds
SUCCESS = 0
REFUSED = 4

# What the room does, and what the log says then. The board file of the simulator does the same.
ROOM = [
    (25.0, None),
    (15.5, "15.5000 C: heating on"),
    (-3.25, None),
    (21.0, "21.0000 C: heating off"),
]

# What `faults.nut` logs, with the ends of its runs.
FAULTS = [
    "power on",
    "pin has no analog input in pin.configure(mode)",
    "true",
    "# out of memory",
    "# ended: OutOfMemory",
    "restarted without memory",
    "ERROR: nobody catches this",
    "# ended: Error",
    "restarted after an error",
    "# ended: DeepSleep { micros: 200000 }",
    "woken up",
    "# ended: Budget",
    "restarted by the watchdog",
    "# ended: Reset",
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
        """The next line, or nothing at the end."""
        while b"\n" not in self.rest:
            part = self.socket.recv(4096)
            if not part:
                return None
            self.rest += part
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode("utf-8", "replace").rstrip("\r")

    def lines(self):
        return list(iter(self.line, None))


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


def start(firmware, image):
    paths = {name: f"{WORK}/{name}.sock" for name in ("qmp", "serial")}
    for path in paths.values():
        if os.path.exists(path):
            os.remove(path)
    if not os.path.exists(firmware):
        fail(f"{firmware} was not built")
    command = [
        "qemu-system-arm", "-M", "lm3s6965evb", "-display", "none", "-monitor", "none",
        "-serial", f"unix:{paths['serial']},server,wait=on", "-serial", "null",
        "-qmp", f"unix:{paths['qmp']},server,wait=off",
        "-semihosting-config", "enable=on,target=native", "-kernel", firmware,
        "-device", "tmp105,id=temp0,address=0x48",
        "-d", "guest_errors,unimp", "-D", f"{WORK}/board.log",
    ]
    if image:
        command += ["-device", f"loader,file={image},addr={IMAGE_ADDRESS:#x},force-raw=on"]
    emulator = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return emulator, paths


def play_room(monitor, serial):
    """Changes the temperature while the program runs. The answer is the log."""
    log = []
    for degrees, expected in ROOM:
        level = monitor.relay()
        monitor.set_temperature(degrees)
        if not log:
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


def ended(emulator, status):
    if emulator.wait(PATIENCE) != status:
        fail(f"the emulator ended with status {emulator.returncode}")


def damaged(program):
    """A copy of an image in which one bit has flipped."""
    with open(f"{WORK}/{program}.cnut", "rb") as file:
        image = bytearray(file.read())
    image[len(image) // 2] ^= 0x10
    path = f"{WORK}/damaged.cnut"
    with open(path, "wb") as file:
        file.write(image)
    return path


def simulated(program):
    command = [os.environ["TAMIAS"], "run", f"{WORK}/{program}.nut", "--board", f"{BOARD}/board.toml", "--for", "10s"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def compare(log, expected):
    for number, (line, wanted) in enumerate(zip(log, expected)):
        if line != wanted:
            fail(f"line {number + 1} should be `{wanted}`, is `{line}`")
    if len(log) != len(expected):
        fail(f"{len(log)} lines instead of {len(expected)}, the last is `{log[-1] if log else ''}`")


def judge(task, emulator, paths):
    """Runs a task. The answer is what to say about it."""
    serial = Channel(paths["serial"])
    if task == "thermostat":
        log = play_room(Monitor(paths["qmp"]), serial)
        compare(log, simulated(task))
        return f"{len(log)} lines of the log as in the simulator, the relay switched twice"
    log = serial.lines()
    if task == "large":
        ended(emulator, SUCCESS)
        compare([line for line in log if not line.startswith("#")], simulated(task))
        return f"{len(log)} lines as in the simulator; " + log[-1].removeprefix("# ")
    if task == "faults":
        ended(emulator, SUCCESS)
        # The ends of the runs also tell how much memory they took.
        compare([line.split("; ")[0] for line in log if not line.startswith("ERROR:   ")], FAULTS)
        return "out of memory, error, deep sleep, runaway loop: started again each time, with the reason"
    ended(emulator, REFUSED)
    return log[-1]


def main():
    task, firmware = sys.argv[1:3]
    image = damaged("thermostat") if task == "damaged" else f"{WORK}/{task}.cnut"
    emulator, paths = start(firmware, image if "--beside" in sys.argv else None)
    try:
        verdict = judge(task, emulator, paths)
    finally:
        emulator.kill()
        emulator.wait()
    with open(f"{WORK}/board.log", encoding="utf-8") as messages:
        complaints = [line for line in messages if not line.startswith("Timer with period zero")]
    if complaints:
        fail("the emulator complains: " + complaints[0])
    print(verdict)


main()
