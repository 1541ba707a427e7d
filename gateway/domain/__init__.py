"""The rules of the gateway: who may be a partner, and what an officer sees."""
