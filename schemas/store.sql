-- State of a bacrt, state.db under --data. Keys are identities (16 octets, from the image), never
-- instances or slots: a recompiled project finds its state. Times are milliseconds since 1970, UTC.
-- WAL, synchronous FULL. application_id "BACs"; user_version counts changes of this file.
PRAGMA application_id = 0x42414373;
PRAGMA user_version = 2;

-- Whatever a property holds that is not in the image: values that are retained, priority arrays,
-- what clients wrote, states of alarms. data: as the writer encoded it, at most 64 KiB.
CREATE TABLE value (
    identity BLOB NOT NULL,             -- of the object or variable
    property INTEGER NOT NULL,          -- BACnet's number; from 2147418112 the runtime's own
    sub INTEGER NOT NULL,               -- 0, or which part of it
    time INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (identity, property, sub)
) STRICT, WITHOUT ROWID;

-- Trend logs (and every other object with a log buffer).
CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    identity BLOB NOT NULL UNIQUE,
    last INTEGER NOT NULL,              -- position of the newest record that was merged
    last_time INTEGER NOT NULL,         -- and its time
    purged INTEGER NOT NULL,            -- up to here the buffer was emptied; without keep the
                                        -- records are gone, in the journal too
    records INTEGER NOT NULL,           -- that many are kept whatever their age; 0: all
    keep INTEGER NOT NULL               -- older ones are kept this long, ms
) STRICT;

-- A record's position counts from 1 and never wraps; the sequence number on the wire is
-- (position - 1) % 4294967295 + 1.
CREATE TABLE trend (
    log INTEGER NOT NULL,
    position INTEGER NOT NULL,
    time INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (log, position)
) STRICT, WITHOUT ROWID;

-- Positions whose record is older than the one before (a clock was set back). Between two of them
-- times ascend, so that a time is found by halving and needs no index of its own.
CREATE TABLE trend_run (
    log INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (log, position)
) STRICT, WITHOUT ROWID;

-- New trend records of all logs, in order of arrival. Ten thousand logs a minute fill some hundred
-- pages here; put into `trend` one by one they would change ten thousand. They move there a log's
-- dozen at a time. Records at or below the log's `last` have moved already.
CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    position INTEGER NOT NULL,
    time INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;

-- Who asked for what, and what came of it.
CREATE TABLE audit (
    position INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    identity BLOB NOT NULL,
    device INTEGER NOT NULL,
    object INTEGER NOT NULL,            -- type << 22 | instance
    property INTEGER NOT NULL,
    sub INTEGER NOT NULL,               -- array index; 4294967295: the whole
    priority INTEGER NOT NULL,
    code INTEGER NOT NULL,              -- 0: done; else error class << 16 | code
    peer TEXT NOT NULL,
    source TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX audit_time ON audit (time);

-- Alarm transitions, acknowledgements, resets.
CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    identity BLOB NOT NULL,
    device INTEGER NOT NULL,
    object INTEGER NOT NULL,
    class INTEGER NOT NULL,             -- instance of the notification class
    priority INTEGER NOT NULL,
    type INTEGER NOT NULL,              -- BACnetEventType
    states INTEGER NOT NULL,            -- from << 16 | to
    peer TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    message TEXT NOT NULL,
    data BLOB NOT NULL                  -- event values, encoded
) STRICT;
CREATE INDEX event_time ON event (time);
