# Completion in bash: commands, options, values, and the names that a running bacrt knows. The zsh
# files are read by zsh where there is one, and name the same options' values as bash's.
command -v bash >/dev/null || skip "bash is missing"
cat >ask.bash <<'END'
source "$ROOT/completion/$1.bash"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_$1
[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort
END
ask() { bash ask.bash "$1" "$@" >got 2>err || { cat err; return 1; }; [ ! -s err ] || { cat err; return 1; }; }
gives() { printf '%s\n' "$@" >want; diff -u want got; }

ask bacc expo
gives export-csv export-ede export-epics export-pics
ask bacc compile --fro
gives --frozen
ask bacc compile --diagnostics ""
gives json sarif text
ask bacc import v
gives vlist
ask bacrt rec
gives recipients
ask bacrt run --log-level ""
gives debug error info warning
ask bacrt recipients add --tra
gives --transitions
ask bacrt audit --kind ""
gives ack auto manage manual reset write
ask bacc check -W no-unknown-u
gives no-unknown-unit
ask bacc check -W empty
gives empty-description
ask bacc explain duplicate-po
gives duplicate-port
ask bacrt state ""
gives export import prune

ask bacc export-ede --profile j
gives jci
ask bacc export-pics --format ""
gives markdown text

# every command of either program that has options offers them
for prog in bacc bacrt; do
    "$prog" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' >commands
    [ "$(wc -l <commands)" -gt 5 ]
    while read -r c; do
        "$prog" "$c" --help 2>/dev/null | grep -q -- ' --' || continue
        ask $prog "$c" -- && [ -s got ] || { echo "$prog $c: no options"; exit 1; }
    done <commands
done

completes_running completion

for prog in bacc bacrt; do
    sed -n 's/^ *\(--[a-z|-]*\)) compadd \([^;$]*\); .*/\1 \2/p' "$ROOT/completion/_$prog" | LC_ALL=C sort >zsh
    [ -s zsh ]
    while read -r option values; do
        ask "$prog" x "$option" "" && gives $(printf '%s\n' $values | LC_ALL=C sort) || { echo "$prog $option: zsh and bash differ"; exit 1; }
    done <zsh
    if command -v zsh >/dev/null; then zsh -n "$ROOT/completion/_$prog"; fi
done

# Options of fixed words in a file of completion are options of the program; words that a program
# refuses when asked are none.
for prog in bacc bacrt; do
    "$prog" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | while read -r c; do "$prog" "$c" --help; done >all-help 2>/dev/null
    sed -n 's/^ *\(--[a-z|-]*\)) compadd.*/\1/p' "$ROOT/completion/_$prog" | tr '|' '\n' | while read -r option; do
        grep -qE -- "(^|[^a-z-])$option([^a-z-]|\$)" all-help || { echo "$prog has no $option"; exit 1; }
    done
done
cp "$ROOT/samples/minimal/project.xml" "$ROOT/samples/minimal/project.bacids" .
for option in --profile --layout --columns --decimal --eol --quote --tables --names --units-title --state-titles --state-base; do
    ask bacc export-ede $option ""
    while read -r word; do
        bacc export-ede -q -o "ede$option$word" $option "$word" || { echo "export-ede $option $word is refused"; exit 1; }
    done <got
done

# make install puts them where the shells look
make -s -C "$ROOT" B="$B" -o all install DESTDIR="$PWD/a root" PREFIX=/usr >made 2>&1 || { cat made; exit 1; }
for prog in bacc bacrt; do
    cmp "$ROOT/completion/$prog.bash" "a root"/usr/share/bash-completion/completions/$prog
    cmp "$ROOT/completion/_$prog" "a root"/usr/share/zsh/site-functions/_$prog
done
# and make uninstall takes away what is ours, nothing else
touch "a root"/usr/bin/another
make -s -C "$ROOT" B="$B" uninstall DESTDIR="$PWD/a root" PREFIX=/usr >made 2>&1 || { cat made; exit 1; }
find "a root" -type f >left
[ "$(cat left)" = "a root"/usr/bin/another ] && [ ! -d "a root"/usr/share/bacc ] || { cat left; exit 1; }
