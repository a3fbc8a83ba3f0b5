# SPDX-License-Identifier: Apache-2.0
from .core_defaults_manager import CoreDefaultsManager
from .defaults_manager import DefaultsManager
from .errors import AuthenticationCancelled, AuthenticationError, IncompleteCredentials, ShotgunAuthenticationError
from .shotgun_authenticator import ShotgunAuthenticator
from .user import ShotgunUser, deserialize_user, serialize_user
