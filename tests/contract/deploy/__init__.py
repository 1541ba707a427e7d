"""Manifests, compose file, image and realm: what an operator applies, checked without a cluster."""
