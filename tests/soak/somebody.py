# SPDX-License-Identifier: Apache-2.0
"""Root is let into much that others are not, also by the kernel: whoever starts the soak as root has it run as somebody else."""
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

SOMEBODY = 4242  # nobody has to know that uid
PROGRAMS = ["daemon/sgauthd", "tests/site/fpt_stand_in", "tests/site/fpt_proxy"]
PRELOAD = "tests/soak/libsoak_preload.so"
HERE = pathlib.Path(__file__).resolve().parent
KEY_FORGETTER = "forget_keys.py"


def runs_python(one):
    try:
        return subprocess.run([one, "-c", "import json"], user=SOMEBODY, group=SOMEBODY, extra_groups=[], cwd="/",
                              stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def as_somebody_else(build, words):
    """Runs soak.py with these words as SOMEBODY, by copies that he may read; its exit code."""
    python = next(one for one in (sys.executable, "/usr/bin/python3") if runs_python(one))
    stage = pathlib.Path(tempfile.mkdtemp(prefix="sgauth-soak-programs."))
    try:
        stage.chmod(0o755)
        for one in [*PROGRAMS, PRELOAD]:
            if (build / one).exists():
                (stage / one).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(build / one, stage / one)
        (stage / "soak").mkdir()
        for one in [*HERE.glob("*.py"), HERE.parent / "regress" / KEY_FORGETTER]:
            shutil.copy(one, stage / "soak")
        run = subprocess.Popen([python, "-B", str(stage / "soak/soak.py"), *words, "--build", str(stage)],
                               user=SOMEBODY, group=SOMEBODY, extra_groups=[], cwd="/")
        signal.signal(signal.SIGTERM, lambda *_: run.terminate())
        while True:
            try:
                return run.wait()
            except KeyboardInterrupt:
                pass  # it had that signal as well, and ends
    finally:
        shutil.rmtree(stage)


def forget_keys(state_home):
    """Those of its stores in the kernel's keyring, which would outlast the run."""
    tool = next(one for one in (HERE / KEY_FORGETTER, HERE.parent / "regress" / KEY_FORGETTER) if one.exists())
    subprocess.run([sys.executable, "-B", str(tool), str(state_home)], check=False)
