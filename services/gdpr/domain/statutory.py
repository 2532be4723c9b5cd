"""Periods of the law for privacy requests, with their source, and those that are ours."""

# Art. 12(3) GDPR: one month from receipt; two further months where it is necessary.
ANSWER_MONTHS = 1
EXTENDED_MONTHS = 3

# Ours: how long a person has to show who they are before the request may be refused for it (Art. 12(2) names none).
IDENTITY_MONTHS = 1

# Ours: how long the package stays after it was handed over, so that it can be handed over again or explained.
PACKAGE_MONTHS = 3

# Ours: how long a closed request is kept as proof of what was answered: the time in which a claim can be brought
# (C. civ. 2224).
REQUEST_MONTHS = 60
