"""The deadline of Art. 12(3) GDPR worked out apart: nothing of the platform, no library of holidays.

Months and pauses are walked day by day; a pause is told as (asked, answered).

Easter by the anonymous Gregorian computus; the French national holidays by C. trav. L3133-1.
"""

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def easter(year: int) -> date:
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


def holidays(year: int) -> set[date]:
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    movable = [easter(year) + timedelta(days=days) for days in (1, 39, 50)]
    return {date(year, month, day) for month, day in fixed} | set(movable)


def same_day_next_month(day: date) -> date:
    """By walking: the day of that number in the month after, or the last one of that month."""
    walked = day + ONE_DAY
    while walked.month == day.month:
        walked += ONE_DAY
    month = walked.month
    while walked.day < day.day and (walked + ONE_DAY).month == month:
        walked += ONE_DAY
    return walked


def rolled(day: date) -> date:
    while day.isoweekday() in (6, 7) or day in holidays(day.year):
        day += ONE_DAY
    return day


def same_day_months_later(day: date, months: int) -> date:
    """By walking to the month, then to the day of that number, or the last one of that month."""
    walked = day.replace(day=1)
    for _ in range(months):
        month = walked.month
        while walked.month == month:
            walked += ONE_DAY
    month = walked.month
    while walked.day < day.day and (walked + ONE_DAY).month == month:
        walked += ONE_DAY
    return walked


def left(today: date, end: date) -> int:
    """The days that are left behind today through the end, counted one by one."""
    count = 0
    while today < end:
        today += ONE_DAY
        count += 1
    return count


def desk_day(received: date, pauses: list[tuple[date, date]], months: int) -> date:
    """What was left when identity was asked for is left when the answer comes."""
    end = same_day_months_later(received, months)
    for asked, answered in pauses:
        if asked <= end:
            days = left(asked, end)
        elif asked <= rolled(end):
            days = left(asked, rolled(end))
        else:
            continue
        end = answered
        for _ in range(days):
            end += ONE_DAY
    return end
