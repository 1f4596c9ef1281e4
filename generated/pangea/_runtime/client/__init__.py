"""Clients: they send requests and wait. Each synchronous module has an asynchronous twin."""
