"""The learned model on small generated panels."""
