# SPDX-License-Identifier: Apache-2.0
"""Puts another core in the place of the one that is loaded; this module stays."""
import importlib
import sys


class CoreImportHandler:
    @classmethod
    def swap_core(cls, core_path):
        for name in list(sys.modules):
            if name.split(".")[0] in ("tank", "tank_vendor") and name != __name__:
                del sys.modules[name]
        sys.path.insert(0, core_path)
        importlib.invalidate_caches()
        importlib.import_module("tank")
