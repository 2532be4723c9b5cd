"""Values of the law that payments applies itself: they come with no event."""

# C. conso L221-24, in force since 2016-07-01 (ordonnance 2016-301).
REFUND_DAYS = 14
