"""The commands, one module per noun; each is imported only when it is called."""
