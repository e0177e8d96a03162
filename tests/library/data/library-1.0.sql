-- A library of format 1.0, as its studio wrote it. Never edit: it stands for files on artists' disks.
PRAGMA user_version = 65536;
BEGIN TRANSACTION;
CREATE TABLE media (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        turn_id TEXT NOT NULL DEFAULT '', call_id TEXT NOT NULL DEFAULT '', round INTEGER NOT NULL DEFAULT 0,
        kind TEXT NOT NULL, uploaded INTEGER NOT NULL, number INTEGER NOT NULL, origin TEXT,
        sha256 TEXT NOT NULL, ext TEXT NOT NULL, mime_type TEXT NOT NULL, byte_length INTEGER NOT NULL,
        width INTEGER, height INTEGER, duration_s REAL, name TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL DEFAULT '', prompt TEXT NOT NULL DEFAULT '', used_prompt TEXT NOT NULL DEFAULT '',
        tool TEXT NOT NULL DEFAULT '', arguments TEXT NOT NULL DEFAULT '{}', seed INTEGER,
        model TEXT NOT NULL DEFAULT '', renderer TEXT NOT NULL DEFAULT '', source_url TEXT NOT NULL DEFAULT '',
        favourite INTEGER NOT NULL DEFAULT 0, missing INTEGER NOT NULL DEFAULT 0,
        created_ms INTEGER NOT NULL, deleted_ms INTEGER,
        UNIQUE (session_id, kind, uploaded, number), UNIQUE (session_id, origin));
INSERT INTO "media" VALUES(1,'p1','s1','t1','',1,'image',0,1,NULL,'abababababababababababababababababababababababababababababababab','png','image/png',123,NULL,NULL,NULL,'','Lighthouse','a lighthouse above the clouds','','','{}',7,'','','',0,0,1150,NULL);
CREATE TABLE media_parents (
        piece_id TEXT NOT NULL REFERENCES media (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        parent_id TEXT NOT NULL, PRIMARY KEY (piece_id, position)) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sessions (
        id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', renamed INTEGER NOT NULL DEFAULT 0,
        pinned INTEGER NOT NULL DEFAULT 0, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
        deleted_ms INTEGER);
INSERT INTO "sessions" VALUES('s1','Old lighthouse',1,1,1000,2000,NULL);
INSERT INTO "sessions" VALUES('s2','Thrown away',0,0,1000,1500,1600);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "settings" VALUES('theme','"dark"');
CREATE TABLE turn_items (
        turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE, position INTEGER NOT NULL,
        kind TEXT NOT NULL, call_id TEXT, body TEXT NOT NULL,
        PRIMARY KEY (turn_id, position)) WITHOUT ROWID;
INSERT INTO "turn_items" VALUES('t1',0,'text',NULL,'Here is your pharos.');
INSERT INTO "turn_items" VALUES('t2',0,'tool','c9','{"call_id":"c9","tool":"generate_image","status":"working","from_the_future":42}');
INSERT INTO "turn_items" VALUES('t2',1,'text',NULL,'');
CREATE TABLE turn_text (
        id INTEGER PRIMARY KEY, turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE,
        position INTEGER NOT NULL, text TEXT NOT NULL);
INSERT INTO "turn_text" VALUES(1,'t2',1,'Half an ');
INSERT INTO "turn_text" VALUES(2,'t2',1,'answer');
CREATE TABLE turns (
        id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        round INTEGER NOT NULL, user_text TEXT NOT NULL, attachments TEXT NOT NULL DEFAULT '[]',
        status TEXT NOT NULL, trouble TEXT, notices TEXT NOT NULL DEFAULT '[]',
        answered_by TEXT NOT NULL DEFAULT '', created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
        UNIQUE (session_id, round));
INSERT INTO "turns" VALUES('t1','s1',1,'a lighthouse above the clouds','[]','done',NULL,'[]','director',1100,1200);
INSERT INTO "turns" VALUES('t2','s1',2,'now at night','[]','working',NULL,'[]','',1300,1300);
CREATE INDEX sessions_by_time ON sessions (pinned DESC, updated_ms DESC) WHERE deleted_ms IS NULL;
CREATE INDEX turns_open ON turns (status) WHERE status IN ('waiting', 'working');
CREATE INDEX turn_text_by_turn ON turn_text (turn_id, position, id);
CREATE INDEX media_alive ON media (session_id, deleted_ms, seq, id);
CREATE INDEX media_covers ON media (session_id, kind, deleted_ms, seq);
CREATE INDEX media_by_hash ON media (sha256);
COMMIT;
