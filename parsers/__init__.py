"""Files in, facts out: every laboratory and caller format read into the records of `parsers.records`."""
