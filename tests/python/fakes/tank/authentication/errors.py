# SPDX-License-Identifier: Apache-2.0


class ShotgunAuthenticationError(Exception):
    pass


class AuthenticationError(ShotgunAuthenticationError):
    pass


class IncompleteCredentials(ShotgunAuthenticationError):
    pass


class AuthenticationCancelled(ShotgunAuthenticationError):
    pass
