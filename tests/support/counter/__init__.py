"""A service as small as one can be, to test the chassis with: named counters that are counted up."""
