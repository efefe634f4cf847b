"""Facts in, statements with reasons out: pure functions over packaged tables. No I/O beyond those tables, no clock."""
