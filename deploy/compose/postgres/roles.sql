-- Run once, by the superuser, in a new cluster; afterwards nobody signs in as that one by password.
\getenv administrator POSTGRES_PASSWORD
\getenv identity IDENTITY_PASSWORD
CREATE ROLE wengang_administrator LOGIN CREATEROLE PASSWORD :'administrator';
CREATE DATABASE wengang OWNER wengang_administrator;
CREATE ROLE keycloak LOGIN PASSWORD :'identity';
CREATE DATABASE keycloak OWNER keycloak;
ALTER ROLE CURRENT_USER PASSWORD NULL;
