"""What others rely on: the schemas of facts, the routes of the gateway."""
