-- Rights on the database itself, run as a superuser after roles.sql, once the database exists.
ALTER DATABASE boussole OWNER TO boussole_migrate;
REVOKE ALL ON DATABASE boussole FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE boussole TO boussole_app;
