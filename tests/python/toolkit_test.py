# SPDX-License-Identifier: Apache-2.0
"""sgauth.toolkit against the real daemon and the stand-in site, each case in a process of its own. With SGAUTH_TK_CORE, the folder
of tk-core, against that; else against the small stand-in of fakes/."""
import os
import re
import subprocess
import sys
import unittest

import stage

CASES = os.path.join(stage.HERE, "toolkit_cases.py")


@stage.needs_programs
class Toolkit(unittest.TestCase):
    def run_case(self, name):
        done = subprocess.run([sys.executable, "-B", CASES, name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True, timeout=120)
        self.assertEqual(0, done.returncode, done.stdout)


with open(CASES) as text:
    for case in re.findall(r"^def case_(\w+)", text.read(), re.M):
        setattr(Toolkit, "test_" + case, lambda self, name=case: self.run_case(name))

if __name__ == "__main__":
    stage.main()
