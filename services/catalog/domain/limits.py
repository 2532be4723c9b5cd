"""How much a course sheet may hold (Ours): far beyond any real one, so that none can hold up the others."""

MOST_DAYS = 100
MOST_SECTIONS = 100  # of a half-day
MOST_STATEMENTS = 200  # of a part, points of a section included
NAME_CHARACTERS = 200
STATEMENT_CHARACTERS = 2_000
LINE_CHARACTERS = 5_000
# Unicode's stream-safe text format (UAX #15): no script needs more marks on one letter, and normalising is quadratic
# in their number.
MARKS_ON_A_LETTER = 30
