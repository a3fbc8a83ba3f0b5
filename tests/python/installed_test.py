# SPDX-License-Identifier: Apache-2.0
"""The package as it is installed: by CMake (BUILD is the build's folder), or by pip where BUILD is left out."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import stage

BUILD = sys.argv.pop(1) if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]) else None


def files_of(folder):
    return sorted(name for name in os.listdir(folder) if name != "__pycache__")


class Installed(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="sgauth-py.")
        self.addCleanup(shutil.rmtree, self.root)

    def run_quietly(self, *command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, timeout=240)
        self.assertEqual(0, done.returncode, done.stdout)
        return done.stdout

    def looked_at(self, folder, wanted):
        self.assertEqual(wanted, files_of(os.path.join(folder, "sgauth")))
        self.assertFalse(os.path.exists(os.path.join(folder, "sgauth/__pycache__")))
        command = os.path.join(self.root, "prefix/bin/sgauth")
        os.makedirs(os.path.dirname(command), exist_ok=True)
        with open(command, "w"):
            os.chmod(command, 0o755)
        out = self.run_quietly(sys.executable, "-B", "-c", "import sys; sys.path.insert(0, sys.argv[1]); import sgauth._start; "
                               "print(sgauth.__file__); print(sgauth._start.find_command())", folder).split("\n")
        self.assertEqual(os.path.join(folder, "sgauth/__init__.py"), out[0])
        return out[1] == command

    @unittest.skipUnless(BUILD, "for pip")
    def test_by_cmake(self):
        prefix = os.path.join(self.root, "prefix")
        self.run_quietly("cmake", "--install", BUILD, "--component", "python", "--prefix", prefix)
        # It finds the command that was installed with it.
        self.assertTrue(self.looked_at(os.path.join(prefix, "lib/python3/dist-packages"),
                                       files_of(os.path.join(stage.PACKAGE, "sgauth"))))

    @unittest.skipIf(BUILD, "for CMake")
    def test_by_pip(self):
        source, target = os.path.join(self.root, "source"), os.path.join(self.root, "target")
        shutil.copytree(stage.PACKAGE, source)  # setuptools writes beside what it reads
        self.run_quietly(sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile",
                         "--no-build-isolation", "--target", target, source)
        self.looked_at(target, files_of(os.path.join(stage.PACKAGE, "sgauth")))


if __name__ == "__main__":
    done = unittest.main(exit=False, verbosity=2).result
    sys.exit(0 if done.wasSuccessful() else 1)
