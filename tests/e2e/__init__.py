"""Stories through the gateway, on the whole platform."""
