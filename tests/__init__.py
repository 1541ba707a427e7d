"""The tests: unit, contract, integration, end to end, browser, architecture."""
