# A disk that is full and a folder that cannot be written: exit status 1 with the reason, the old
# files whole, nothing left behind. Everything that bacc writes.
cp "$ROOT/samples/minimal/project.xml" "$ROOT/samples/minimal/project.bacids" .
bacc compile -q && bacc export-csv -q -o points.csv && bacc export-ede -q
bacc import csv points.csv -q -o other.xml

for command in 'dump project.xml' 'export-csv' 'export-pics' 'export-epics' 'units' 'explain --all' \
    'check --diagnostics=json' 'check --diagnostics=sarif' 'import csv points.csv' 'diff project.xml other.xml' \
    'compile --help' 'compile -o /dev/stdout --frozen'; do
    status=0
    bacc $command >/dev/full 2>err || status=$?
    [ "$status" = 1 ] || { echo "bacc $command >/dev/full: status $status"; cat err; false; }
    [ -s err ] || { echo "bacc $command >/dev/full: nothing said"; false; }
done

# Files that may not grow: the same.
cksum project.bacids project.bin >before
sed 's|<Variables>|&<Variable name="Newer" type="BOOL" access="read" bacnetVisible="true"/>|' project.xml >grown.xml
mv grown.xml project.xml
(ulimit -f 0; { bacc compile -q || echo "status $?"; } 2>&1) | cat >said
grep -q 'status 1' said && grep -q 'File too large' said || { cat said; false; }
cksum project.bacids project.bin | diff before -
ls | grep tmp && false
cp "$ROOT/samples/minimal/project.xml" .

[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || exit 0
cat >full.sh <<'END'
set -eu
# Fills the disk but for FREE octets, runs the command and compares what was there.
attempt() {                 # FREE COMMAND...
    free=$1
    shift
    head -c $((262144 - used - free)) /dev/zero >disk/filler 2>/dev/null || true
    (cd disk && find . -type f ! -name filler -exec cksum {} + | LC_ALL=C sort -k 3) >before
    status=0
    (cd disk && "$@") >out 2>err || status=$?
    (cd disk && find . -type f ! -name filler -exec cksum {} + | LC_ALL=C sort -k 3) >after
    [ "$status" = 1 ] || { echo "$*: status $status"; cat out err; exit 1; }
    grep -q 'No space left' err || { echo "$*:"; cat err; exit 1; }
    diff before after || { echo "$*: files changed"; exit 1; }
    rm disk/filler
}
mkdir disk
mount -t tmpfs -o size=262144 none disk
cp project.xml project.bacids project.bin points.csv other.xml disk/
cp -R BACnet-export disk/
sed 's|<Variables>|&<Variable name="New" type="BOOL" access="read" bacnetVisible="true"/>|' project.xml >disk/project.xml
sed -i '2s/.*/&new;REAL/' disk/points.csv
used=$(($(du -s -B 1 disk | cut -f 1)))
for free in 0 4096; do
    attempt $free bacc compile
done
attempt 0 bacc import csv points.csv --into other.xml --mode add-new
attempt 0 bacc import csv points.csv -o new.xml
attempt 0 bacc export-csv -o project.csv
attempt 0 bacc new fresh
attempt 0 bacc export-pics -o pics.txt project.bin
attempt 0 bacc export-epics -o epics.tpi project.bin
attempt 4096 bacc export-ede project.bin

# a folder without permission, for somebody who is not root
mkdir denied
cp project.xml project.bacids disk/points.csv denied/
chmod 555 denied && chmod 444 denied/*
as() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
command -v setpriv >/dev/null && as test -r denied/project.xml || exit 0
sed 's|<Variables>|&<Variable name="New" type="BOOL" access="read" bacnetVisible="true"/>|' project.xml >denied/project.xml
cksum denied/* >before
for command in compile export-csv\ -o\ x.csv 'import csv points.csv -o x.xml' 'import csv points.csv --into project.xml' 'new fresh'; do
    status=0
    (cd denied && as "$BACC" $command) >out 2>err || status=$?
    [ "$status" = 1 ] || { echo "denied: bacc $command: status $status"; cat out err; exit 1; }
    grep -q 'Permission denied' err || { echo "denied: bacc $command:"; cat err; exit 1; }
done
cksum denied/* | diff before -
END
unshare -m sh full.sh
