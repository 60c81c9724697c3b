"""Reports of a run, for people and for programs. Each is told of the run as it happens."""
