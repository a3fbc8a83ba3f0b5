# SPDX-License-Identifier: Apache-2.0
"""What tk-core brings along: here the small stand-in for shotgun_api3."""
import shotgun_api3
import sys

sys.modules[__name__ + ".shotgun_api3"] = shotgun_api3
