"""The learned model: trained, judged, explained and kept by one pipeline on any labelled panel."""
