# A project with one character missing, at many places: where that makes it ill-formed, only that is told. What the
# rest of it says is as right as it was, and what cannot be read is no mistake of whoever names it.
cp "$ROOT"/samples/ahu/* .
mv project.xml whole.xml
grep -ob '[<>"/]' whole.xml | cut -d : -f 1 >places
n=0 broken=0
while read -r at; do
    n=$((n + 1))
    [ $((n % 7)) -eq 0 ] || continue
    { head -c "$at" whole.xml; tail -c "+$((at + 2))" whole.xml; } >project.xml
    bacc check project.xml >out 2>err || [ $? -eq 2 ] || fail "without the octet at $at it ends otherwise"
    grep -Eq '\[E(101|114|120) ' err || continue
    broken=$((broken + 1))
    if grep -E '\[E[2-9]' err; then cat err; fail "without the octet at $at"; fi
done <places
[ $broken -gt 50 ] || fail "$broken of $n"
