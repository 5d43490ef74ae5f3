# Colours on a terminal, unless NO_COLOR or a dumb terminal ask for none; none in a file or a pipe.
command -v script >/dev/null || skip "script is missing"
sed 's/type="REAL"/type="REEL"/' "$ROOT/samples/minimal/project.xml" >wrong.xml
esc=$(printf '\033')
coloured() { grep -q "$esc\[1;31merror:" shown; }
plain() { grep -q 'error:' shown && ! grep -q "$esc" shown; }
terminal() { env -u NO_COLOR "$@" script -qec "$BACC check wrong.xml" /dev/null >shown || true; }
terminal TERM=xterm
coloured
terminal TERM=xterm NO_COLOR=1
plain
terminal TERM=xterm NO_COLOR=
coloured
terminal TERM=dumb
plain
"$BACC" check wrong.xml 2>shown || true
plain
