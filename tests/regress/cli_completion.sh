#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What TAB offers in bash: the words there are, quoted, and nothing in a name is run.
. "$(dirname "$0")/common.sh"
start_scripted_agent
mkdir "$scratch/bin"
ln -s "$SGAUTH" "$scratch/bin/sgauth"
export PATH=$scratch/bin:$PATH
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
. "$here/../../client/cli/completion.bash"

# Completes LINE at its end as bash does: its words stand apart at blanks and colons.
offers() { # offers LINE WORD...: these, in any order
    trace "$1"
    COMP_LINE=$1 COMP_POINT=${#1}
    shift
    read -ra COMP_WORDS <<<"${COMP_LINE//:/ : }"
    [[ $COMP_LINE == *[[:space:]:] ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=(stale)
    _sgauth || true
    local got want
    got=$(printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} | sort)
    want=$(printf '%s\n' "$@" | sort)
    [ "$got" = "$want" ] || fail "$COMP_LINE offers: $got"
}

evil="\$(id>$scratch/was-run;echo\${IFS}x)"
sessions=$jane
for user in "$evil" "\`id>$scratch/was-run\`" 'jane doe' 'ja*' "~root" 'quo\te"s'; do
    sessions+=,$(with "$jane" user "$user" site "https://x.test/$user")
done
answers List "{\"parameters\":{\"sessions\":[$sessions]}}"

offers 'sgauth to' token
offers 'sgauth status --' --json --why --help
offers 'sgauth login --method ' password browser
offers 'sgauth login --s' --script --share-key
offers 'sgauth policy t' test
offers 'sgauth policy test 1 --form ' session_token script_key bearer
offers 'sgauth token --user jane' jane 'jane\ doe'
offers 'sgauth token --user ja' jane 'jane\ doe' 'ja\*'
offers 'sgauth token --user "' # nothing that would be taken for a name
offers 'sgauth token --user $(' "$(printf %q "$evil")"
offers 'sgauth token --user \$\(' "$(printf %q "$evil")"
offers 'sgauth token https://x.test/jane' '//x.test/jane\ doe'
[ ! -e "$scratch/was-run" ] || fail "a name was run"

trace "each known name, taken as it was offered, is one word and the name again"
COMP_LINE='sgauth token --user ' COMP_POINT=20 COMP_WORDS=(sgauth token --user '') COMP_CWORD=3
_sgauth || true
for offered in "${COMPREPLY[@]}"; do
    eval "set -- $offered"
    [ $# = 1 ] || fail "$offered is not one word"
    grep -qF -- "\"user\":\"$1\"" <<<"$("$SGAUTH" list --json)" || fail "$offered is nobody's name"
done
[ "${#COMPREPLY[@]}" = 6 ] || fail "offered ${#COMPREPLY[@]} names"
[ ! -e "$scratch/was-run" ] || fail "a name was run"
echo "cli_completion: ok"
