"""The facts that services tell each other: one frozen class per fact, grouped by who says it."""
