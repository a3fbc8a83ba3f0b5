#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `./dev install` over a daemon that runs, in a real systemd user manager: the new program runs, with the sessions of the old
# one, and nobody is asked. What is built is there already: CMake only installs here, an "older" and a "newer" daemon that
# differ in the version that they tell. Usage: install_keeps.sh BUILD_DIR. Exit 77 where no user manager can be run.
. "$(dirname "$0")/manager_stage.sh"
make_stage "$1"
build=$(realpath "$1")
dev=$(realpath "$(dirname "$0")/../../dev")
[ -x "$build/tests/site/fpt_stand_in" ] || skip "no stand-in site"

mkdir "$scratch/site"
"$build/tests/site/fpt_stand_in" --dir "$scratch/site" >"$scratch/site.out" &
site_pid=$!
trap 'kill $site_pid 2>/dev/null; cleanup' EXIT
for _ in $(seq 100); do grep -q ready "$scratch/site.out" && break; sleep 0.05; done

# What `./dev install` puts in place: the stage that make_stage has, with another version in the daemon, for `cmake` to copy.
version=$("$prefix/bin/sgauthd" --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+')
mkdir -p "$scratch/home/.config/sgauth" "$scratch/home"/tree/build/release "$scratch/words"
cp "$dev" "$scratch/home"/tree/dev
cp -r "$prefix" "$scratch/newer"
sed -i "s/${version//./\\.}/9.9.9/g" "$scratch/newer/bin/sgauthd"
"$scratch/newer/bin/sgauthd" --version | grep -q 9.9.9 || fail "the newer daemon is none"
cat >"$scratch/words/cmake" <<CMAKE
#!/bin/sh
[ "\$1" = --install ] || exit 0
root=\$DESTDIR$scratch/home/.local
mkdir -p "\$root" "\$DESTDIR$scratch/home/.local/share/systemd/user"
cp -r --remove-destination "\$STAGE"/. "\$root"
for unit in service socket; do
    sed "s|^ExecStart=.*sgauthd|ExecStart=$scratch/home/.local/bin/sgauthd|" "\$STAGE/lib/systemd/user/sgauthd.\$unit" \\
        >"\$DESTDIR$scratch/home/.local/share/systemd/user/sgauthd.\$unit"
done
(cd "\$STAGE" && find . -type f -printf '$scratch/home/.local/%P\n') >build/release/install_manifest.txt
CMAKE
chmod 755 "$scratch/words" "$scratch/words/cmake"
rm "$scratch"/home/.config/systemd/user/sgauthd.*
cp "$scratch/site/url" "$scratch/site/ca.pem" "$scratch/home/"
chmod 644 "$scratch/home/url" "$scratch/home/ca.pem"
printf '[site]\nca_file = "%s/ca.pem"\n' "$scratch/home" >"$scratch/home/.config/sgauth/config.toml"
printf '%s %s %s\n' "$version" "$prefix" "$scratch" >"$scratch/home/told"
chown -R "$user" "$scratch/home"

with_manager 60 <<'INSIDE'
read -r version older scratch <"$HOME/told"
install_from() { PATH=$scratch/words:$PATH STAGE=$1 "$HOME/tree/dev" install --no-setup >"$HOME/install.log" 2>&1 || fail "install: $(cat "$HOME/install.log")"; }
runs() { sgauth status --json >"$HOME/status.json" && grep -q "\"version\": *\"$1\"" "$HOME/status.json"; }
pid() { systemctl --user show -p MainPID --value sgauthd.service; }

trace "installed where nothing runs: the socket waits, and no daemon is started for it"
install_from "$older"
active sgauthd.socket active || fail "the socket is not active"
active sgauthd.service inactive || fail "a daemon was started"
runs "$version" || fail "not $version: $(cat "$HOME/status.json")"

trace "a newer one over it: that runs, with the sessions that were there"
echo bob-password | sgauth login "$(cat "$HOME/url")" --user bob --password-stdin >/dev/null || fail "login: exit $?"
sgauth token >"$HOME/token" || fail "token: exit $?"
before=$(pid)
# What the restart keeps has to be enough: the key is in no keyring any more.
for key in $(keyctl rlist @u); do keyctl rdescribe "$key" 2>/dev/null | grep -q sgauth: && keyctl unlink "$key" @u >/dev/null; done
install_from "$scratch/newer"
active sgauthd.service active || fail "the service did not come back"
[ "$(pid)" != "$before" ] || fail "the old daemon goes on"
runs 9.9.9 || fail "not the newer: $(cat "$HOME/status.json")"
sgauth token 2>"$HOME/err" | cmp -s - "$HOME/token" || fail "the session is gone: $(cat "$HOME/err")"
sgauth revoke --all --local >/dev/null
INSIDE
echo "install_keeps: ok"
