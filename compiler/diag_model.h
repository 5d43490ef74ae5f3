#ifndef COMPILER_DIAG_MODEL_H
#define COMPILER_DIAG_MODEL_H
/* Families 2xx to 5xx of the diagnostics: values, references, meaning, limits. Part of
 * diag_list.h, which explains the columns. */

#define DIAGS_2XX(X)                                                                               \
    X(201, BAD_NUMBER, ERROR,                                                                      \
      "numbers are written 42, -3.5 or 1e-3, with a point",                                        \
      "The attribute holds a number, and its text is none. Numbers have a decimal point "          \
      "whatever the language of the machine, no unit, no blanks and no thousands "                 \
      "separators. Whole numbers have no point.")                                                  \
    X(202, OUT_OF_RANGE, ERROR,                                                                    \
      "bacc-project(5) has the range of each attribute",                                           \
      "The number or duration is of the right form but not one that the attribute may "            \
      "have. The ranges come from the BACnet standard or from what the runtime can do.")           \
    X(203, BAD_CHOICE, ERROR,                                                                      \
      "",                                                                                          \
      "The attribute takes one of a few words, written exactly so, with the same capital "         \
      "letters. Booleans are true and false, not 1, yes or on.")                                   \
    X(204, BAD_DURATION, ERROR,                                                                    \
      "write 10ms, 30s, 5min, 1h or 7d",                                                           \
      "A duration is a whole number and its unit without a blank between. A bare number "          \
      "(other than 0) is refused, because nobody can see whether seconds or minutes were "         \
      "meant.")                                                                                    \
    X(205, BAD_DATE, ERROR,                                                                        \
      "write YYYY-MM-DD",                                                                          \
      "A date is written year-month-day with all its digits, from 1900 to 2154. In "               \
      "calendars and schedules a * stands for any year, month or day: *-12-24 is every "           \
      "Christmas Eve.")                                                                            \
    X(206, BAD_TIME, ERROR,                                                                        \
      "write HH:MM or HH:MM:SS",                                                                   \
      "A time of day has two digits for each part, from 00:00 to 23:59:59, optionally with "       \
      "hundredths after a point.")                                                                 \
    X(207, BAD_GUID, ERROR,                                                                        \
      "uuidgen prints a new one",                                                                  \
      "A GUID has 32 hexadecimal digits in groups of 8-4-4-4-12, optionally in braces. It "        \
      "is the identity that keeps an object's number when the object is renamed, so it "           \
      "must be written whole.")                                                                    \
    X(208, BAD_LIST, ERROR,                                                                        \
      "",                                                                                          \
      "The attribute takes a list of words with blanks between them, each written exactly "        \
      "as bacc-project(5) has it.")                                                                \
    X(209, BAD_OBJECT, ERROR,                                                                      \
      "",                                                                                          \
      "An object of another device is written as its type, a comma and its instance: AI,7 "        \
      "or multi-state-value,4. The type is a short or a full BACnet name, the instance 0 "         \
      "to 4194302.")                                                                               \
    X(210, BAD_PROPERTY, ERROR,                                                                    \
      "",                                                                                          \
      "A property is written by its BACnet name in lower case with hyphens, such as "              \
      "present-value, or by its number.")                                                          \
    X(211, BAD_ADDRESS, ERROR,                                                                     \
      "",                                                                                          \
      "An address is written as four numbers with points (192.168.1.20); where a port may "        \
      "follow, after a colon; where a network may stand, with the length of its prefix "           \
      "(10.0.0.0/8). A range goes from a lower to a higher single address.")                       \
    X(212, BAD_MAC, ERROR,                                                                         \
      "a5030756BAC0 is 165.3.7.86, UDP port 47808",                                                \
      "The address of a recipient on its network is written as 2 to 12 hexadecimal digits, "       \
      "two for each octet. For BACnet/IP these are the four octets of the IP address and "         \
      "the two of the UDP port; the attribute address takes the same in ordinary notation.")       \
    X(213, EMPTY_NAME, ERROR,                                                                      \
      "give it a name",                                                                            \
      "Names are the handles by which objects are found and told apart by people, clients "        \
      "and this compiler. An empty one can be neither referred to nor shown.")                     \
    X(214, CONTROL_CHARACTER, ERROR,                                                               \
      "remove it",                                                                                 \
      "The text holds a line feed, tab or another control character (often by &#10;). Many "       \
      "BACnet clients and all CSV files show or break on it.")                                     \
    X(215, BAD_UNIT, ERROR,                                                                        \
      "bacc units lists them all",                                                                 \
      "Units/Unit translates a text into a BACnet unit, which is named as the standard "           \
      "names it (cubic-meters-per-hour) or by its number.")                                        \
    X(216, BAD_PATTERN, ERROR,                                                                     \
      "",                                                                                          \
      "namePattern is a POSIX extended regular expression, such as ^[A-Z0-9_.]+$, and this "       \
      "text is none: a bracket is not closed, or a repetition has nothing before it.")             \
    X(217, BAD_URL, ERROR,                                                                         \
      "",                                                                                          \
      "The address of a source begins with its protocol: mqtt:// or mqtts://, "                    \
      "modbus-tcp:// or modbus-rtu://. Then comes the host, optionally a colon and the "           \
      "port; for modbus-rtu the path of the serial device.")                                       \
    X(218, BAD_HASH, ERROR,                                                                        \
      "mkpasswd -m yescrypt prints one",                                                           \
      "managementPasswordHash takes a crypt(3) hash such as $y$... or $6$..., never a "            \
      "password. bacrt compares what clients send with it.")                                       \
    X(219, BAD_REGISTER, ERROR,                                                                    \
      "",                                                                                          \
      "A Modbus register is written as its table (coil, discrete, input, holding), a colon "       \
      "and its address from 0 as it goes over the wire: holding:100 is what some manuals "         \
      "call 40101.")                                                                               \
    X(220, ATTRIBUTE_CONFLICT, ERROR,                                                              \
      "",                                                                                          \
      "Attributes or children that exclude each other are given together, or of several "          \
      "possible ones none is. The message says which combination the element takes.")              \
    X(221, MISSING_CHILD, ERROR,                                                                   \
      "",                                                                                          \
      "The element means nothing without children of that name: a set of states without a "        \
      "State has nothing to show, an Access without an Allow looks as if it let nobody write.")    \
    X(222, BAD_VALUE, ERROR,                                                                       \
      "write a number, true, false or the text of one of its states",                              \
      "The value is meant for a variable, and is neither a number nor one of its states. "         \
      "On the project's side all values are values of the variable; what goes over the "           \
      "wire (0-base, polarity) is the compiler's business.")                                       \
    X(223, BAD_PLACEHOLDER, ERROR,                                                                 \
      "there are {name} {description} {state} {value} {unit}",                                     \
      "The alarm text names a placeholder that does not exist. It would be sent to "               \
      "operators as it stands.")                                                                   \
    X(224, BAD_INSTANCE, ERROR,                                                                    \
      "4194303 is the wildcard of BACnet",                                                         \
      "4194303 stands for \"any\" or \"unknown\" in BACnet messages and is never the "             \
      "number of a device or an object, although some tools accept it.")

#define DIAGS_3XX(X)                                                                               \
    X(301, DUPLICATE_INSTANCE, ERROR,                                                              \
      "instance numbers are unique per object type and device",                                    \
      "Two objects of one type in one device are given the same instance number. Clients "         \
      "address an object by type and number, so only one of them could be reached. Change "        \
      "one, or leave it out and the compiler finds a free one.")                                   \
    X(302, DUPLICATE_DEVICE, ERROR,                                                                \
      "device instances are unique on the whole network",                                          \
      "Two devices of the project have the same device instance. Device instances are "            \
      "unique on the whole BACnet internetwork, over all networks and PLCs; of two devices "       \
      "with the same one, clients talk to either, at random.")                                     \
    X(303, DUPLICATE_NAME, ERROR,                                                                  \
      "rename one of them",                                                                        \
      "Two things of the same kind have the same name, so a reference to it could mean "           \
      "either. Names are compared exactly, with capital letters.")                                 \
    X(304, DUPLICATE_OBJECT_NAME, ERROR,                                                           \
      "change name, dataPointName or objectName of one",                                           \
      "BACnet demands that the names of all objects of a device differ, whatever their "           \
      "types. Object names come from Object@name, else dataPointName, else the variable's "        \
      "name; the device, notification classes, calendars, schedules and trend logs take "          \
      "part. The names of devices differ on the whole internetwork.")                                                                                     \
    X(305, DUPLICATE_ROW, ERROR,                                                                   \
      "merge the two rows into one",                                                               \
      "A variable has two rows in the manual object table of one device. A variable is "           \
      "shown by at most one object of a device.")                                                  \
    X(306, DUPLICATE_GUID, ERROR,                                                                  \
      "give the copy a GUID of its own, or none",                                                  \
      "Two things have the same GUID, mostly because one was copied. The GUID is the "             \
      "identity to which numbers and stored values belong; two owners cannot be told "             \
      "apart.")                                                                                    \
    X(307, DUPLICATE_PORT, ERROR,                                                                  \
      "port ids are unique in a PLC",                                                              \
      "Two ports of the PLC have the same id. Devices name their port by it, and it "              \
      "becomes the number of the Network Port object.")                                            \
    X(308, DUPLICATE_NETWORK, ERROR,                                                               \
      "network numbers are unique in the BACnet internetwork",                                     \
      "Two ports of the PLC have the same network number. The router could not say which "         \
      "of the two networks is meant.")                                                             \
    X(309, DUPLICATE_ADDRESS, ERROR,                                                               \
      "change address or UDP port of one",                                                         \
      "Two IPv4 ports of the PLC listen at the same address and UDP port. Each needs its "         \
      "own. A port that names neither adapter nor address listens at all of them. Or two "         \
      "peers of a BBMD are one: it would get every broadcast twice.")                              \
    X(310, UNKNOWN_VARIABLE, ERROR,                                                                \
      "",                                                                                          \
      "The reference names a variable that the project does not have. Names are compared "         \
      "exactly, with capital letters.")                                                            \
    X(311, UNKNOWN_STATE_TEXTS, ERROR,                                                             \
      "",                                                                                          \
      "stateTexts names a set that the project does not have.")                                    \
    X(312, UNKNOWN_DEVICE, ERROR,                                                                  \
      "",                                                                                          \
      "bacnetDevice names a device (by its handle Device@name) that the PLC, or no PLC at "        \
      "all, has.")                                                                                 \
    X(313, UNKNOWN_PLC, ERROR,                                                                     \
      "",                                                                                          \
      "On@plc names a PLC that the project does not have.")                                        \
    X(314, UNKNOWN_ALARM_POINT, ERROR,                                                             \
      "",                                                                                          \
      "alarmPoint names an alarm point that the project does not have.")                           \
    X(315, UNKNOWN_CLASS, ERROR,                                                                   \
      "classes belong to a device: NotificationClass stands in it",                                \
      "The device in which the object lies has no notification class of that name. Each "          \
      "device has its own classes.")                                                               \
    X(316, UNKNOWN_CALENDAR, ERROR,                                                                \
      "",                                                                                          \
      "The exception refers to a calendar that the device does not have. A schedule can "          \
      "only use calendars of its own device.")                                                     \
    X(317, UNKNOWN_SOURCE, ERROR,                                                                  \
      "",                                                                                          \
      "Bind@source names no source of the project by its id.")                                     \
    X(318, UNKNOWN_PORT, ERROR,                                                                    \
      "",                                                                                          \
      "Device@port names no port of its channel.")                                                 \
    X(319, DUPLICATE_ON, ERROR,                                                                    \
      "merge the two",                                                                             \
      "A variable has two On children for the same PLC; it is shown there once.")                  \
    X(320, NO_DEFAULT_DEVICE, ERROR,                                                               \
      "name the device with bacnetDevice",                                                         \
      "The variable is visible in a PLC that has several devices, and nothing says in "            \
      "which. Only a PLC's only device is a default.")                                             \
    X(321, FORMERLY_EXISTS, ERROR,                                                                 \
      "remove formerly, or rename the other",                                                      \
      "formerly hands the number and the stored values of an old name to a new one. The "          \
      "old name is still in use, so both would claim them.")                                       \
    X(322, DUPLICATE_UNIT, ERROR,                                                                  \
      "remove one of them",                                                                        \
      "Units translates one text into two different units.")                                       \
    X(323, DUPLICATE_STATE, ERROR,                                                                 \
      "",                                                                                          \
      "Two states of a set have the same value. The variable cannot be in both.")                  \
    X(324, DUPLICATE_WIRE, ERROR,                                                                  \
      "",                                                                                          \
      "Two states of a set have the same number on the wire. Clients could not tell them "         \
      "apart. Numbers that wire does not give are the value counted from the smallest one.")       \
    X(325, STATE_GAP, ERROR,                                                                       \
      "add the missing states, or give each state its number with wire",                           \
      "States are numbered from 1 without gaps in BACnet, and the values of the set have a "       \
      "gap. The compiler does not invent numbers that every client would have to know: "           \
      "name the missing states, or write State@wire.")                                             \
    X(326, NO_PLC, ERROR,                                                                          \
      "add a Plc with a Channel, a Port and a Device",                                             \
      "A project without a PLC describes variables that nobody serves: there is nothing to "       \
      "write into an image.")                                                                      \
    X(327, NO_DEVICE, ERROR,                                                                       \
      "add a Channel with a Port and a Device",                                                    \
      "The PLC has no BACnet device, so its image would be empty. Everything on a BACnet "         \
      "network lies in a device.")                                                                 \
    X(328, DEVICE_WITHOUT_PORT, ERROR,                                                             \
      "write port=\"1\" with the id of one of the ports",                                          \
      "The device does not say on which port it sits, and the channel has none or several. "       \
      "The only port of a channel is the default.")                                                \
    X(329, IPV4_DEVICES, ERROR,                                                                    \
      "put one device on an IPv4 port and the others on a virtual one",                            \
      "Exactly one device of a PLC sits on its IPv4 ports; it is the router to the virtual "       \
      "networks, on which all other devices sit. Two devices cannot share an IP address "          \
      "and UDP port.")                                                                             \
    X(330, NOT_PUBLISHED, ERROR,                                                                   \
      "set bacnetVisible, or add an Object row",                                                   \
      "A schedule or a trend log needs an object to write or read, and no device of this "         \
      "PLC shows the variable.")                                                                   \
    X(331, ALARM_WITHOUT_CLASS, ERROR,                                                             \
      "name the class, or set Device@defaultNotificationClass",                                    \
      "An object with an alarm point belongs to a notification class, which says who is "          \
      "told. The device has several classes, none is called Class_1 or declared to be the "        \
      "default, and the object names none.")                                                       \
    X(332, TYPE_MISFIT, ERROR,                                                                     \
      "BOOL: BI BV BO; REAL: AI AV AO; integers: AI AV AO MI MV MO",                               \
      "The object type cannot show values of the variable's type. BOOL goes with binary "          \
      "objects (with state texts with multi-state ones too), real numbers with analog "            \
      "ones, integers with analog and multi-state ones.")                                          \
    X(333, ALARM_KIND, ERROR,                                                                      \
      "limits: AI AV AO; states: BI BV MI MV; feedback: BO MO",                                    \
      "The alarm point watches in a way that the object type does not have: limits are for "       \
      "analog objects, states for binary and multi-state inputs and values, feedback for "         \
      "outputs.")                                                                                  \
    X(334, SCHEDULE_TYPE, ERROR,                                                                   \
      "declare the variable as SCHEDULE_BOOL, SCHEDULE_INT or SCHEDULE_REAL",                      \
      "A Schedule belongs to a variable of a SCHEDULE_ type, which holds its result. To "          \
      "write another variable by schedule, name it as a Target.")                                  \
    X(335, FEEDBACK_TYPE, ERROR,                                                                   \
      "",                                                                                          \
      "The feedback of a command has the type of the command, so that the two can be "             \
      "compared, and is another variable. A reset variable is a BOOL.")                            \
    X(336, TARGET_TYPE, ERROR,                                                                     \
      "",                                                                                          \
      "The schedule's values do not fit the target: boolean schedules write binary "               \
      "objects, integer ones multi-state and analog objects, real ones analog objects; and "       \
      "the target must be writable.")                                                              \
    X(337, DUPLICATE_SCHEDULE, ERROR,                                                              \
      "",                                                                                          \
      "A SCHEDULE_ variable belongs to one Schedule, whose result it holds.")                      \
    X(338, DUPLICATE_TIME, ERROR,                                                                  \
      "",                                                                                          \
      "A day or an exception has two values at the same time. Which of them counts would "         \
      "be chance.")                                                                                \
    X(339, NO_NETWORK, ERROR,                                                                      \
      "write network=\"2001\" or any number that no other network has",                            \
      "A PLC with several ports is a router between them, and routers need the number of "         \
      "each network.")                                                                             \
    X(340, NO_PROPERTY, ERROR,                                                                     \
      "present-value is the usual one",                                                            \
      "The trend log reads a property that objects of this type do not have.")                     \
    X(341, ALARM_INCOMPLETE, ERROR,                                                                \
      "",                                                                                          \
      "An alarm point needs what its kind watches: limits a high or low limit, states the "        \
      "alarm states, feedback the variable that follows. Fault limits or fault states alone "      \
      "will do for objects that have them: analog and multi-state inputs and values.")             \
    X(342, BIND_INCOMPLETE, ERROR,                                                                 \
      "",                                                                                          \
      "A binding says where in its source the value lies: a Modbus register, an MQTT "             \
      "topic.")                                                                                    \
    X(343, UNKNOWN_TEMPLATE, ERROR,                                                                \
      "",                                                                                          \
      "A Use names a Template that the project does not have. Templates stand in Project, "        \
      "before or after their uses, or in an included file.")                                       \
    X(344, TEMPLATE_PARAMETER, ERROR,                                                              \
      "declare it with Param in the Template, give it with Arg in the Use",                        \
      "In a Template ${name} is the name of the Use, ${PARAM} a parameter that Param "             \
      "declares. A parameter without a default needs an Arg in each Use; an Arg without a "        \
      "Param would have no effect. $${ is a literal ${.")                                          \
    X(345, TEMPLATE_LOOP, ERROR,                                                                   \
      "",                                                                                          \
      "A template uses itself, directly or through others, or templates are nested deeper "        \
      "than equipment ever is. The expansion would not end.")                                      \
    X(346, UNKNOWN_OBJECT, ERROR,                                                                  \
      "name the variable instead: variable=\"...\" finds its object by itself",                  \
      "A target of a schedule or what a trend log reads is given as an object of one of the "      \
      "project's own devices, and that device has no such object. The project.bacids file and "    \
      "the EDE files show the numbers that objects have.")                                            \
    X(347, BIND_IMPOSSIBLE, ERROR,                                                                 \
      "",                                                                                          \
      "A binding asks its source for what cannot be: registers beyond the last one, a table that " \
      "is not written, octets in an order for another width, a topic or a path that is none. "     \
      "bacrt could open the source for none of its variables.")

#define DIAGS_4XX(X)                                                                               \
    X(401, UNKNOWN_UNIT, WARNING,                                                                  \
      "name it in Units, or write bacnet:NUMBER",                                                  \
      "The text is in none of the dictionaries, and the compiler never guesses: a wrong "          \
      "unit is worse than none. The object gets no-units (95). Add <Unit text=\"...\" "            \
      "bacnet=\"...\"/> to Units, or write bacnet:62 or bacnet:degrees-celsius. In "               \
      "continuous integration -Werror=unknown-unit makes it an error.")                            \
    X(402, LOSES_PRECISION, WARNING,                                                               \
      "give low and high within 16777216, or use a smaller type",                                  \
      "Analog objects carry REAL numbers with 24 bits of precision. Larger integers are "          \
      "rounded, so a counter seems to stand still and then jumps. If the variable never "          \
      "gets that large, say so with low and high.")                                                \
    X(403, PLAIN_PASSWORD, WARNING,                                                                \
      "use managementPasswordFile or managementPasswordHash; for sources passwordFile",            \
      "Whoever can read the project, its backups or its history in version control knows "         \
      "the password. The image holds only a hash, but the project is not the place for "           \
      "secrets.")                                                                                  \
    X(404, NO_RECIPIENTS, WARNING,                                                                 \
      "add a Recipient to the class, or Recipients to Device or Project",                          \
      "Alarms of this class reach nobody until a client adds itself to the list on line. "         \
      "For one place that serves all classes write Recipients in Project.")                        \
    X(405, LOST_TRANSITIONS, WARNING,                                                              \
      "",                                                                                          \
      "An entry of a class (or of a device) for the same recipient replaces the one that "         \
      "Recipients would copy, whole. The replaced one had transitions that this one has "          \
      "not, so the recipient no longer hears of them.")                                            \
    X(406, FAST_TREND, WARNING,                                                                    \
      "5min is the least that the usual clients expect",                                           \
      "The log takes an entry more often than every five minutes. A buffer of 10,000 "             \
      "entries then covers a short time, and many clients that read logs periodically lose "       \
      "entries.")                                                                                  \
    X(407, NAME_BLANKS, WARNING,                                                                   \
      "",                                                                                          \
      "A blank at the beginning or end of a name is invisible, and makes a different name: "       \
      "references to it will fail, and clients that trim texts will not find it.")                 \
    X(408, NAME_PATTERN, WARNING,                                                                  \
      "",                                                                                          \
      "The project has a pattern for the names of its objects (Project@namePattern), and "         \
      "this one does not match it.")                                                               \
    X(409, NO_EFFECT, WARNING,                                                                     \
      "remove it",                                                                                 \
      "The attribute is well-formed but does nothing here. Whoever wrote it expects "              \
      "something, so it is better removed or the reason mended.")                                  \
    X(410, ALARM_UNPUBLISHED, WARNING,                                                             \
      "set bacnetVisible, or add an Object row",                                                   \
      "The variable has an alarm point, but no device shows it as an object, so the alarm "        \
      "never reaches anyone on the network.")                                                      \
    X(411, OUTPUT_OF_INPUT, WARNING,                                                               \
      "choose an input or value type, or access=\"output\"",                                       \
      "An output object commands something, and the variable is declared as read from "            \
      "outside, or its source has nowhere to write it. Commands would be accepted and do "         \
      "nothing.")                                                                                  \
    X(412, INSTANCE_RANGE, WARNING,                                                                \
      "",                                                                                          \
      "Sites agree on who uses which instances. Project@instanceRange says which numbers "         \
      "devices may have, Device@instanceRange which its objects may have, and this one has "       \
      "another. For objects that the compiler numbers, firstInstance says where it begins.")       \
    X(413, UNKNOWN_ZONE, WARNING,                                                                  \
      "write a name of the time zone database, such as Europe/Prague",                             \
      "The database of time zones of this machine has none of that name. Where the device runs, "  \
      "it would take the machine's own zone, and its schedules would switch at other hours.")      \
    X(414, RECORDS_NOTHING, WARNING,                                                               \
      "put the log into the device that has the object",                                           \
      "A trend log names an object of a device that is none of its PLC. bacrt records objects of " \
      "its own devices; of others it would keep nothing but notes that it could not.")             \
    X(415, RECIPIENT_TWICE, WARNING,                                                               \
      "remove one, or let their days, times or transitions differ",                                \
      "Two entries of a notification class name the same recipient and process, and at some "      \
      "time both apply: every notification then is sent twice.")                                   \
    X(416, MAC_LENGTH, WARNING,                                                                    \
      "if it is on another network, say which: network=\"...\"",                                   \
      "On BACnet/IP an address is the IP address and the UDP port: six octets, 12 digits. A "      \
      "notification to a shorter or longer one on the device's own network reaches nobody.")       \
    X(417, DEVICE_NAME_TWICE, WARNING,                                                             \
      "give one of them an objectName=\"...\"",                                                    \
      "Devices of two controllers have the same Object_Name, which is the handle where nothing "   \
      "else is given. A Device's name is unique in the whole internetwork: who asks for the "      \
      "device by its name gets two answers. Controllers that never meet may be called alike.")     \
    X(418, STALE_TOO_SHORT, WARNING,                                                               \
      "make stale several times as long as poll",                                                  \
      "A value is stale when nothing has been read for that long. Read less often than that, "     \
      "it has a fault between any two readings, however well its source answers.")                 \
    X(419, ONE_STATE, WARNING,                                                                     \
      "give the variable stateTexts, or high=\"...\", the number of its states",                   \
      "A multi-state object counts its states, and the variable says of none: neither has it "     \
      "state texts nor a range. The object has one state then, and whatever else the variable "    \
      "becomes is a fault: multi-state-out-of-range.")                                             \
    X(420, LOST_WRITES, WARNING,                                                                   \
      "",                                                                                          \
      "The project says that the object is written or commanded (access, commandable, an "         \
      "output), and the variable's source only supplies values: an input register, a topic "       \
      "that is read. What is written is accepted, reaches nothing outside, and of a value "        \
      "that takes no commands the next reading undoes it. A variable without a Bind keeps "        \
      "what is written to it.")                                                                    \
    X(421, COMMANDED_TWICE, WARNING,                                                               \
      "publish it as an input in the other device, or as a plain value in both",                   \
      "A variable is commanded through an object with a priority array, and written or "           \
      "commanded through another in another device as well. Each priority array knows its own "    \
      "commands alone: what was said last goes out, and the other object goes on to show what "    \
      "was commanded there, which the plant does not have any more.")                              \
    X(451, EMPTY_DESCRIPTION, LINT,                                                                \
      "add description=\"...\"",                                                                 \
      "The object has no description of its own: operators see its name twice. Lists, EDE "        \
      "files and alarm texts are read by people who did not write the project.")                   \
    X(452, MISSING_COV_INCREMENT, LINT,                                                            \
      "add covIncrement=\"...\", in the variable's unit",                                        \
      "The variable's object is analog and gets the COV increment that its unit suggests. "        \
      "What counts as a change worth telling depends on the measurement: too small a one "         \
      "floods the network, too large a one hides what happens.")                                   \
    X(453, MISSING_RANGE, LINT,                                                                    \
      "add low=\"...\" high=\"...\"",                                                          \
      "Clients may write the analog value, and nothing says what is sensible: any number is "      \
      "accepted and goes out to the process. low and high are enforced on every write.")           \
    X(454, UNUSED, LINT,                                                                           \
      "remove it, or use it",                                                                      \
      "Nothing in the project refers to it. Often the reference that was meant was forgotten.")    \
    X(455, MISSING_SOURCE, LINT,                                                                   \
      "add a Bind, or leave it if only clients and schedules write it",                            \
      "The project has sources, but the published variable is bound to none of them: it holds "    \
      "its initial value and what is written to it, and is never measured.")

#define DIAGS_5XX(X)                                                                               \
    X(502, RANGE_UPSIDE_DOWN, ERROR,                                                               \
      "exchange low and high",                                                                     \
      "The recommended range of the variable ends before it begins; no value could ever be "       \
      "written.")                                                                                  \
    X(503, OUTSIDE_RANGE, ERROR,                                                                   \
      "change initial, or the range",                                                              \
      "The value at the start lies outside the variable's own range low..high, which the "         \
      "runtime enforces on every later write.")                                                    \
    X(504, TYPE_RANGE, ERROR,                                                                      \
      "",                                                                                          \
      "The variable's type cannot hold the value: INT ends at 32767, unsigned types have "         \
      "no negative values, integers no fraction. Limits and increments of objects are REAL, "      \
      "which ends at 3.4e38.")                                                                     \
    X(505, BINARY_STATES, ERROR,                                                                   \
      "give it a set with the values 0 and 1",                                                     \
      "A BOOL is 0 or 1, and binary objects have one text for each. A set for it has "             \
      "exactly these two values.")                                                                 \
    X(506, LIMITS_UPSIDE_DOWN, ERROR,                                                              \
      "",                                                                                          \
      "The limits contradict each other: the low one is not below the high one, or the "           \
      "deadband is wider than the distance between them, so that the alarm could never "           \
      "return to normal.")                                                                         \
    X(507, CONFIRMED_BROADCAST, ERROR,                                                             \
      "remove confirmed, or name the recipients one by one",                                       \
      "A confirmed message asks one receiver for an answer. BACnet forbids to broadcast "          \
      "it.")                                                                                       \
    X(508, TREND_THRESHOLD, ERROR,                                                                 \
      "10 % of bufferSize .. bufferSize - 1; 80 % if left out",                                    \
      "The buffer is reported full when this many entries are new. Below a tenth of the "          \
      "buffer the report would come all the time, at its size or above it would come too "         \
      "late.")                                                                                     \
    X(509, NEVER, ERROR,                                                                           \
      "",                                                                                          \
      "It never happens: a day that the calendar does not have, a period that ends before "        \
      "it begins, a recipient without days or transitions, an exception without values, a "        \
      "command at the priority that is reserved for minimum on and off times.")                    \
    X(510, ALARM_STATE, ERROR,                                                                     \
      "",                                                                                          \
      "alarmStates and faultStates are values or texts of states of each variable that "           \
      "uses the alarm point, with blanks between. Where texts have blanks, ; or , stands "         \
      "between them, or they are in quotes. A binary object has one alarm state.")                 \
    X(511, SCHEDULE_VALUE, ERROR,                                                                  \
      "",                                                                                          \
      "The value does not fit the schedule's type, is no state of its variable or lies outside "   \
      "low..high, or what the type holds, of its variable or of one that it writes: a boolean "    \
      "schedule has 0 and 1, an integer one whole numbers. States of a multi-state object that "   \
      "is given by its number count from 1.")                                                      \
    X(512, NAME_TOO_LONG, ERROR,                                                                   \
      "shorten it",                                                                                \
      "A text must fit into a message together with all that surrounds it, so that clients "       \
      "without segmentation can read it. Letters beyond ASCII take two to four octets.")           \
    X(513, TOO_MANY, ERROR,                                                                        \
      "",                                                                                          \
      "There are more of them than a client or the runtime can handle.")                           \
    X(514, NEGATIVE, ERROR,                                                                        \
      "",                                                                                          \
      "Increments and deadbands are distances, which are never negative.")
#endif
