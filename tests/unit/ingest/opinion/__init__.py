"""Linking and labelling: names, places, numbers, allegations, clusters."""
