"""Who is referred to whom: offers under quotas, bounded first, then rounded and improved."""
