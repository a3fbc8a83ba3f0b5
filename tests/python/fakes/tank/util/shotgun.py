# SPDX-License-Identifier: Apache-2.0
"""The core's configuration: shotgun.yml."""


def get_associated_sg_config_data():
    return {}
