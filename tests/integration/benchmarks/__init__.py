"""The benchmarks on real servers, at the least size: that they run, not how fast."""
