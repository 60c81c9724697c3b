"""The data that the mock serves: one coherent world for each seed."""
