"""The outside world: Prefect flows, folders, settings, clock and the command line."""
