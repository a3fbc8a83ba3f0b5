# SPDX-License-Identifier: Apache-2.0
from . import user_impl


class ShotgunUser:
    def __init__(self, impl):
        self.impl = impl
        self.create_sg_connection = impl.create_sg_connection

    @property
    def host(self):
        return self.impl.get_host()

    @property
    def login(self):
        return self.impl.get_login()

    def are_credentials_expired(self):
        return self.impl.are_credentials_expired()

    def resolve_entity(self):
        return self.impl.resolve_entity()


def serialize_user(user, use_json=False):
    return user_impl.serialize_user(user.impl, use_json)


def deserialize_user(payload):
    return ShotgunUser(user_impl.deserialize_user(payload))
