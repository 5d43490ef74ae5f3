# Places and values of attributes that a check asks for long after the file was read are the same as if
# the whole tree were kept (--dump keeps it): every compile case, and forms that XML allows.
for f in "$ROOT"/tests/compile/*/project.xml; do
    d=$(dirname "$f")
    [ -e "$d/args" ] && continue
    cp -r "$d" "$WORK/x" && cd "$WORK/x" || exit 1
    "$BACC" compile --stop-after=plan -W all project.xml >/dev/null 2>early || [ $? = 2 ]
    "$BACC" compile --stop-after=plan -W all --dump project.xml >/dev/null 2>whole || [ $? = 2 ]
    cmp -s early whole || { echo "$d: differs"; diff early whole; exit 1; }
    cd "$WORK" && rm -rf x
done

printf '<?xml version="1.0"?>\n<p:Project xmlns:p="urn:bacc:project:1" name="P"><p:Variables>\n' >forms.xml
# values with references, over lines, in single quotes, with blanks around the sign, tabs, other orders
printf '<p:Variable\n  name\t=\n "a&amp;b" low="5"\r\n\thigh='"'4'"' type="REAL" description="\303\251&#xe9;&#233; &lt;x&gt;&quot;"/>\n' >>forms.xml
printf '<p:Variable name="c" type="INT" initial="70&#48;00" low="1" high="9"/><p:Variable name="d" type="BOOL" initial="&#x32;"\n/>' >>forms.xml
printf '<!-- <p:Variable name="e"/> --><p:Variable type="SINT" high="1&#48;0&#48;" name="f"></p:Variable>\n' >>forms.xml
printf '</p:Variables></p:Project>\n' >>forms.xml
"$BACC" compile --stop-after=plan forms.xml >/dev/null 2>early || status=$?
[ "${status-}" = 2 ] || { cat early; exit 1; }
"$BACC" compile --stop-after=plan --dump forms.xml >/dev/null 2>whole || [ $? = 2 ]
cmp early whole || { diff early whole; exit 1; }
for want in "forms.xml:5:17: error: low 5 is above high 4" "INT cannot hold initial '70000'" "SINT cannot hold high '1000'" \
            "BOOL cannot hold initial '2'"; do
    grep -qF "$want" early || { echo "missing: $want"; cat early; exit 1; }
done

# from standard input, and in another encoding, the bytes are those that were read
"$BACC" compile --stop-after=check - <forms.xml >/dev/null 2>stdin || [ $? = 2 ]
sed 's/^-:/forms.xml:/' stdin | cmp -s - early || { diff stdin early; exit 1; }
{ printf '\357\273\277'; cat forms.xml; } | "$BACC" compile --stop-after=check - >/dev/null 2>bom || [ $? = 2 ]
cmp bom stdin || exit 1
iconv -f UTF-8 -t UTF-16 forms.xml >wide.xml
"$BACC" compile --stop-after=check wide.xml >/dev/null 2>wide || [ $? = 2 ]
sed 's/wide\.xml/forms.xml/' wide | cmp - early || exit 1

# from a pipe, which cannot be read again
mkfifo pipe.xml
cat forms.xml >pipe.xml &
timeout 10 "$BACC" compile --stop-after=check pipe.xml >/dev/null 2>pipe || [ $? = 2 ]
sed 's/pipe\.xml/forms.xml/' pipe | cmp - early || exit 1

# a pipe as a file of the project: nobody waits for what may never come
printf '%s\n' '<Project xmlns="urn:bacc:project:1" xmlns:xi="http://www.w3.org/2001/XInclude" name="A"><xi:include href="pipe.xml"/>' \
    '<Plc name="P"><Channel><Port id="1"/><Device name="D" instance="1"/></Channel></Plc></Project>' >piped.xml
expect 2 timeout 10 bacc check piped.xml
says err "piped.xml:1:[0-9]+: error: cannot include 'pipe.xml': is a pipe.*E116"
