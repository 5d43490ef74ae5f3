# bash completion for bacc. What there is to complete, bacc itself says: its usage lists the
# commands, `bacc COMMAND --help` the options, so nothing here has to follow a change there.
_bacc_options() {
    bacc "$1" --help 2>/dev/null | sed -n 's/^ *\(-[a-zA-Z], \)\{0,1\} *\(--[a-z-]*\).*/\2/p'
}
_bacc() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd=${COMP_WORDS[1]} words
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="$(bacc --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p') --help --version"
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
        return
    fi
    [ "$prev" = "=" ] && prev=${COMP_WORDS[COMP_CWORD-2]}
    [ "$cur" = "=" ] && cur="" && prev=${COMP_WORDS[COMP_CWORD-1]}
    case $cmd:$prev in
    *:--diagnostics) words="text json sarif" ;;
    *:--mode) words="add-all add-new update update-add" ;;
    *:--access) words="read readWrite" ;;
    *:--members) words="none fb array struct all" ;;
    *:--limits) words="alarm range" ;;
    *:--layout) words="2 2.1 2.2 2.3" ;;
    *:--format) words="text markdown" ;;
    *:--profile) words="standard domat jci plc4x iridi niagara desigo yabe" ;;
    *:--columns) words="standard domat jci" ;;
    *:--decimal) words=". ," ;;
    *:--eol) words="crlf lf" ;;
    *:--quote) words="never minimal text all" ;;
    *:--tables) words="used all" ;;
    *:--names) words="bigeu desigo desigo-hyphen plc4x" ;;
    *:--units-title) words="layout2 layout22" ;;
    *:--state-titles) words="text numbers" ;;
    *:--state-base) words="0 1" ;;
    *:--stop-after) words="load expand build resolve publish check plan number emit" ;;
    *:-W | *:--warn) words="error all $(bacc explain --all 2>/dev/null |
        sed -n 's/^[EW][0-9]* \([a-z0-9-]*\) (lint)$/\1/p; s/^[EW][0-9]* \([a-z0-9-]*\) ([wl].*)$/no-\1 error=\1/p')" ;;
    *:-o | *:--output | *:--into)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return ;;
    explain:explain) words="$(bacc explain --all 2>/dev/null |
        sed -n 's/^\([EW][0-9]*\) \([a-z0-9-]*\) (.*)$/\1 \2/p') $(_bacc_options explain)" ;;
    import:import) words="ede csv vlist $(_bacc_options import)" ;;
    *)
        case $cur in
        -*) words=$(_bacc_options "$cmd") ;;
        *)
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return ;;
        esac ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o filenames -F _bacc bacc
