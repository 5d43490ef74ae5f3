# Random edits of what is called after something else, of names and GUIDs that are exchanged, taken away and given again,
# undone in the project alone, and made in two branches: no number moves, none is another's.
command -v node >/dev/null || skip "node is missing"
command -v git >/dev/null || skip "git is missing"
for seed in 1 2 3; do
    mkdir "seed$seed"
    (cd "seed$seed" && PATH="$ROOT/$B:$PATH" node "$ROOT/tests/numbers-undo.mjs" $seed 25) || exit 1
done
