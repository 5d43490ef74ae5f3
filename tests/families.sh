# The families of test cases: for each, list_X prints the names of its cases and run_X runs one.
# A case passes with 0, is skipped with 77 (the last line printed is the reason), fails otherwise.
# Variables: ROOT, B, W (scratch of the whole run), WORK (scratch of this case), BACC, BACRT.

# In the order in which they begin: what takes long or waits much first, so that nothing is left to end alone.
FAMILIES='clone cli client wire unit fuzz docs compile xsd image samples reproducible tshark'

limit_of() {                        # seconds for a case; LIMIT: for all of them
    [ -z "${LIMIT:-}" ] || { echo "$LIMIT"; return; }
    case $1 in clone) echo 900 ;; client | fuzz | unit | tshark) echo 240 ;; *) echo 120 ;; esac
}
skip() { echo "$*"; exit 77; }
fail() { echo "$*"; exit 1; }
names() { for d in "$ROOT"/tests/"$1"/*/; do [ -d "$d" ] && basename "$d"; done; }
has() { [ -x "$ROOT/$B/$1" ]; }
# does the program have the command?
can() { "$ROOT/$B/$1" --help 2>/dev/null | grep -q "^  $2 "; }

# same WANT GOT: compares two files; with BLESS=1 takes the new one instead.
same() {
    [ -n "$BLESS" ] && cp "$2" "$1" && return 0
    diff -u "$1" "$2" | sed 's/^\(---\|+++\) [^\t]*\//\1 /'
    cmp -s "$1" "$2"
}

# unit: tests/unit/X.c is a program that ends with 0.
list_unit() { for f in "$ROOT"/tests/unit/*.c; do [ -e "$f" ] && basename "$f" .c; done; }
run_unit() { cd "$ROOT" && "$B/tests/unit/$1"; }

# compile: tests/compile/X/ holds project.xml and want.err (absent: nothing may be said), perhaps
#   args         further arguments of `bacc compile project.xml -o out.bin`
#   cmd          a shell script that runs instead, with bacc in PATH (steps, other commands)
#   want.status  exit status where it is not 2 (E...) or 0 (ok-*, W...)
#   want.out     standard output      want.dump  `bacc dump out.bin`      want.bacids  project.bacids
#   want.ede/X   BACnet-export/<project>_<guid>_X after `bacc export-ede project.xml`
# A project with errors must leave the directory as it was.
list_compile() { has bacc && names compile; }
run_compile() {
    src=$ROOT/tests/compile/$1 bad=0
    cp -R "$src/." "$WORK" && cd "$WORK" || return 1
    find . -type f -exec cksum {} + | LC_ALL=C sort -k 3 >"$W/tmp/$1.before"
    case $1 in E*) status=2 ;; *) status=0 ;; esac
    [ -e want.status ] && status=$(cat want.status)
    if [ -e cmd ]; then
        sh ./cmd >"$W/tmp/$1.out" 2>"$W/tmp/$1.err" </dev/null
    else
        # shellcheck disable=SC2046
        "$BACC" compile project.xml -o out.bin $(cat args 2>/dev/null) >"$W/tmp/$1.out" 2>"$W/tmp/$1.err" </dev/null
    fi
    got=$?
    sed "s/, [0-9][0-9,]* bytes\$/, N bytes/" "$W/tmp/$1.out" >"$W/tmp/$1.out1" && mv "$W/tmp/$1.out1" "$W/tmp/$1.out"     # sizes grow
    [ "$got" = "$status" ] || { echo "exit status $got instead of $status"; bad=1; }
    if [ "$got" = 2 ] && [ ! -e cmd ]; then
        find . -type f -exec cksum {} + | LC_ALL=C sort -k 3 >"$W/tmp/$1.after"
        cmp -s "$W/tmp/$1.before" "$W/tmp/$1.after" || { echo "files changed despite errors:"; ls -l; bad=1; }
    fi
    want=$src/want.err
    case $1 in E* | W*) [ -e "$want" ] || [ -n "$BLESS" ] || { echo "no want.err"; bad=1; } ;; esac
    if [ -e "$want" ] || { [ -n "$BLESS" ] && [ -s "$W/tmp/$1.err" ]; }; then
        same "$want" "$W/tmp/$1.err" || bad=1
    elif [ -s "$W/tmp/$1.err" ]; then
        echo "unexpected messages:"; cat "$W/tmp/$1.err"; bad=1
    fi
    [ ! -e "$src/want.out" ] || same "$src/want.out" "$W/tmp/$1.out" || bad=1
    [ ! -e "$src/want.bacids" ] || same "$src/want.bacids" project.bacids || bad=1
    if [ -e "$src/want.dump" ]; then
        "$BACC" dump out.bin >"$W/tmp/$1.dump" 2>&1
        same "$src/want.dump" "$W/tmp/$1.dump" || bad=1
    fi
    if [ -d "$src/want.ede" ]; then
        "$BACC" export-ede project.xml >/dev/null || bad=1
        for f in "$src"/want.ede/*; do
            for g in BACnet-export/*"${f##*/}"; do same "$f" "$g" || bad=1; done
        done
    fi
    [ "$bad" = 0 ] || { echo "--- stderr:"; head -n 40 "$W/tmp/$1.err"; }
    return $bad
}

# image: tests/image/X/ holds image.hex, or mutate (a script that makes image.bin from the image of
# a sample, given as $1), and want.err: what `bacrt check image.bin` says. Hostile images, kept.
list_image() { can bacrt check && can bacc dump && names image; }
run_image() {
    src=$ROOT/tests/image/$1
    cp -R "$src/." "$WORK" && cd "$WORK" || return 1
    if [ -e mutate ]; then
        cp "$ROOT/samples/minimal/project.xml" . && "$BACC" compile project.xml -o good.bin || return 1
        sh ./mutate good.bin || return 1
    else
        "$ROOT/$B/tests/hex" <image.hex >image.bin || return 1
    fi
    "$BACRT" check image.bin >out 2>said </dev/null
    status=$?
    [ "$status" = 1 ] || { cat out said; fail "bacrt check: exit status $status instead of 1"; }
    sed "s/[0-9][0-9][0-9][0-9]* octets/N octets/; s/says [0-9][0-9]*/says N/" said >err        # sizes grow
    same "$src/want.err" err
}

# wire: tests/wire/X/script against tests/wire/X/project.xml or tests/wire/device.xml, in process,
# on a virtual clock; then again with each request cut at every byte.
list_wire() { has tests/wire_runner && can bacc dump && for d in "$ROOT"/tests/wire/*/; do
    [ -e "$d/script" ] && basename "$d"; done; }
run_wire() {
    src=$ROOT/tests/wire/$1 project=$ROOT/tests/wire/device.xml
    [ -e "$src/project.xml" ] && project=$src/project.xml
    cd "$WORK" && cp "$project" project.xml && "$BACC" compile project.xml -o device.bin || return 1
    "$ROOT/$B/tests/wire_runner" --pcap "$W/pcap/wire-$1.pcap" device.bin "$src/script"
}

# cli: tests/cli/X.sh runs in an empty directory with bacc and bacrt in PATH, and tests/lib.sh at hand.
list_cli() { can bacc export-ede && can bacrt run && for f in "$ROOT"/tests/cli/*.sh; do [ -e "$f" ] && basename "$f" .sh; done; }
run_cli() { cd "$WORK" && sh -eu -c '. "$ROOT/tests/lib.sh"; . "$ROOT/tests/cli/'"$1"'.sh"'; }

# client: tests/client/X.test.mjs, a foreign BACnet client that speaks to a running sample, or to
# tests/client/X.xml. Its first line names the sample: // sample: ahu
list_client() { can bacc export-ede && can bacrt run && for f in "$ROOT"/tests/client/*.test.mjs; do
    [ -e "$f" ] && basename "$f" .test.mjs; done; }
run_client() {
    [ -d "$ROOT/tests/client/node_modules/@bacnet-js" ] || skip "npm ci in tests/client was not possible"
    command -v node >/dev/null || skip "node is missing"
    sample=$(sed -n '1s/.*sample: *\([a-z]*\).*/\1/p' "$ROOT/tests/client/$1.test.mjs")
    cd "$WORK" && . "$ROOT/tests/lib.sh"
    if [ -e "$ROOT/tests/client/$1.xml" ]; then
        cp "$ROOT/tests/client/$1.xml" project.xml && "$BACC" compile project.xml -o device.bin || return 1
    else
        compile_sample "$sample" || return 1
    fi
    serve device.bin "127.0.3.$(client_host "$1")" || return 1
    PCAP=$W/pcap/client-$1.pcap SERVER=$SERVE_ADDR PORT=$SERVE_PORT PROJECT=$WORK/project.xml EDE=$WORK/BACnet-export \
        node "$ROOT/tests/client/$1.test.mjs"
    status=$?
    serve_stop || { echo "bacrt did not stop cleanly"; cat bacrt.log; return 1; }
    [ $status = 0 ] || { echo "--- bacrt's log:"; tail -n 20 bacrt.log; }
    return $status
}

# tshark: everything that the wire and client cases sent, seen by Wireshark's decoder.
list_tshark() { [ -z "$SAN" ] && has tests/wire_runner && can bacrt run && printf '%s\n' wire client; }
run_tshark() {
    command -v tshark >/dev/null || skip "tshark is missing"
    set -- "$W"/pcap/"$1"-*.pcap
    [ -e "$1" ] || skip "nothing was recorded in this run"
    { head -c 24 "$1"; for p in "$@"; do tail -c +25 "$p"; done; } >"$WORK/all.pcap"     # one start, not a hundred
    tshark_finds "$WORK/all.pcap" "" || return 0
    for p in "$@"; do
        tshark_finds "$p" "$(cat "$p.server" 2>/dev/null || echo 127.0.3.1)" && { echo "${p##*/}:"; cat "$WORK/found"; bad=1; }
    done
    return "${bad:-0}"
}
# Only what the server sent: the requests of hostile cases are malformed on purpose.
tshark_finds() {
    tshark -n -r "$1" -d udp.port==47808,bvlc -Y '_ws.malformed || _ws.expert.severity >= "Warning"' \
        -T fields -e frame.number -e udp.srcport -e ip.src -e _ws.expert.message 2>/dev/null |
        grep -P "^\d+\t47808\t${2:-127\.0\.3\.[0-9]+}(\t|\$)" >"$WORK/found"
}

# samples: compile without a word, dump as kept in tests/samples/X.dump (X.sum: its checksum), keep
# their numbers (--frozen), export EDE.
list_samples() { can bacc dump && can bacc export-ede && for d in "$ROOT"/samples/*/; do basename "$d"; done; }
run_samples() {
    cd "$WORK" && cp "$ROOT/samples/$1/"* . || return 1
    frozen=''
    [ -e project.bacids ] && frozen=--frozen
    "$BACC" compile project.xml -o out.bin $frozen >out 2>err || { cat err; fail "does not compile (new objects? compile it and keep samples/$1/project.bacids)"; }
    [ -s err ] && { cat err; fail "warnings"; }
    "$BACC" dump out.bin >dump || fail "no dump"
    want=$ROOT/tests/samples/$1
    if [ -e "$want.sum" ]; then
        cksum <dump >sum && same "$want.sum" sum || return 1
    elif [ -e "$want.dump" ] || [ -n "$BLESS" ]; then
        same "$want.dump" dump || return 1
    fi
    "$BACC" export-ede project.xml >out 2>err || { cat err; fail "no EDE"; }
    [ "$(find BACnet-export -name '*.csv' | wc -l)" -eq 4 ] || { ls BACnet-export; fail "not four EDE files"; }
    has bacrt || return 0
    "$BACRT" check out.bin >out 2>&1 || { cat out; fail "bacrt check"; }
}

# reproducible: the same project gives the same bytes, whatever the place, time zone and locale.
list_reproducible() { can bacc export-ede && for d in "$ROOT"/samples/*/; do basename "$d"; done; }
run_reproducible() {
    mkdir -p "$WORK/a" "$WORK/other dir/b" && cp "$ROOT/samples/$1/"* "$WORK/a" && cp "$ROOT/samples/$1/"* "$WORK/other dir/b"
    (cd "$WORK/a" && umask 022 && TZ=UTC LC_ALL=C "$BACC" compile project.xml -o out.bin && TZ=UTC LC_ALL=C "$BACC" export-ede project.xml >/dev/null) || return 1
    (cd / && umask 077 && export TZ=Pacific/Chatham LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 HOME=/nowhere &&
        "$BACC" compile "$WORK/other dir/b/project.xml" -o "$WORK/other dir/b/out.bin" &&
        "$BACC" export-ede "$WORK/other dir/b/project.xml" >/dev/null) || return 1
    diff -r "$WORK/a" "$WORK/other dir/b"
}

# xsd: the schema for editors and the compiler agree: what compiles validates, and what the
# compiler refuses for its form (E1..: elements, attributes; E2..: values) does not. What no schema can say
# is listed by xsd-accepts files, each with the reason; one that the schema refuses after all is wrong.
list_xsd() {                        # neither program runs: nothing for sanitizers
    [ -z "$SAN" ] && [ -e "$ROOT/schemas/project.xsd" ] && for f in "$ROOT"/samples/*/project.xml "$ROOT"/tests/compile/*/project.xml; do
        d=$(dirname "$f"); echo "$(basename "$(dirname "$d")")-$(basename "$d")"; done
}
run_xsd() {
    command -v xmllint >/dev/null || skip "xmllint is missing"
    d=$ROOT/tests/compile/${1#compile-} name=${1#compile-}
    case $1 in samples-*) d=$ROOT/samples/${1#samples-} name=ok ;; esac
    [ -e "$d/no-xsd" ] && skip "$(head -n 1 "$d/no-xsd")"
    xmllint --nonet --noout --xinclude --schema "$ROOT/schemas/project.xsd" "$d/project.xml" >"$WORK/said" 2>&1
    status=$?
    case $name in
    ok* | W* | E[3-9]*) [ $status = 0 ] || { cat "$WORK/said"; return 1; } ;;
    E1* | E2*)
        if [ -e "$d/xsd-accepts" ]; then
            [ -s "$d/xsd-accepts" ] || fail "xsd-accepts gives no reason"
            [ $status = 0 ] || { cat "$WORK/said"; fail "the schema does refuse it: xsd-accepts is wrong"; }
        else
            [ $status != 0 ] || fail "the schema accepts what the compiler refuses"
        fi ;;
    esac
}

# fuzz: the entrances of tests/fuzz, fed with everything the other families keep; no time spent searching. What
# it is about shows under sanitizers: without them there are fewer runs.
list_fuzz() { can bacc dump && for f in "$ROOT/$B"/tests/fuzz/*.o; do f=${f##*/}
    [ "$f" != replay.o ] && [ -x "$ROOT/$B/tests/fuzz/${f%.o}" ] && echo "${f%.o}"; done; }
run_fuzz() {
    seeds=$(sh "$ROOT/tests/fuzz/seeds" "$1" "$WORK") || return 1
    cd "$WORK" && FUZZ_IMAGE=$WORK/device.bin "$ROOT/$B/tests/fuzz/$1" "$seeds" "$([ -n "$SAN" ] && echo 3000 || echo 1000)"
}

# docs: the examples of README and of a manual page, run as a reader would; generated parts and lists of
# options agree with the programs.
list_docs() { can bacrt run && (cd "$ROOT" && ls README.md man/*.[1578] && printf '%s\n' diagnostics generated options) | sed 's|.*/||'; }
run_docs() {
    cd "$WORK" || return 1
    case $1 in
    diagnostics) cd "$ROOT" && sh tests/lint/diags ;;
    generated) node "$ROOT/tests/docs/generate.mjs" ;;
    options) node "$ROOT/tests/docs/options.mjs" ;;
    README.md) node "$ROOT/tests/docs/run.mjs" README.md ;;
    *) node "$ROOT/tests/docs/run.mjs" "man/$1" ;;
    esac
}

# clone: a fresh clone builds, and README's commands do what it says.
list_clone() { can bacrt run && [ -e "$ROOT/README.md" ] && [ -z "$SAN" ] && echo readme; }
run_clone() { sh "$ROOT/tests/clone"; }
