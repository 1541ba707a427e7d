"""The command line, against a real small HTTP server in the gateway's place."""
