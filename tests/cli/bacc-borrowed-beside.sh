# Who is called after a variable finds its line also where others are called alike: whose name another takes keeps
# its line, and a name that somebody gives is not a renamed variable's.
guid() { printf '98ba3070-93f3-4a51-b661-5973724300%02x' "$1"; }
project() {
    cat >project.xml <<XML
<Project xmlns="urn:bacc:project:1" name="Beside">
  <Variables>
    $1
    <Variable name="Tank" type="REAL" access="read" bacnetVisible="true" bacnetDevice="Main"/>
  </Variables>
  <Plc name="P"><Channel><Port id="1" network="1"/>
    <Device name="Main" instance="1" port="1">$2</Device></Channel></Plc>
</Project>
XML
}
variable() { echo "<Variable $1 type=\"REAL\" access=\"read\" bacnetVisible=\"true\" bacnetDevice=\"Main\"/>"; }
week() { echo "<Variable $1 type=\"SCHEDULE_BOOL\"/>"; }
has() { grep -q "$1" project.bacids || { cat project.bacids; echo "not there: $1"; exit 1; }; }

# one is renamed, and later gets a dataPointName as another takes its first name
project "$(week 'name="Old"')" '<Schedule variable="Old"/>'
expect 0 bacc compile -q
project "$(week 'name="New" formerly="Old"')" '<Schedule variable="New"/>'
expect 0 bacc compile -q
project "$(week 'name="Old"')$(week 'name="New" dataPointName="Hall"')" '<Schedule variable="Old"/><Schedule variable="New"/>'
expect 0 bacc compile -q
has '"Hall" schedule 0 changes 3 born "Old" of "New"$'
has '"Old" schedule 1 changes 1 born "Old#2"$'

# two variables change names; a third log is called by its own name as the first variable was
rm project.bacids
first=$(guid 1) second=$(guid 2)
project "$(variable "name=\"A\" guid=\"$first\"")$(variable "name=\"B\" guid=\"$second\"")" \
    '<TrendLog variable="A"/><TrendLog variable="B"/>'
expect 0 bacc compile -q
project "$(variable "name=\"A\" guid=\"$second\"")$(variable "name=\"B\" guid=\"$first\"")" \
    '<TrendLog variable="A"/><TrendLog variable="B"/>'
expect 0 bacc compile -q
has '"A trend" trend-log 1 changes 2 born "B trend"$'
has '"B trend" trend-log 0 changes 2 born "A trend"$'
rm project.bacids
project "$(variable "name=\"A\" guid=\"$first\"")" '<TrendLog variable="Tank" name="A trend"/>'
expect 0 bacc compile -q
project "$(variable "name=\"B\" guid=\"$first\"")" '<TrendLog variable="B"/><TrendLog variable="Tank" name="A trend"/>'
expect 0 bacc compile -q
has '"A trend" trend-log 0 changes 1$'
has '"B trend" trend-log 1 changes 1$'

# and a former name that is said counts more than one that is guessed
rm project.bacids
project "$(variable "name=\"A\" guid=\"$first\"")" '<TrendLog variable="A"/>'
expect 0 bacc compile -q
project "$(variable "name=\"B\" guid=\"$first\"")" '<TrendLog variable="B"/><TrendLog variable="B" name="mine" formerly="A trend"/>'
expect 0 bacc compile -q
has '"mine" trend-log 0 changes 2 born "A trend"$'
has '"B trend" trend-log 1 changes 1$'

# a variable that comes back, whose name another's trend log had meanwhile: that stays the other's
rm project.bacids
project "$(variable 'name="A"')$(variable 'name="B"')" '<TrendLog variable="B"/>'
expect 0 bacc compile -q
project "$(variable 'name="B" dataPointName="A"')" '<TrendLog variable="B"/>'
expect 0 bacc compile -q
has '"A trend" trend-log 0 changes 2 born "B trend"$'
project "$(variable 'name="A"')$(variable 'name="B"')" '<TrendLog variable="A"/><TrendLog variable="B"/>'
expect 0 bacc compile -q
has '"A trend" trend-log 1 changes 1$'
has '"B trend" trend-log 0 changes 3 born "B trend"$'
