"""The whole platform on one machine: embedded servers, and the processes that use them."""
