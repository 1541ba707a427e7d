"""How a deployable is put together: its API process, its worker process, its command line."""
