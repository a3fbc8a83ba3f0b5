# SPDX-License-Identifier: Apache-2.0
from ..util import shotgun
from .defaults_manager import DefaultsManager


class CoreDefaultsManager(DefaultsManager):
    def __init__(self, mask_script_user=False):
        self._mask_script_user = mask_script_user
        super().__init__()

    def is_host_fixed(self):
        return True

    def get_host(self):
        return shotgun.get_associated_sg_config_data().get("host")

    def get_user_credentials(self):
        data = shotgun.get_associated_sg_config_data()
        if not self._mask_script_user and data.get("api_script"):
            return {"api_script": data["api_script"], "api_key": data["api_key"]}
        return super().get_user_credentials()
