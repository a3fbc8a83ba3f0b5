# SPDX-License-Identifier: Apache-2.0
#
# bash completion for sgauth: commands, their options, and the sites and users that are known here. Asks a daemon that
# runs; starts none.

_sgauth_known() { # _sgauth_known site|user
    sgauth list --json 2>/dev/null | grep -o "\"$1\":\"[^\"]*\"" | cut -d'"' -f4 | sort -u
}

_sgauth() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command='' i
    local commands='login token whoami list default revoke logout watch status exec lock unlock call help'
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == -- ]] && { _command_offset $((i + 1)) 2>/dev/null; return; }
        [[ -z $command && ${COMP_WORDS[i]} != -* ]] && command=${COMP_WORDS[i]}
    done
    local words
    case $before in
        --user) words=$(_sgauth_known user) ;;
        --method) words='password browser' ;;
        --for-user) words=$(compgen -u) ;;
        *)
            case $command in
                '') words="$commands --help --version --for-user" ;;
                login)
                    words='--user --method --password-stdin --code-stdin --default --again --script --key-stdin'
                    ;;
                token) words='--user --json --bearer --header --min-valid --prompt --no-prompt' ;;
                whoami | list | watch) words='--json' ;;
                default) words='--user' ;;
                revoke | logout) words='--user --all --local --json' ;;
                status) words='--json --why' ;;
                exec) words='--env --' ;;
                call) words='--more GetUser GetCredential List Status Watch' ;;
                help) words=$commands ;;
            esac
            [[ -n $command ]] && words+=' --help'
            [[ $command =~ ^(login|token|whoami|default|revoke|logout|exec)$ && $word != -* ]] && words=$(_sgauth_known site)
            ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    declare -F __ltrimcolon_completions >/dev/null && __ltrimcolon_completions "$word"
}

complete -F _sgauth sgauth
