"""The kernel that every deployable stands on; imports none of them."""
