-- The two roles, run as a superuser: by the embedded servers at each start, by docker-compose at the first one, by an
-- operator on a server of one's own. Passwords, where there are any, are set apart.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'boussole_migrate') THEN CREATE ROLE boussole_migrate; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'boussole_app') THEN CREATE ROLE boussole_app; END IF;
END $$;

-- Owns the tables. BYPASSRLS: without it, data migrations would silently see no rows.
ALTER ROLE boussole_migrate LOGIN NOSUPERUSER BYPASSRLS CREATEDB NOCREATEROLE;
ALTER ROLE boussole_migrate SET lock_timeout = '10s';

-- Web, worker and beat. Time-outs by role, since start-up options do not pass a transaction pooler.
ALTER ROLE boussole_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
ALTER ROLE boussole_app SET statement_timeout = '30s';
ALTER ROLE boussole_app SET lock_timeout = '10s';
ALTER ROLE boussole_app SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE boussole_migrate SET timezone = 'UTC';
ALTER ROLE boussole_app SET timezone = 'UTC';

SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
