# Random edits: no surviving object changes its number or identity, no number is given again.
command -v node >/dev/null || skip "node is missing"
for seed in 1 5 11; do
    mkdir "seed$seed"
    (cd "seed$seed" && PATH="$ROOT/$B:$PATH" node "$ROOT/tests/numbers.mjs" $seed 40) || exit 1
done
