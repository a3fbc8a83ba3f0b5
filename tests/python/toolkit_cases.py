# SPDX-License-Identifier: Apache-2.0
"""One case of sgauth.toolkit, in a process of its own since what it does to tk-core is not taken back: toolkit_cases.py NAME."""
import os
import shutil
import sys

import stage
from toolkit_stage import CORE, REAL, World, authenticator, bob, fails, opened

import sgauth


def case_get_user(world):
    from sgauth.toolkit import DefaultsManager
    from tank.authentication import AuthenticationError

    asked = authenticator(DefaultsManager())
    assert asked.get_default_user() is None
    fails(AuthenticationError, asked.get_user, "sgauth login")
    world.log_in()
    user = asked.get_user()
    assert (user.login, user.host) == ("bob", world.site)
    assert bob(user.create_sg_connection()) == 43
    assert user.resolve_entity()["id"] == 43
    assert not user.are_credentials_expired()
    assert DefaultsManager().get_host() == world.site and DefaultsManager().get_login() == "bob"
    assert authenticator(DefaultsManager(world.site + "/")).get_user().login == "bob"
    assert asked.get_user_from_prompt().login == "bob"
    assert asked.get_user_from_prompt(host=world.site, login="bob").login == "bob"
    fails(AuthenticationError, lambda: asked.get_user_from_prompt(world.site, "nobody"), "sgauth login")
    world.nothing_kept()
    world.sgauth("lock")
    fails(AuthenticationError, asked.get_user, "lock")
    world.end_daemon()
    fails(AuthenticationError, asked.get_user, "no daemon")
    assert not opened


def case_renewal(world):
    from sgauth.toolkit import DefaultsManager
    from tank.authentication import AuthenticationError

    world.log_in()
    user = authenticator(DefaultsManager()).get_user()
    connection = user.create_sg_connection()
    assert bob(connection) == 43
    old = user.impl.get_session_token()
    world.control("expire", all=True)  # the daemon learns it from tk-core's calls alone

    def is_noticed():
        try:
            return bob(connection) and False
        except Exception as error:
            return isinstance(error, AuthenticationError) and "sgauth login" in str(error)
    stage.wait_for(is_noticed)
    assert user.are_credentials_expired()
    world.nothing_kept()
    world.log_in()
    assert bob(connection) == 43
    assert user.impl.get_session_token() not in (None, old)
    assert bob(user.create_sg_connection()) == 43
    world.nothing_kept()
    # The site said no to this one alone: the daemon asks it, and the call goes through.
    world.control("fault", kind="fault", error_code=102, message="no", method="read")
    assert bob(connection) == 43
    world.log_in("bob", "--again")
    assert not user.are_credentials_expired()
    world.sgauth("revoke", "--all")
    fails(AuthenticationError, lambda: bob(connection), "sgauth login")
    world.nothing_kept()


def case_outage(world):
    from sgauth._toolkit_hooks import attach
    from sgauth.toolkit import DefaultsManager

    world.log_in()
    user = authenticator(DefaultsManager()).get_user()
    world.control("fault", kind="503", method="read", count="all")
    assert attach().are_credentials_expired(user.impl), "tk-core has mended it: is the hook still needed?"
    assert not user.are_credentials_expired()
    world.control("clear_faults")
    assert bob(user.create_sg_connection()) == 43
    world.nothing_kept()


def case_clear(world):
    from tank.authentication import session_cache

    session_cache.cache_session_data(world.site, "Bob", "left-over-of-bob")
    session_cache.cache_session_data(world.site, "ann", "of-another")
    from sgauth.toolkit import DefaultsManager

    world.log_in()
    asked = authenticator(DefaultsManager())
    assert asked.get_user().impl.get_session_token() != "left-over-of-bob"
    assert asked.clear_default_user().login == "bob"
    assert sgauth.list_sessions() == []
    assert asked.get_default_user() is None and asked.clear_default_user() is None
    from sgauth._toolkit_hooks import attach
    assert attach().get_session_data(world.site, "bob") is None
    assert attach().get_session_data(world.site, "ann")["session_token"] == "of-another"
    world.log_in()
    world.expired()
    assert asked.clear_default_user() is None and sgauth.list_sessions() == []
    world.log_script_in("--share-key")
    world.sgauth("default", world.site, "--user", "farm")
    assert asked.clear_default_user().login is None and sgauth.list_sessions() == []
    world.nothing_kept()


def case_scripts(world):
    from sgauth.toolkit import DefaultsManager

    world.log_in()
    world.log_script_in()
    user = authenticator(DefaultsManager(user="farm")).get_user()
    assert bob(user.create_sg_connection()) == 43
    assert user.resolve_entity() == {"type": "ApiUser", "id": 7}
    assert user.login == "farm"
    world.sgauth("revoke", "--user", "farm")
    world.log_script_in("--share-key")
    user = authenticator(DefaultsManager(user="farm")).get_user()
    assert (user.login, user.impl.get_key()) == (None, "farm-key")
    assert bob(user.create_sg_connection()) == 43
    assert user.resolve_entity()["id"] == 7
    assert authenticator(DefaultsManager()).get_user().login == "bob"
    world.nothing_kept()


def case_install(world):
    import tank
    from tank.authentication import CoreDefaultsManager, DefaultsManager, deserialize_user, serialize_user
    from tank.util import shotgun

    import sgauth.toolkit

    sgauth.toolkit.install()
    sgauth.toolkit.install()
    world.log_in()
    user = authenticator().get_user()  # the script's own lines, unchanged
    tank.set_authenticated_user(user)
    assert tank.get_authenticated_user().login == "bob"
    assert bob(user.create_sg_connection()) == 43
    assert DefaultsManager().get_host() == world.site
    shotgun.get_associated_sg_config_data = lambda: {"host": world.site}
    for manager in (CoreDefaultsManager(), sgauth.toolkit.CoreDefaultsManager()):
        assert authenticator(manager).get_user().login == "bob"
    shotgun.get_associated_sg_config_data = lambda: {"host": world.site, "api_script": "x", "api_key": "y"}
    for kind in (CoreDefaultsManager, sgauth.toolkit.CoreDefaultsManager):
        assert authenticator(kind()).get_user().login is None
        assert authenticator(kind(mask_script_user=True)).get_user().login == "bob"
    payloads = [serialize_user(user), serialize_user(user, use_json=True)]
    for payload in payloads:
        assert bob(deserialize_user(payload).create_sg_connection()) == 43
    world.nothing_kept()
    world.sgauth("revoke", "--all")
    assert deserialize_user(payloads[0]).login == "bob"  # tk-core asks nobody; its token is kept nowhere all the same
    from tank.authentication import AuthenticationError
    fails(AuthenticationError, authenticator().get_user, "sgauth login")
    fails(AuthenticationError, lambda: bob(deserialize_user(payloads[1]).create_sg_connection()), "sgauth login")
    world.nothing_kept()


def swap(world, install):
    import tank

    import sgauth.toolkit
    from tank.authentication import serialize_user
    from tank.bootstrap.import_handler import CoreImportHandler

    if install:
        sgauth.toolkit.install()
    world.log_in()
    payload = serialize_user(authenticator(None if install else sgauth.toolkit.DefaultsManager()).get_user())
    other = os.path.join(world.root, "core")
    shutil.copytree(CORE, other)
    requirements = os.path.join(REAL or "", "requirements")
    if REAL and os.path.isdir(requirements):  # newer cores have their packages beside them
        shutil.copytree(requirements, os.path.join(world.root, "requirements"))
    CoreImportHandler.swap_core(other)
    import tank as swapped
    assert swapped is not tank and swapped.__file__.startswith(other)
    from tank.authentication import deserialize_user
    assert bob(deserialize_user(payload).create_sg_connection()) == 43
    if install:
        assert authenticator().get_user().login == "bob"
    CoreImportHandler.swap_core(CORE)
    from tank.authentication import deserialize_user
    deserialize_user(payload)
    world.nothing_kept()


def case_swap(world):
    swap(world, install=False)


def case_swap_installed(world):
    swap(world, install=True)


def case_others_are_left_alone(world):
    from tank.authentication import AuthenticationCancelled, DefaultsManager

    import sgauth.toolkit

    world.log_in()
    assert authenticator(sgauth.toolkit.DefaultsManager()).get_user().login == "bob"
    official = authenticator(DefaultsManager(world.site))
    official.create_session_user("ann", session_token="token-of-ann", host=world.site)
    with open(os.path.join(os.environ["SHOTGUN_HOME"], "localhost", "authentication.yml")) as file:
        assert "token-of-ann" in file.read()
    fails((AuthenticationCancelled, EOFError), official.get_user)  # the latter at some of its questions
    assert opened, "the official prompt is not what this looks for"
    del opened[:]
    world.nothing_kept()


def case_several_sites(world):
    """No default site: the one of tk-core's own settings."""
    from sgauth._toolkit_users import users
    from sgauth.toolkit import DefaultsManager
    import tank.authentication

    asked = []

    class Client(sgauth.Client):
        def get_user(self, site=None, user=None, timeout=None):
            if not site:
                raise sgauth.Ambiguous("which", {"choices": ["a", "b"]})
            return sgauth.Client.get_user(self, site, user, timeout)

        def get_credential(self, site=None, *rest, **more):
            asked.append(site)
            if not site:
                raise sgauth.Ambiguous("which", {"choices": ["a", "b"]})
            return sgauth.Client.get_credential(self, site, *rest, **more)

    users.client = Client()
    world.log_in()
    assert authenticator(DefaultsManager()).get_default_user() is None
    sgauth.toolkit._answers._core.manager_methods["get_host"] = lambda manager: world.site
    assert authenticator(DefaultsManager()).get_user().login == "bob"
    assert asked[:2] == [None, None] and world.site in asked
    world.nothing_kept()


if __name__ == "__main__":
    place = World()
    try:
        globals()["case_" + sys.argv[1]](place)
    finally:
        place.close()
