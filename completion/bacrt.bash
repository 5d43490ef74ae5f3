# bash completion for bacrt. Commands and options are what bacrt's own help says; names of variables,
# devices and trend logs are those of the running bacrt, if there is one (or the one of --control).
_bacrt_options() {
    bacrt "$1" --help 2>/dev/null | grep -oE -- '(^| )--[a-z][a-z-]*' | tr -d ' ' | sort -u
}
_bacrt_names() {            # COMMAND...: the names that its JSON answer gives, a line each
    local i control=()
    for ((i = 2; i < COMP_CWORD; i++)); do
        [ "${COMP_WORDS[i]}" = --control ] && control=(--control "${COMP_WORDS[i + 1]}")
    done
    bacrt "$@" "${control[@]}" --json 2>/dev/null
}
_bacrt() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd=${COMP_WORDS[1]} words
    local IFS=$' \t\n'
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="$(bacrt --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p') --help --version"
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
        return
    fi
    [ "$prev" = "=" ] && prev=${COMP_WORDS[COMP_CWORD-2]}
    [ "$cur" = "=" ] && cur="" && prev=${COMP_WORDS[COMP_CWORD-1]}
    case $prev in
    --log-level) words="error warning info debug" ;;
    --log-format) words="text json" ;;
    --broadcast) words="local remote global" ;;
    --transitions) words="toOffnormal toFault toNormal" ;;
    --days) words="Mon Tue Wed Thu Fri Sat Sun" ;;
    --kind) words="transition ack reset"; [ "$cmd" = audit ] && words="write manual auto ack reset manage" ;;
    --state) words="normal fault offnormal high-limit low-limit active" ;;
    --type) words="change-of-state command-failure out-of-range buffer-ready change-of-reliability" ;;
    --device | --of | --to-device) words=$(_bacrt_names status | grep -o '"instance":[0-9]*' | cut -d: -f2) ;;
    --control | --data | --svg)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return ;;
    esac
    if [ -z "${words-}" ]; then
        case $cur in
        -*) words=$(_bacrt_options "$cmd") ;;
        *)
            case $cmd:$COMP_CWORD in
            state:2) words="export import prune" ;;
            recipients:2) words="list add remove copy" ;;
            trend:2) words="list show export" ;;
            schedule:2) words="list show" ;;
            get:* | set:2 | manual:2 | auto:* | list:* | watch:* | ack:* | reset:* | events:2 | audit:2)
                IFS=$'\n'
                words=$(_bacrt_names list | grep -oE '(^\[|\},)\{"name":"([^"\\]|\\.)*"' | sed 's/.*"name":"//; s/"$//') ;;
            trend:* | schedule:*)
                IFS=$'\n'
                words=$(_bacrt_names "$cmd" list | grep -oE '"name":"([^"\\]|\\.)*"' | sed 's/.*"name":"//; s/"$//') ;;
            start:* | stop:* | restart:*)
                words=$(_bacrt_names status | grep -o '"instance":[0-9]*' | cut -d: -f2) ;;
            *)
                mapfile -t COMPREPLY < <(compgen -f -- "$cur")
                return ;;
            esac ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o filenames -F _bacrt bacrt
