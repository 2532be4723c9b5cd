"""Pure values that rules may import: money, periods, identifiers, refusals."""
