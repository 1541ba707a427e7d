"""How facts travel: event log and outbox, relay, JetStream, inbox, dead letters, reconciliation."""
