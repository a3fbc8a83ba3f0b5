# SPDX-License-Identifier: Apache-2.0
#
# bash completion for sgauth: commands, their options, and the sites and users that are known here. Asks a daemon that
# runs; starts none.

# Names come from outside: they are never expanded, and are offered quoted. Left out is one with a quote, a backslash or a
# control character, which JSON writes another way.
_sgauth_known() { # _sgauth_known site|user: a line each
    sgauth list --json 2>/dev/null | grep -o "\"$1\":\"[^\"\\]*\"" | cut -d'"' -f4 | sort -u
}

# _sgauth_offer WORD, lines on stdin: those that WORD begins, as it was typed, quoted or not. Not by `compgen -W`, which
# would run `$(...)` in a line.
_sgauth_offer() {
    local word=$1 line quoted before=''
    # What stands before the last colon is a word of its own to readline, and stays.
    [[ $word == *:* && $COMP_WORDBREAKS == *:* ]] && before=${word%:*}:
    COMPREPLY=()
    while IFS= read -r line; do
        printf -v quoted %q "$line"
        [[ -n $line && ($line == "$word"* || $quoted == "$word"*) ]] && COMPREPLY+=("${quoted#"$before"}")
    done
}

_sgauth() {
    local typed=${COMP_LINE:0:COMP_POINT} before=${COMP_WORDS[COMP_CWORD-1]} command='' i
    local word=${typed##*[[:space:]]}
    local commands='login token whoami list default revoke logout watch status audit why exec lock unlock policy call help'
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == -- ]] && { _command_offset $((i + 1)) 2>/dev/null; return; }
        [[ -z $command && ${COMP_WORDS[i]} != -* ]] && command=${COMP_WORDS[i]}
    done
    local words='' known=''
    case $before in
        --user) known=user ;;
        --method) words='password browser' ;;
        --form) words='session_token script_key bearer' ;;
        --for-user) words=$(compgen -u) ;;
        *)
            case $command in
                '') words="$commands --help --version --for-user" ;;
                login)
                    words='--user --method --password-stdin --code-stdin --default --again --script --key-stdin --share-key'
                    ;;
                token) words='--user --json --bearer --header --min-valid --prompt --no-prompt' ;;
                whoami | list | watch) words='--json' ;;
                default) words='--user' ;;
                revoke | logout) words='--user --all --local --json' ;;
                status) words='--json --why' ;;
                exec) words='--env --' ;;
                audit) words='--since --json' ;;
                policy) words='test confirm --user --form --json' ;;
                call) words='--more GetUser GetCredential List Status Watch' ;;
                help) words=$commands ;;
            esac
            [[ -n $command ]] && words+=' --help'
            [[ $command =~ ^(login|token|whoami|default|revoke|logout|exec|why)$ && $word != -* ]] && known=site
            ;;
    esac
    if [[ -n $known ]]; then
        _sgauth_offer "$word" < <(_sgauth_known "$known")
    else
        _sgauth_offer "$word" < <(tr ' ' '\n' <<<"$words")
    fi
}

complete -F _sgauth sgauth
