"""`wengang`, the command line: pushes, inspects and operates through the gateway, over HTTP."""
