-- The index for search, and what notes in it what is to be entered: see `store.search_postgresql`.

CREATE TABLE article_words (
    word text COLLATE "C" NOT NULL,
    CONSTRAINT pk_article_words PRIMARY KEY (word)
);

CREATE TABLE search_state (
    id bigserial NOT NULL,
    version text COLLATE "C" NOT NULL,
    indexed_from bigint NOT NULL,
    CONSTRAINT pk_search_state PRIMARY KEY (id),
    CONSTRAINT ck_search_state_ck_search_state_only_one CHECK (id = 1)
);

CREATE TABLE article_search (
    article_id bigint PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    words tsvector,
    exact boolean NOT NULL
);
CREATE INDEX ix_article_search_words ON article_search USING gin (words);
CREATE INDEX ix_article_search_all ON article_search (article_id) WHERE words IS NULL;

CREATE TABLE article_search_queue (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id bigint NOT NULL
);

CREATE FUNCTION note_for_search() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO article_search_queue (article_id) VALUES (new.id); RETURN NULL; END $$;
CREATE TRIGGER article_search_new AFTER INSERT ON articles
    FOR EACH ROW EXECUTE FUNCTION note_for_search();
CREATE TRIGGER article_search_changed AFTER UPDATE OF title, summary, body ON articles
    FOR EACH ROW
    WHEN ((old.title, old.summary, old.body) IS DISTINCT FROM (new.title, new.summary, new.body))
    EXECUTE FUNCTION note_for_search();

INSERT INTO search_state (id, version, indexed_from) VALUES (1, '', 1);
