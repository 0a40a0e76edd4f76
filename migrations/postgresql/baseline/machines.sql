-- What a machine says of itself, and which configuration it uses.

CREATE TABLE heartbeats (
    name text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    late_after timestamptz NOT NULL,
    detail json NOT NULL,
    CONSTRAINT pk_heartbeats PRIMARY KEY (name)
);

CREATE TABLE config_versions (
    number bigserial NOT NULL,
    created timestamptz NOT NULL,
    author text COLLATE "C" NOT NULL,
    note text COLLATE "C",
    sha256 text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    files json NOT NULL,
    restores bigint,
    effective timestamptz,
    CONSTRAINT pk_config_versions PRIMARY KEY (number)
);

CREATE TABLE config_acknowledgements (
    version bigint NOT NULL,
    worker text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    problem text COLLATE "C",
    lacking json NOT NULL,
    file_sha256 text COLLATE "C",
    CONSTRAINT pk_config_acknowledgements PRIMARY KEY (version, worker),
    CONSTRAINT fk_config_acknowledgements_version_config_versions
        FOREIGN KEY (version) REFERENCES config_versions (number)
);
