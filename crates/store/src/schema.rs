//! The tables. Those of the entities follow from the model's descriptions: one table per category, a
//! column per field, and a table of pairs per relation that repeats. The others are written out.
//!
//! Types: a GUID is a BLOB of 16 bytes (in PostgreSQL `UUID`); a moment a BIGINT, milliseconds since
//! 1970 UTC; a day TEXT, `YYYY-MM-DD`. Relations have no foreign keys: targets that are not there
//! (yet) are normal upstream.

use std::fmt::Write;
use std::path::Path;

use model::{Category, Description, Field, Kind};
use rusqlite::{Connection, OptionalExtension};

use crate::{Result, StoreError, derived};

/// The version of the tables below. A change that older data do not fit adds one here and, from the first
/// release on, a step that brings them up to it.
const SCHEMA_VERSION: i64 = 3;

const FIXED: &str = "
    CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);

    -- Every entity that the feed ever named: its place in the feed, and whether it is there now.
    CREATE TABLE entity (
        id BLOB NOT NULL PRIMARY KEY,
        category TEXT NOT NULL,
        token BIGINT NOT NULL,
        updated BIGINT,             -- when the source put it in the feed
        bijgewerkt BIGINT,
        deleted BOOLEAN NOT NULL,
        taken_down BOOLEAN NOT NULL, -- by the operator: its rows are not here, whatever the feed says
        seen_at BIGINT NOT NULL,    -- when its present state was first received here
        fingerprint BLOB NOT NULL,  -- of the content: equal means unchanged
        content_type TEXT,          -- of its file, as labelled
        content_length BIGINT,
        address TEXT,               -- of its page; a deleted entity keeps it
        dictionary BIGINT,          -- raw: the element as published, compressed
        raw BLOB,
        changed BIGINT              -- when the source published the content as it is now
    );
    CREATE INDEX entity_address ON entity (address) WHERE address IS NOT NULL;

    -- The states that an entity had before the one in `entity`. A re-emission without change is none.
    CREATE TABLE revision (
        number INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        entity BLOB NOT NULL,
        token BIGINT NOT NULL,
        updated BIGINT,
        deleted BOOLEAN NOT NULL,
        seen_at BIGINT NOT NULL,
        superseded_at BIGINT NOT NULL,
        dictionary BIGINT,
        raw BLOB
    );
    CREATE INDEX revision_entity ON revision (entity, number);

    -- With what the raw elements of a category are compressed. One that was used stays for good.
    CREATE TABLE raw_dictionary (
        number INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        category TEXT NOT NULL,
        body BLOB NOT NULL
    );

    -- What the operator has taken down, and why.
    CREATE TABLE takedown (
        address TEXT NOT NULL PRIMARY KEY,
        entity BLOB NOT NULL,
        reason TEXT NOT NULL,
        at BIGINT NOT NULL
    );

    -- What changed, in the order in which it was applied here. Each later stage remembers the
    -- number up to which it has followed.
    CREATE TABLE change (
        number INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        category TEXT NOT NULL,
        entity BLOB NOT NULL,
        kind TEXT NOT NULL,
        news BOOLEAN NOT NULL,      -- it came in live, and not while filling up what is older
        old_address TEXT,           -- an address that the entity no longer has
        revision BIGINT             -- the state that it took the place of, if that is kept
    );

    -- The ledger of written questions, one line per zaak of that kind: derived from the zaak and its
    -- documents whenever one of them changes.
    CREATE TABLE vraag (
        zaak BLOB NOT NULL PRIMARY KEY,
        gesteld BIGINT NOT NULL,
        uiterlijk BIGINT NOT NULL,  -- the last day for an answer in time
        uitgesteld BIGINT,          -- the latest announcement of delay
        beantwoord BIGINT,          -- the first answer
        ingetrokken BOOLEAN NOT NULL,
        afgedaan BOOLEAN NOT NULL,
        stand TEXT NOT NULL GENERATED ALWAYS AS (CASE
            WHEN ingetrokken THEN 'ingetrokken'
            WHEN beantwoord IS NOT NULL THEN 'beantwoord'
            WHEN afgedaan THEN 'afgedaan'
            ELSE 'openstaand' END) STORED
    );
    CREATE INDEX vraag_gesteld ON vraag (gesteld);
    CREATE INDEX vraag_stand ON vraag (stand, gesteld);

    -- Which ministry a text of upstream speaks of: a function, or a ministry's name. Filled as such
    -- texts come by.
    CREATE TABLE ministerie_van (tekst TEXT NOT NULL PRIMARY KEY, ministerie TEXT);

    -- How far the feed of each category was read, and what came of it.
    CREATE TABLE cursor (
        category TEXT NOT NULL PRIMARY KEY,
        start BIGINT NOT NULL,      -- where following began; what is older is filled up
        since BIGINT,               -- what was published from this moment on lies after `start`
        first BIGINT NOT NULL,      -- where the feed begins, as far as is known
        token BIGINT NOT NULL,      -- how far following has come, from `start` on
        caught_up_at BIGINT,        -- when the end of the feed was last seen
        backfill BIGINT NOT NULL,   -- how far filling up has come, from the beginning to `start`
        backfill_ms BIGINT NOT NULL, -- how long that took until now
        complete_at BIGINT,         -- when it was done
        failures BIGINT NOT NULL,   -- of the feed, since it last answered
        next_try BIGINT,            -- not before this moment, after a failure
        problem TEXT,
        restarted_at BIGINT,        -- when the source's sequence was seen to have begun anew
        present BIGINT NOT NULL,    -- entities that are there
        deleted BIGINT NOT NULL,    -- entities that were withdrawn
        newest BIGINT               -- the latest publication by the source
    );

    -- What stood in the feed and could not be read. One line per entity and oddity.
    CREATE TABLE oddity (
        category TEXT NOT NULL,
        entity TEXT NOT NULL,       -- '' where unknown
        what TEXT NOT NULL,
        seen_at BIGINT NOT NULL,
        PRIMARY KEY (category, entity, what)
    );

    -- The files that are wanted, and where they are. `wanted` names the version that the feed
    -- speaks of, `stored` the version that was fetched.
    CREATE TABLE file (
        entity BLOB NOT NULL,
        origin TEXT NOT NULL,       -- 'resource' or 'publication'
        locator TEXT NOT NULL,      -- the GUID, or the externeidentifier
        wanted TEXT NOT NULL,
        stored TEXT,
        priority BIGINT NOT NULL,   -- the moment it concerns: newest first
        sha256 TEXT,
        size BIGINT,
        fetched_at BIGINT,
        attempts BIGINT NOT NULL,
        next_try BIGINT,            -- 0: now; a moment: not before it; NULL: nothing to fetch
        problem TEXT,               -- with next_try NULL: given up
        read_by BIGINT,             -- the version of the extractor that read it; NULL: to be read
        removed BOOLEAN NOT NULL DEFAULT FALSE, -- the text is here; the file gave way to newer ones
        PRIMARY KEY (entity, origin)
    );
    CREATE INDEX file_to_fetch ON file (priority) WHERE next_try = 0;
    CREATE INDEX file_to_retry ON file (next_try) WHERE next_try > 0;
    CREATE INDEX file_to_read ON file (priority) WHERE sha256 IS NOT NULL AND read_by IS NULL;
    CREATE INDEX file_sha256 ON file (sha256);
    CREATE INDEX file_kept ON file (priority) WHERE sha256 IS NOT NULL AND NOT removed;

    -- Earlier versions of files, as they were fetched.
    CREATE TABLE file_version (
        entity BLOB NOT NULL,
        origin TEXT NOT NULL,
        version TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size BIGINT NOT NULL,
        fetched_at BIGINT,
        superseded_at BIGINT NOT NULL,
        PRIMARY KEY (entity, origin, sha256)
    );
    CREATE INDEX file_version_sha256 ON file_version (sha256);

    -- Files that nothing refers to any more, to be removed from the file store.
    CREATE TABLE discarded (sha256 TEXT NOT NULL PRIMARY KEY);

    -- How long after its publication news was here: per day, in steps.
    CREATE TABLE freshness (
        day TEXT NOT NULL,
        within_seconds BIGINT NOT NULL,
        entries BIGINT NOT NULL,
        PRIMARY KEY (day, within_seconds)
    );

    -- What was extracted from each file, by the file's hash.
    CREATE TABLE content (
        sha256 TEXT NOT NULL PRIMARY KEY,
        extractor BIGINT NOT NULL,  -- the version that did it
        format TEXT,
        problem TEXT,
        words BIGINT,
        questions BIGINT,           -- numbered ones, in a text that has them
        body BLOB                   -- compressed; the crate content knows its form
    );
    CREATE INDEX content_problem ON content (problem) WHERE problem IS NOT NULL;

    -- Those who have an account. What follows is not from the source, and cannot be had again.
    CREATE TABLE account (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        email TEXT NOT NULL UNIQUE, -- in lower case
        created_at BIGINT NOT NULL,
        muted_at BIGINT,            -- by the operator: no alerts
        unsubscribed_at BIGINT,     -- by its holder: no mail but what is needed to log in
        refused_at BIGINT,          -- by a mail server, for good
        refusal TEXT
    );

    -- Wishes to log in. Secrets are hashes here.
    CREATE TABLE login (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        email TEXT NOT NULL,
        token BLOB NOT NULL UNIQUE, -- in the mailed link
        code BLOB NOT NULL,         -- the mailed digits, with the browser's secret
        browser BLOB NOT NULL,      -- the secret of the browser that asked
        return_to TEXT NOT NULL,
        expires_at BIGINT NOT NULL,
        attempts BIGINT NOT NULL,   -- at the code
        used_at BIGINT
    );
    CREATE INDEX login_browser ON login (browser);
    CREATE INDEX login_email ON login (email);

    CREATE TABLE session (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        account BIGINT NOT NULL,
        token BLOB NOT NULL UNIQUE, -- a hash
        browser TEXT NOT NULL,      -- in words
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL     -- to within a day
    );
    CREATE INDEX session_account ON session (account);

    -- The outbox: mail to be sent, and what became of it.
    CREATE TABLE message (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        account BIGINT,             -- NULL: who has none yet wants to log in
        kind TEXT NOT NULL,         -- 'login', 'alert' or 'webhook'
        webhook BIGINT,             -- where it goes, if it is no mail
        message_id TEXT NOT NULL UNIQUE,
        thread TEXT,
        unsubscribe TEXT,
        recipient TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,         -- of a log-in: emptied once it was sent
        html TEXT NOT NULL,
        expires_at BIGINT,
        state TEXT NOT NULL,        -- 'queued', 'accepted' by a server, 'failed' for good
        attempts BIGINT NOT NULL,
        next_try BIGINT,            -- NULL unless queued
        problem TEXT,
        created_at BIGINT NOT NULL,
        accepted_at BIGINT
    );
    CREATE INDEX message_queued ON message (next_try) WHERE state = 'queued' AND webhook IS NULL;
    CREATE INDEX message_webhook ON message (webhook, state, id) WHERE webhook IS NOT NULL;
    CREATE INDEX message_account ON message (account, id);
    CREATE INDEX message_recipient ON message (recipient);

    -- Servers of account holders, where they are told what happened.
    CREATE TABLE webhook (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        account BIGINT NOT NULL,
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        secret TEXT NOT NULL,       -- what is sent is signed with it, so it is no hash
        created_at BIGINT NOT NULL,
        accepted_at BIGINT,         -- when it last took something on
        problem TEXT,               -- why it did not, the last time
        refused_at BIGINT           -- nothing is sent since then: it refused for good, or for too long
    );
    CREATE INDEX webhook_account ON webhook (account);

    -- What was done since the database was made, in numbers.
    CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);

    -- Who spoke for how long, per transcript and role; made with its text, by the file's hash.
    CREATE TABLE spoken (
        sha256 TEXT NOT NULL,
        voornaam TEXT NOT NULL,
        achternaam TEXT NOT NULL,   -- with its prefixes before it
        fractie TEXT NOT NULL,      -- '' for who speaks for no party
        is_government BOOLEAN NOT NULL,
        role TEXT NOT NULL,         -- 'speaker', 'interrupter' or 'chair'
        seconds BIGINT NOT NULL,
        turns BIGINT NOT NULL,
        PRIMARY KEY (sha256, achternaam, voornaam, fractie, is_government, role)
    );
    CREATE INDEX spoken_achternaam ON spoken (achternaam);

    -- Who had the floor in the transcript that a file is; made with its text.
    CREATE TABLE speech (
        sha256 TEXT NOT NULL,
        place BIGINT NOT NULL,      -- in the order of the transcript
        voornaam TEXT NOT NULL,
        achternaam TEXT NOT NULL,   -- with its prefixes before it
        fractie TEXT NOT NULL,      -- '' for who speaks for no party
        is_government BOOLEAN NOT NULL,
        speech TEXT NOT NULL,       -- the source's identifier: the anchor in the page is s- and this
        topic TEXT NOT NULL,
        begun BIGINT,               -- milliseconds
        seconds BIGINT NOT NULL,
        PRIMARY KEY (sha256, place)
    );
    CREATE INDEX speech_achternaam ON speech (achternaam, begun);

    -- What a file's text refers to, with the first passage that does; made with its text.
    CREATE TABLE reference (
        sha256 TEXT NOT NULL,
        target TEXT NOT NULL,       -- the key that the crate content gives it
        passage TEXT NOT NULL,
        times BIGINT NOT NULL,
        PRIMARY KEY (sha256, target)
    );
    CREATE INDEX reference_target ON reference (target);

    -- What news touched and what is not told yet, since its parts come in one by one: of a document
    -- also its version and its actors. `part` is what changed, `whole` what it belongs to.
    CREATE TABLE unsettled (
        whole_category TEXT NOT NULL,
        whole BLOB NOT NULL,
        part_category TEXT NOT NULL,
        part BLOB NOT NULL,
        is_new BOOLEAN NOT NULL,    -- it was never there before
        revision BIGINT,            -- its state before all this, if it had one
        change BIGINT NOT NULL,     -- the last of its changes
        first_at BIGINT NOT NULL,   -- of real time
        last_at BIGINT NOT NULL,
        PRIMARY KEY (whole, part)
    );
    CREATE INDEX unsettled_last ON unsettled (last_at);

    -- What happened, for who reads it and for who watches. One line per fact, whatever the number of
    -- entities that it came in.
    CREATE TABLE event (
        number INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        kind TEXT NOT NULL,
        category TEXT NOT NULL,
        entity BLOB NOT NULL,
        cause BIGINT NOT NULL,      -- what tells it from others of its kind and entity
        address TEXT,               -- of its page
        title TEXT NOT NULL,
        what TEXT NOT NULL,         -- JSON: from what to what; the crate watch knows its form
        at BIGINT NOT NULL,         -- when the source published it
        made_at BIGINT NOT NULL,    -- of real time
        to_match BOOLEAN NOT NULL,  -- it is to be held against what is watched
        UNIQUE (entity, kind, cause)
    );
    CREATE INDEX event_kind ON event (kind, number);
    CREATE INDEX event_to_match ON event (number) WHERE to_match;
    -- The pages that it concerns, by their addresses.
    CREATE TABLE event_topic (
        topic TEXT NOT NULL,
        event BIGINT NOT NULL,
        PRIMARY KEY (topic, event)
    );
    CREATE INDEX event_topic_event ON event_topic (event);

    -- What somebody watches.
    CREATE TABLE monitor (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        account BIGINT NOT NULL,
        name TEXT NOT NULL,
        subject TEXT NOT NULL,      -- a page, a list or a search of the site, by its address
        kinds TEXT NOT NULL,        -- of events, with commas; '': all
        channel TEXT NOT NULL,      -- 'mail', 'feed', or 'webhook-' and its number
        frequency TEXT NOT NULL,    -- 'once', 'hourly', 'daily' or 'weekly'
        minute BIGINT NOT NULL,     -- of the day, Amsterdam time, for 'daily' and 'weekly'
        weekday BIGINT NOT NULL,    -- 1: Monday, for 'weekly'
        quiet_from BIGINT,          -- minute of the day from which nothing is sent
        quiet_until BIGINT,
        muted TEXT NOT NULL,        -- topics that it passes over, one a line
        paused BOOLEAN NOT NULL,
        created_at BIGINT NOT NULL
    );
    CREATE INDEX monitor_account ON monitor (account);

    -- What an account is to be told: an event that one or more of its monitors matched, per channel.
    CREATE TABLE notice (
        id INTEGER PRIMARY KEY AUTOINCREMENT, -- PostgreSQL: BIGINT GENERATED ALWAYS AS IDENTITY
        account BIGINT NOT NULL,
        event BIGINT NOT NULL,
        channel TEXT NOT NULL,
        due_at BIGINT,              -- NULL: it stands in a feed, and is not sent
        told_at BIGINT,             -- when it was handed to the outbox
        message BIGINT,             -- in the outbox, if something was sent
        UNIQUE (account, event, channel)
    );
    CREATE INDEX notice_due ON notice (due_at) WHERE told_at IS NULL AND due_at IS NOT NULL;
    CREATE TABLE notice_monitor (
        monitor BIGINT NOT NULL,
        notice BIGINT NOT NULL,
        PRIMARY KEY (monitor, notice)
    );
    CREATE INDEX notice_monitor_notice ON notice_monitor (notice);

    -- Addresses of feeds and calendars that only their owner knows.
    CREATE TABLE private_feed (
        token BLOB NOT NULL PRIMARY KEY, -- a hash
        account BIGINT NOT NULL,
        monitor BIGINT,             -- NULL: of all monitors of the account
        created_at BIGINT NOT NULL
    );
    CREATE INDEX private_feed_account ON private_feed (account);
";

/// The ways into the tables of entities besides their GUID and their relations. One that begins with a
/// relation is the way along that relation too.
const INDEXES: &[&str] = &[
    "document (document_nummer)",
    "document (datum)",
    "document (kamerstukdossier, volgnummer)",
    "document (kamerstukdossier, soort)",
    "zaak (nummer)",
    "zaak (gestart_op)",
    "zaak (kamerstukdossier, gestart_op)",
    "activiteit (nummer)",
    "activiteit (datum)",
    "activiteit (soort, datum)",
    "activiteit (voortouwcommissie, datum)",
    "persoon (nummer)",
    "persoon (achternaam)",
    "kamerstukdossier (nummer, toevoeging)",
    "vergadering (aanvangstijd)",
    "toezegging (nummer)",
    "toezegging (achternaam)",
    "stemming (actor_fractie)",
    "document_versie (externeidentifier)",
    // What the lists filter and order by.
    "document (kamerstukdossier, datum)",
    "zaak (soort, gestart_op)",
    "toezegging (status, aanmaakdatum)",
    "vergadering (datum)",
    // The newest of a kind.
    "document (soort, datum)",
    // What somebody submitted or signed, without a look at each row.
    "zaak_actor (persoon, relatie, zaak)",
    "zaak_actor (commissie, relatie, zaak)",
    "document_actor (persoon, functie, document)",
    // Of many zaken, each by its GUID, the kind and the newest.
    "zaak (id, gestart_op, soort, nummer)",
];

/// Makes the tables of an empty database; refuses one of a newer version, or of one before
/// the first release.
pub(crate) fn prepare(connection: &mut Connection, path: &Path) -> Result<()> {
    let has_meta = connection
        .query_row("SELECT 1 FROM sqlite_master WHERE name = 'meta'", [], |_| Ok(()))
        .optional()?
        .is_some();
    if !has_meta {
        let transaction = connection.transaction()?;
        transaction.execute_batch(FIXED)?;
        transaction.execute_batch(&entity_tables())?;
        transaction.execute(
            "INSERT INTO meta (key, value) VALUES ('schema', ?1)",
            [SCHEMA_VERSION.to_string()],
        )?;
        transaction.commit()?;
        return Ok(());
    }
    let found = connection
        .query_row("SELECT value FROM meta WHERE key = 'schema'", [], |row| {
            row.get::<_, String>(0)
        })?
        .parse()
        .unwrap_or(i64::MAX);
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA_VERSION });
    }
    if found < SCHEMA_VERSION {
        return Err(StoreError::Older { path: path.to_owned(), found });
    }
    name_ministries(connection)
}

/// Tells anew of which ministry texts speak, where this version of the program knows better than the one
/// that noted it.
fn name_ministries(connection: &mut Connection) -> Result<()> {
    let noted: Vec<(String, Option<String>)> = connection
        .prepare("SELECT tekst, ministerie FROM ministerie_van")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let differs =
        |(text, noted): &&(String, Option<String>)| derived::ministry_in(text) != noted.as_deref();
    let outdated: Vec<_> = noted.iter().filter(differs).collect();
    if outdated.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for (text, _) in outdated {
        derived::name_ministry(&transaction, text)?;
    }
    transaction.commit()?;
    Ok(())
}

fn entity_tables() -> String {
    let mut sql = String::new();
    for description in Category::ALL.iter().map(|category| category.description()) {
        let table = description.table;
        // Writing to a String cannot fail.
        let _ = write!(sql, "CREATE TABLE {table} (id BLOB NOT NULL PRIMARY KEY");
        for field in columns(description) {
            let _ = write!(sql, ", {} {}", field.column, column_type(field.kind));
        }
        sql.push_str(");\n");
        for field in description.fields {
            let column = field.column;
            let _ = match field.kind {
                Kind::One(_) if has_index(table, column) => Ok(()),
                Kind::One(_) => writeln!(
                    sql,
                    "CREATE INDEX {table}_{column} ON {table} ({column}) \
                     WHERE {column} IS NOT NULL;"
                ),
                Kind::Many(_) => {
                    let pairs = pair_table(description, field);
                    write!(
                        sql,
                        "CREATE TABLE {pairs} (source BLOB NOT NULL, target BLOB NOT NULL, \
                         place BIGINT NOT NULL, PRIMARY KEY (source, target));\n\
                         CREATE INDEX {pairs}_target ON {pairs} (target);\n"
                    )
                }
                _ => Ok(()),
            };
        }
    }
    for index in INDEXES {
        let name: String = index
            .chars()
            .filter(|character| character.is_ascii_alphanumeric() || "_ ".contains(*character))
            .map(|character| if character == ' ' { '_' } else { character })
            .collect();
        let _ = writeln!(sql, "CREATE INDEX by_{name} ON {index};");
    }
    sql
}

/// Whether one of [`INDEXES`] begins with a column of a table.
fn has_index(table: &str, column: &str) -> bool {
    INDEXES.iter().any(|index| {
        index
            .strip_prefix(table)
            .and_then(|rest| rest.strip_prefix(" ("))
            .and_then(|rest| rest.strip_prefix(column))
            .is_some_and(|rest| rest.starts_with([',', ')']))
    })
}

/// The fields that are columns of the category's own table.
pub(crate) fn columns(description: &Description) -> impl Iterator<Item = &'static Field> {
    description.fields.iter().filter(|field| !matches!(field.kind, Kind::Many(_) | Kind::Withheld))
}

/// The table of pairs of a relation that repeats: `document_zaak` for `Document.zaak`.
pub(crate) fn pair_table(description: &Description, field: &Field) -> String {
    format!("{}_{}", description.table, field.column)
}

fn column_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Partial | Kind::Amount | Kind::Day => "TEXT",
        Kind::Integer | Kind::Moment => "BIGINT",
        Kind::Boolean => "BOOLEAN",
        Kind::One(_) | Kind::Many(_) | Kind::Withheld => "BLOB",
    }
}
