"""The console in a real browser, on the platform as `wengang up` runs it."""
