-- The three roles of the product and its database. May be run again at any time, as the cluster's superuser.
-- Passwords come from the environment; without them (sockets in a private folder) the roles have none.
\set ON_ERROR_STOP on
\set migrator_password ''
\set app_password ''
\set auditor_password ''
\getenv migrator_password STEWARD_MIGRATOR_PASSWORD
\getenv app_password STEWARD_APP_PASSWORD
\getenv auditor_password STEWARD_AUDITOR_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['steward_migrator', 'steward_app', 'steward_auditor']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE steward_migrator CREATEDB;
ALTER ROLE steward_auditor SET default_transaction_read_only = on;

SELECT format('ALTER ROLE %I PASSWORD %L', name, password)
FROM (VALUES ('steward_migrator', :'migrator_password'), ('steward_app', :'app_password'), ('steward_auditor', :'auditor_password'))
  AS given (name, password)
WHERE password <> '' \gexec

SELECT 'CREATE DATABASE steward OWNER steward_migrator'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'steward') \gexec

\connect steward
-- The owner of the database owns the schema, and nobody else may create in it.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO steward_migrator;
REVOKE ALL ON DATABASE steward FROM PUBLIC;
GRANT CONNECT ON DATABASE steward TO steward_app, steward_auditor;
