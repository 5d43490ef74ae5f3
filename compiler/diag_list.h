#ifndef COMPILER_DIAG_LIST_H
#define COMPILER_DIAG_LIST_H
/* Every diagnostic, once. X(number, NAME, ERROR or WARNING, hint, explanation); the name shown is
 * NAME in lower case with '-'. Numbers are forever, texts may improve. Each row has a directory
 * tests/compile/E<number>-<name> (or W...). Families: 1xx XML and form, 2xx attribute values,
 * 3xx references, duplicates, numbering, 4xx warnings about meaning (from 451: lints), 5xx limits, 6xx lock file,
 * 7xx EDE and output, 8xx import. */

#include "compiler/diag_model.h"    /* 2xx to 5xx */

#define DIAGS_1XX(X)                                                                               \
    X(101, MALFORMED_XML, ERROR, "",                                                               \
      "The file is not well-formed XML: a character that has a meaning of its own stands where "   \
      "it cannot ('<' in a value, a lone '&'), quotes or a '>' are missing, or something follows " \
      "the root element. What stands behind that place may not have been read, so that more may "  \
      "be found when it is mended; the rest of the project is checked as ever. Write &lt; &amp; "  \
      "&quot; for < & \" in texts and values.")                                                    \
    X(102, WRONG_NAMESPACE, ERROR, "write <Project xmlns=\"urn:bacc:project:1\" ...>",             \
      "A project belongs to the XML namespace urn:bacc:project:1, which also states the version "  \
      "of its vocabulary. Without it neither an editor nor the compiler knows which rules hold. "  \
      "Declare it as the default namespace on the root element of each file.")                     \
    X(103, FOREIGN_NAMESPACE, ERROR, "remove it; only urn:bacc:project:1 and xi:include are read", \
      "An element or attribute belongs to another vocabulary. It would be ignored silently, and "  \
      "whoever wrote it expects an effect. Only xi:include, xml:lang, xml:space, xml:base, xml:id "\
      "and an editor's xsi: attributes may stand beside the project's own.")                       \
    X(104, UNKNOWN_ELEMENT, ERROR, "bacc-project(5) lists the elements allowed here",              \
      "The project's grammar has no element of that name here. Names are case-sensitive. The "     \
      "element and all that it holds are left out, and nothing is said of references that it may " \
      "answer. Where one letter is wrong it is read as the one that must be meant.")               \
    X(105, UNKNOWN_ATTRIBUTE, ERROR, "bacc-project(5) lists the attributes of each element",       \
      "The element has no attribute of that name; names are case-sensitive. An unknown attribute " \
      "is never ignored, for it is mostly a misspelt one whose default would take effect "         \
      "unnoticed.")                                                                                \
    X(106, MISPLACED_ELEMENT, ERROR, "",                                                           \
      "The element exists, but not inside the one that holds it here. Often an end tag was moved " \
      "or forgotten, or a fragment was included at the wrong place.")                              \
    X(107, MISSING_ATTRIBUTE, ERROR, "bacc-project(5) says what it means and which values it has", \
      "The element cannot be understood without that attribute, and no default would be right.")   \
    X(108, UNEXPECTED_TEXT, ERROR, "texts stand in attributes; only State holds text",             \
      "Character data stands where only elements may. It has no meaning there; often it is left "  \
      "over from editing, or a '<' is missing before a name.")                                     \
    X(109, DOCTYPE, ERROR, "remove the DOCTYPE; split large projects with xi:include",             \
      "Document types can define entities that read other files or grow without bound, so a "     \
      "project that comes from elsewhere could harm the machine that compiles it. Projects "       \
      "need none: the schema is schemas/project.xsd, files are split with xi:include.")            \
    X(110, TOO_DEEP, ERROR, "",                                                                    \
      "Elements or includes are nested deeper than any project needs. The limit keeps a "          \
      "damaged or hostile file from exhausting memory.")                                           \
    X(111, UNKNOWN_ENTITY, ERROR, "only &lt; &gt; &amp; &quot; &apos; and &#number; exist; "       \
      "write the character itself",                                                                \
      "XML knows five entities; those of HTML such as &nbsp; or &deg; need a document type, "      \
      "which projects may not have. Files are UTF-8: write the character itself, or its number "   \
      "(&#176;).")                                                                                 \
    X(112, BAD_ENCODING, ERROR, "save the file as UTF-8, or name its encoding in <?xml "           \
      "version=\"1.0\" encoding=\"...\"?>",                                                        \
      "The bytes of the file are not text in the encoding that it declares (UTF-8 if it declares " \
      "none). Mostly an editor saved it in the system's old code page.")                           \
    X(113, BAD_CHARACTER, ERROR, "remove it",                                                      \
      "XML allows no control characters besides tab, carriage return and line feed, no NUL and "   \
      "no surrogates, not even by number. They come from damaged files or careless exports.")      \
    X(114, TRUNCATED_XML, ERROR, "is the file complete?",                                          \
      "The file ends while something is still open: an element, a tag, a comment or a value. "     \
      "A copy was cut short, or an end tag or quote is missing; the note shows what is open.")     \
    X(115, EMPTY_FILE, ERROR, "`bacc new DIR` makes a project to start from",                      \
      "The file has no content. A copy or a save may have failed.")                                \
    X(116, INCLUDE_FAILED, ERROR, "the path is relative to the file that includes it",             \
      "A file named by xi:include cannot be read, and no xi:fallback says what else to take.")     \
    X(117, INCLUDE_LOOP, ERROR, "",                                                                \
      "A file includes itself, directly or through others, so that it could never end. The "       \
      "notes show the chain.")                                                                     \
    X(118, INCLUDE_FORM, ERROR, "write <xi:include href=\"file.xml\"/>",                           \
      "xi:include takes a file name relative to the including file, read as XML and as a whole: "  \
      "no network addresses, no xpointer, no parse=\"text\". Inside it only xi:fallback may "      \
      "stand.")                                                                                    \
    X(119, WRONG_ROOT, ERROR, "a project's root element is Project",                               \
      "The file's outermost element is another part of a project, or something else. Files that "  \
      "hold a part are compiled through the project that includes them.")                          \
    X(120, TAG_MISMATCH, ERROR, "",                                                                \
      "An end tag closes another element than the innermost open one: an end tag is missing, "     \
      "misspelt or too many. The note shows where the open element begins.")                       \
    X(121, DUPLICATE_ATTRIBUTE, ERROR, "remove one of them",                                       \
      "The same attribute stands twice in one tag; XML does not say which one would count.")       \
    X(122, REPEATED_ELEMENT, ERROR, "join the two",                                                \
      "An element that may stand once in its parent stands there again; which one counts would "   \
      "be a guess.")

#define DIAGS_6XX(X)                                                                               \
    X(601, LOCK_FORMAT, ERROR, "restore the .bacids file from version control",                    \
      "The numbering file beside the project is not one, is damaged, or was written by a later "   \
      "bacc. Without it every object could get another number, so nothing is guessed. Restore it " \
      "from version control; remove it only if no client knows the numbers yet.")                  \
    X(602, LOCK_LINE, ERROR, "restore the line from version control, or delete it",                \
      "A line of the numbering file cannot be read. BACIDS.md describes the format. An object "    \
      "whose line is deleted gets a new number.")                                                  \
    X(603, LOCK_MERGE, ERROR, "keep the lines of both sides, delete the markers, compile again",   \
      "Version control left conflict markers in the numbering file. Every line stands for one "    \
      "object, so the lines of both sides belong into the merged file.")                           \
    X(604, LOCK_DUPLICATE_NUMBER, ERROR,                                                           \
      "delete the line of the object that no client uses yet; it gets a new number",               \
      "Two branches gave the same number to different objects, and both lines are there after "    \
      "the merge. Only one can keep it: delete the line of the other and compile; it gets the "    \
      "next free number.")                                                                         \
    X(605, LOCK_DUPLICATE_OBJECT, ERROR, "delete the line that no client uses",                    \
      "The same object stands in the numbering file with two numbers, usually because two "        \
      "branches added it. Delete one of the lines; the other's number stays.")                     \
    X(606, LOCK_DEVICE, ERROR, "restore the device's line from version control",                   \
      "An object's line names a device that no line above declares.")                              \
    X(610, LOCK_FROZEN, ERROR, "compile without --frozen and commit the .bacids file",             \
      "With --frozen the numbering file must already hold exactly the objects of the project. "    \
      "Something was added, removed, renamed, retyped or renumbered since it was written. "        \
      "It is told beside other mistakes, unless these leave a doubt what the file would hold.")    \
    X(611, LOCK_STALE, ERROR, "compile the project first",                                         \
      "EDE files hold object numbers. Objects of the project have none yet, or have changed since "\
      "the last compilation, so the files would not match the device.")                            \
    X(620, INSTANCE_TAKEN, ERROR, "choose a free number, or give the other object an explicit one",\
      "The project gives an object a number that the numbering file has given to another object "  \
      "of the same type in the same device.")                                                      \
    X(640, RETYPED, WARNING, "clients address by type and number: they must import again",         \
      "The object has another type than when it got its number. It is a new object with a new "    \
      "number for every client; the old number is kept and not used again.")                       \
    X(641, REUSED_NUMBER, WARNING, "",                                                             \
      "The project gives an object a number that an object of the same type had before. Clients "  \
      "that still have the old one will take the new for it.")                                     \
    X(642, FORMERLY_UNKNOWN, WARNING, "remove formerly from what is new",                          \
      "formerly hands the number of an old name to a new one. The numbering file knows of nothing "\
      "that was ever called so, nor of the new name: the object gets a new number, and clients "   \
      "lose the one that was meant.")

#define DIAGS_7XX(X)                                                                               \
    X(701, EDE_TEXT, WARNING, "",                                                                  \
      "EDE files know no quoting: a delimiter, a quotation mark or a line end in a name or "       \
      "description would shift the columns for most importers, so it was replaced.")               \
    X(702, EDE_ENCODING, WARNING, "export in UTF-8, or change the texts",                          \
      "The encoding that was asked for does not have all characters of the project's texts.")      \
    X(703, EDE_APOSTROPHE, WARNING, "write \xe2\x80\x99 instead of ', or -W no-ede-apostrophe",       \
      "Most importers of EDE files take an apostrophe for what it is. Some take it for a quote "   \
      "and lose the row, or more, where a second one is missing. The texts were not changed.")

#define DIAGS_8XX(X)                                                                               \
    X(801, IMPORT_ENCODING, ERROR, "--encoding=NAME says how the file is encoded",                 \
      "An imported file holds bytes that are no text in its encoding. The encoding is taken from " \
      "the byte order mark, from the pattern of UTF-16, or is UTF-8 where all bytes fit; else "    \
      "it is an 8-bit code page.")                                                                 \
    X(802, IMPORT_QUOTE, ERROR, "close it, or remove the quote at the cell's beginning",           \
      "A cell of an imported table begins with a quote and the file ends before the closing one. " \
      "Everything behind it would have become one cell.")                                          \
    X(803, IMPORT_TOO_LARGE, ERROR, "",                                                            \
      "An imported file has a cell, a row or a number of devices beyond what is read.")            \
    X(804, IMPORT_COLUMNS, ERROR, "bacc(1) lists the columns",                                     \
      "The columns of an imported table are found by their titles. There is no row of titles, or " \
      "one that is needed is missing.")                                                            \
    X(805, IMPORT_VALUE, ERROR, "",                                                                \
      "A cell of an imported table cannot be what its column says.")                               \
    X(806, IMPORT_EMPTY, ERROR, "", "An imported file holds nothing that could be imported.")      \
    X(807, IMPORT_DUPLICATE, ERROR, "give each variable one row per device",                       \
      "Two rows of an imported table speak of the same variable in the same device, or have two "  \
      "names that the project knows as one variable, by its GUID and by its name.")                \
    X(808, IMPORT_TARGET, ERROR, "",                                                               \
      "The project to import into has no PLC or device such as the imported file needs, or would " \
      "have two values at one place of a file that it includes more than once.")                   \
    X(851, IMPORT_CODE_PAGE, WARNING, "--encoding=NAME if letters look wrong",                     \
      "An imported file is neither UTF-8 nor UTF-16 and does not say what it is; it was read as "  \
      "the code page that such files usually have.")                                               \
    X(852, IMPORT_UNKNOWN_COLUMN, WARNING, "",                                                     \
      "A column of an imported table has a title that means nothing here; it is not imported.")    \
    X(853, IMPORT_SKIPPED, WARNING, "", "Rows of an imported file were left out.")                 \
    X(854, IMPORT_ADJUSTED, WARNING, "",                                                           \
      "Something of an imported row would not have been a valid project and was changed or left "  \
      "out.")                                                                                      \
    X(855, IMPORT_STATE_TEXTS, WARNING, "name the file of state texts as a further argument",      \
      "A multi-state or binary object refers to state texts that were not found.")

#define DIAGS(X)                                                                                   \
    DIAGS_1XX(X)                                                                                   \
    DIAGS_2XX(X)                                                                                   \
    DIAGS_3XX(X)                                                                                   \
    DIAGS_4XX(X)                                                                                   \
    DIAGS_5XX(X)                                                                                   \
    DIAGS_6XX(X)                                                                                   \
    DIAGS_7XX(X)                                                                                   \
    DIAGS_8XX(X)
#endif
