# Completion in a real zsh: an interactive one on a terminal of its own, where keys are pressed and what it
# would offer is taken down.
command -v zsh >/dev/null || skip "zsh is missing"
zsh -fc 'zmodload zsh/zpty && autoload -Uz compinit && [[ -n $(whence -v compinit) ]]' 2>/dev/null ||
    skip "this zsh has no zpty or no completion system"

cat >inside.zsh <<'END'
PROMPT= RPROMPT= PS2= LISTMAX=10000
unsetopt beep
fpath=("$COMPLETIONS" $fpath)
autoload -Uz compinit && compinit -u -D
bindkey -e
bindkey '^I' complete-word
# what is offered, as it is offered; calls that only sort or filter are passed on
compadd() {
    local -a hits
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- $hits >>offered
    builtin compadd "$@"
}
line-is() { print -r -- "$BUFFER" >line.new && mv line.new line; BUFFER= }
zle -N line-is
bindkey '^X^L' line-is
print ready >ready
END
cat >keys.zsh <<'END'
zmodload zsh/zpty zsh/zselect
wait_for() { repeat 500; do [[ -e $1 ]] && return; zpty -r -t z junk; zselect -t 2; done; print "no $1"; exit 1 }
zpty z 'zsh -f -i'
zpty -w z 'stty -echo; source ./inside.zsh'
wait_for ready
n=0
for keys in "$@"; do
    (( ++n ))
    rm -f offered line
    zpty -w -n z "$keys"$'\t'
    zpty -w -n z $'\C-x\C-l'
    wait_for line
    : >got
    [[ -e offered ]] && LC_ALL=C sort -u offered >got
    cp got got.$n
done
zpty -d z
END
export COMPLETIONS=$ROOT/completion
press() { rm -f ready; TERM=dumb zsh -f keys.zsh "$@" >said 2>&1 || { cat said; return 1; }; }
ask() { press "$*"; }
gives() { printf '%s\n' "$@" | LC_ALL=C sort >want; diff -u want got; }
leaves() { printf '%s\n' "$*" >want; diff -u want line; }

ask bacc expo
gives export-csv export-ede export-epics export-pics
leaves "bacc export-"
ask bacc compile --fro
gives --frozen
leaves "bacc compile --frozen "
ask "bacc compile --diagnostics "
gives json sarif text
ask bacc compile --diagnostics=s
gives sarif
leaves "bacc compile --diagnostics=sarif "
ask bacc export-ede --profile j
gives jci
ask "bacc import "
gives csv ede vlist
ask bacc import --mo
gives --mode
ask bacc compile -W no-unknown-u
gives no-unknown-unit
ask bacc compile --warn=error=unknown-u
gives error=unknown-unit
touch "one plant.xml" other.txt
ask bacc check one
leaves 'bacc check one\ plant.xml '
ask bacc compile --outp
gives --output
ask bacrt rec
gives recipients
ask "bacrt run --log-level "
gives debug error info warning
ask "bacrt state "
gives export import prune
ask "bacrt audit --kind "
gives ack auto manage manual reset write
ask "bacrt events --kind="
gives ack reset transition
ask bacc explain duplicate-po
gives duplicate-port
ask bacc check --stop-after=res
gives resolve
ask "bacrt recipients add --tra"
gives --transitions

# every command of either program that has options offers them, and no others
for prog in bacc bacrt; do
    "$prog" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | while read -r c; do
        if "$prog" "$c" --help 2>/dev/null | grep -q -- ' --'; then echo "$c"; fi
    done >commands
    sed "s/.*/$prog & --/" commands | tr '\n' '\0' >all
    rm -f ready && TERM=dumb xargs -0 zsh -f keys.zsh <all >said 2>&1 || { cat said; exit 1; }
    n=0
    while read -r c; do
        n=$((n + 1))
        [ -s got.$n ] || { echo "$prog $c: no options"; exit 1; }
        "$prog" "$c" --help >help 2>/dev/null
        while read -r option; do
            grep -qE -- "(^|[^a-z-])$option([^a-z-]|\$)" help || { echo "$prog $c has no $option"; exit 1; }
        done <got.$n
    done <commands
    [ "$n" -gt 5 ]
done

completes_running completion-zsh
