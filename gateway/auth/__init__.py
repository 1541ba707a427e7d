"""Who calls: tokens of the OpenID provider, and who their bearers are to us."""
