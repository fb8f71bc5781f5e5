CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS users (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS accounts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS workspaces (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS projects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    root_folder_id TEXT NOT NULL,
    name TEXT NOT NULL,
    restricted INTEGER NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);

-- Folders, files and version stacks in one table, as they are listed together. Names need not
-- differ. `stack_position` counts from 1, the oldest version, and is null outside stacks.
-- `stays` is the status that a fault holds a file at.
CREATE TABLE IF NOT EXISTS assets (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    parent_id TEXT REFERENCES assets (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    file_size INTEGER NOT NULL DEFAULT 0,
    media_type TEXT,
    first_part_at REAL,
    complete_at REAL,
    sha256 TEXT,
    stack_position INTEGER,
    failed_at REAL,
    stays TEXT
);
CREATE INDEX IF NOT EXISTS assets_of_parent ON assets (parent_id);
CREATE INDEX IF NOT EXISTS assets_of_project ON assets (project_id);

CREATE TABLE IF NOT EXISTS parts (
    file_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    arrived_at REAL,
    PRIMARY KEY (file_id, number)
);

-- Replies are comments with a parent. `timestamp` counts frames, `owner` is the owner's name.
CREATE TABLE IF NOT EXISTS comments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    file_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    parent_id TEXT REFERENCES comments (id) ON DELETE CASCADE,
    owner_id TEXT NOT NULL REFERENCES users (id),
    owner TEXT NOT NULL,
    text TEXT NOT NULL,
    timestamp INTEGER,
    duration INTEGER,
    page INTEGER,
    annotation TEXT,
    anchor TEXT,
    text_edited_at REAL,
    completed_at REAL,
    completer_id TEXT REFERENCES users (id),
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS comments_of_file ON comments (file_id);
CREATE INDEX IF NOT EXISTS replies_of_comment ON comments (parent_id);

-- `configuration` and `value` are JSON.
CREATE TABLE IF NOT EXISTS field_definitions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    field_type TEXT NOT NULL,
    configuration TEXT NOT NULL,
    mutable INTEGER NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS metadata_values (
    file_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    definition_id TEXT NOT NULL REFERENCES field_definitions (id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    PRIMARY KEY (file_id, definition_id)
);

-- `settings` is JSON: all that was said when the share was made and changed.
CREATE TABLE IF NOT EXISTS shares (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    collection_id TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS share_assets (
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    asset_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
    PRIMARY KEY (share_id, asset_id)
);

CREATE TABLE IF NOT EXISTS share_reviewers (
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id),
    PRIMARY KEY (share_id, user_id)
);

CREATE TABLE IF NOT EXISTS webhooks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    active INTEGER NOT NULL,
    secret TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);

-- Attempts to deliver an event; `status` is null when nobody answered in time.
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    webhook_id TEXT NOT NULL,
    event TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    status INTEGER
);

-- Login codes and tokens, as digests. One grant is one click on Allow.
CREATE TABLE IF NOT EXISTS grants (
    digest TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    redirect_uri TEXT,
    expires_at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    request_headers TEXT NOT NULL,
    request_body TEXT NOT NULL DEFAULT 'null',
    bytes INTEGER NOT NULL DEFAULT 0,
    status INTEGER,
    response_headers TEXT NOT NULL DEFAULT 'null',
    response_body TEXT NOT NULL DEFAULT 'null',
    seconds REAL,
    fault INTEGER
);
