"""Small programs that behave as children can, as code for `python -c`.

Each prints its process id first, and `ready` when it is.
"""

READY = "import os, signal, subprocess, sys, time\nprint('pid', os.getpid(), flush=True)\n"

LIVES = READY + "print('ready')\ntime.sleep(60)"

DIES_AT_ONCE = READY + "sys.exit(3)"

DEAF = READY + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('ready')\ntime.sleep(60)"

# Says goodbye when it is asked to end, and takes its time.
POLITE = READY + (
    "def end(*_):\n    time.sleep(0.5)\n    print('goodbye')\n    sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, end)\nprint('ready')\ntime.sleep(60)"
)

# As a cluster that waits for its uploads, unless it is asked a second time.
ASKED_TWICE = READY + (
    "asked = []\n"
    "def end(*_):\n    asked.append(1)\n    print('asked', len(asked))\n"
    "    if len(asked) == 2:\n        sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, end)\nprint('ready')\n"
    "while True:\n    time.sleep(1)"
)

# As a cluster: a worker in the same session that a SIGTERM would end in the midst of its work.
WORKER = "import os, time; print('worker', os.getpid(), flush=True); time.sleep(60)"
WITH_A_WORKER = READY + (
    f"worker = subprocess.Popen([sys.executable, '-c', {WORKER!r}])\n"
    "def end(*_):\n"
    "    time.sleep(0.3)\n"
    "    print('worker is', 'alive' if worker.poll() is None else 'dead')\n"
    "    worker.kill()\n    worker.wait()\n    sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, end)\ntime.sleep(60)"
)
DEAF_WITH_A_WORKER = READY + (
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    f"subprocess.Popen([sys.executable, '-c', {WORKER!r}]).wait()"
)
