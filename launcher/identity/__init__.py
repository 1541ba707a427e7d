"""The embedded OpenID provider (canaille): what it shall know, and the one process that runs it."""
