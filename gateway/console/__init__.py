"""The officers' console: pages over the platform's API, called through the gateway's own door."""
