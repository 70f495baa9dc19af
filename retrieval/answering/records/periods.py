"""Periods: stretches of days that have a name of their own: "May 2025", "last week", "Q3 2025", "two weeks ago"."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY_WORDS: Final = frozenset(
    """
    today yesterday todays yesterdays tomorrow week weeks weekend month months year years quarter days january february
    march april june july august september october november december monday tuesday wednesday thursday friday saturday
    sunday spring summer autumn winter
    """.split()
)
"""The words of periods that may be mistyped."""
YEAR: Final = r"(?:19[89]\d|20[0-4]\d)(?![\d.]\d)"
_WEEKDAYS: Final = tuple("mon tue wed thu fri sat sun".split())
WEEKDAY: Final = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)"
_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        ("a an one", "two couple", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
    for word in words.split()
}
_NUMBER: Final = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})"
_HOLIDAYS: Final = {
    "christmas eve": (12, 24), "christmas": (12, 25), "boxing": (12, 26), "new years eve": (12, 31),
    "new year": (1, 1), "valentine": (2, 14), "halloween": (10, 31),
}  # fmt: skip
HOLIDAY: Final = r"(?:christmas(?: eve| day)?|boxing day|new year(?:['’]?s (?:eve|day))?|valentine['’]?s day|halloween)"
_UNIT: Final = r"(?:day|week|fortnight|month|year)s?"
_SEASONS: Final = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_SEASON: Final = r"(?:spring|summer|autumn|fall|winter)"
_DAYS_OF_UNIT: Final = {"day": 1, "week": 7, "fortnight": 14}
_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)
_MONTHS_OF_YEAR: Final = 12
_THIRDS: Final = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
_PART: Final = "|".join(_THIRDS)
_PLACES: Final = {
    word: place
    for place, words in enumerate(
        ("first 1st opening initial", "second 2nd other", "third 3rd", "fourth 4th", "last final closing")
    )
    for word in words.split()
}
_PLACE: Final = "|".join(_PLACES)
_LAST: Final = 4  # the place of what is last
_BEFORE: Final = frozenset({"last", "past", "previous", "this past"})
_DAYS_BACK: Final = {
    "today": 0, "day": 0, "tonight": 0, "right now": 0, "yesterday": 1, "day before": 1, "night before": 1,
    "day before yesterday": 2, "tomorrow": -1,
}  # fmt: skip

Days = tuple[date, date]
"""The first and the last day, both included."""

_YEAR: Final = rf"(?:{YEAR}|(?:this|last) year)"
_DAY_OF_MONTH: Final = rf"(?:{DAY}\.? (?:of )?{MONTH}(?:,? {YEAR})?|{MONTH} {DAY}(?:,? {YEAR})?(?!\d))"
_OF_YEARS: Final = rf"(?:{YEAR}(?:[/-]\d\d)?|(?:this|last) year|['’]\d\d)"
_WHOLE: Final = (
    rf"(?:{MONTH}(?:,? (?:of )?{_OF_YEARS})?|{_SEASON} (?:of )?{_OF_YEARS}|{_OF_YEARS}|q[1-4] (?:of )?{_OF_YEARS}"
    rf"|(?:the|this|last|next|the (?:current|last|previous)) (?:week|month|quarter|year|{_SEASON}))"
)
"""What has parts: a month, a season, a year."""
_PART_OF: Final = (
    rf"(?:(?:{_PLACE}) (?:(?:few|couple of|{_NUMBER}) )?(?:days?|weeks?|months?|quarter|half)(?: of| in|(?<=f|r),?)"
    rf"|(?:{_PART})(?: of| in|-| ))"
)
NAMED: Final = (
    r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?!\d)|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d(?!\d)|\d{1,2}/(?:19|20)\d\d"
    rf"|(?:{WEEKDAY},? (?:the )?)?{_DAY_OF_MONTH}|{MONTH},? (?:of )?{_OF_YEARS}|{YEAR},? {MONTH}"
    rf"|(?:q|quarter |h|half )[1-4],? ?(?:of |/ ?)?(?:{_YEAR}|['’]\d\d)|[1-4][qh],? {YEAR}"
    rf"|(?:the )?(?:very )?{_PART_OF} ?(?:the )?(?:year )?{_WHOLE}"
    rf"|(?:the )?{_SEASON} (?:of )?{_OF_YEARS}|(?:the )?{HOLIDAY}(?: (?:of )?{YEAR})?"
    rf"|(?:the )?(?:calendar )?week \d{{1,2}},? (?:of )?{YEAR}"
    rf"|(?:the )?week(?:-?end)? (?:of|from|beginning|starting|ending|commencing)(?: on)? (?:the )?{_DAY_OF_MONTH}"
)
"""Periods that are meant as such wherever they are written."""
_COMING: Final = (
    r"(?:(?:(?<=published )|(?<=listed )|(?<=posted )|(?<=released )|(?<=out )|(?<=appear ))(?:tomorrow|next (?:week"
    r"|month|year))"
    r"|(?:tomorrow|next (?:week|month|year))['’]?s(?= (?:\w+ )?(?:papers?|list|works)))"
)
RELATIVE: Final = (
    r"today|tonight|yesterday|right now|weekly|monthly|(?:the )?day before yesterday|the week-?end"
    r"|the (?:week|month|day|year)\b(?! (?:of|before|on|\d))"
    r"|(?:this|the current|last|this past|the past|past|the previous|previous|the last) (?:week-?end|week|fortnight"
    r"|month"
    r"|quarter|year)"
    rf"|(?:the )?(?:last|past|previous) (?:few|couple(?: of)?|{_NUMBER}) {_UNIT}"
    rf"|{_COMING}|(?:on )?this day last (?:week|month|year)|(?:the )?(?:week|month|year) before last"
    rf"|(?:the )?(?:last|past) half[- ]year|year to date|(?<=since ){_NUMBER} {_UNIT}"
    rf"|(?:a )?(?:{_NUMBER}|couple(?: of)?) {_UNIT} (?:ago(?: today)?|back)|(?:the )?(?:last"
    rf"|past) \d{{2,3}} ?(?:hours|hrs|h)\b"
    r"|the (?:day|night|week|month|year) before(?: that)?(?=\W*$)"
    rf"|{WEEKDAY},? the (?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)\b|(?:(?:last|this|past) )?{WEEKDAY}"
    rf"|(?:last|this) (?:{MONTH}|{_SEASON})"
)
"""Periods that are counted from the present day."""
BARE: Final = (
    rf"(?:the year )?{YEAR}|{MONTH}|q[1-4]|the (?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)"
    r"(?=\W*$|[,;:]| (?:papers?|list|please|pls)\b)"
    rf"|(?:(?<=over )|(?<=during )|(?<=in )|(?<=of )|(?<=since ))the {_SEASON}"
)
"""Years and months, which may be part of a name: only a preposition makes them a period."""
OF_LISTS: Final = re.compile(r"month|year|quarter|" + _SEASON + "|" + MONTH, re.IGNORECASE)
"""What a relative period is of where people think of days of publication rather than of the daily lists."""


def period(text: str, today: date) -> Days | None:
    """The days of a period as it is written; ``None`` for a day that does not exist."""
    text = re.sub(r"^the |(?<=before) that$", "", " ".join(text.lower().split()).replace("’", "'"))
    text = re.sub(r"(?<=q\d)(?: |of |/)*'(\d\d)$|(?<=h\d)(?: |of |/)*'(\d\d)$", r" 20\1\2", text)
    text = re.sub(r"(?<=\w) ((?:of )?)(this|last) year$", lambda of: f" {of[1]}{today.year - (of[2] == 'last')}", text)
    text = re.sub(r"^(quarter|half) (?=[1-4])", lambda unit: unit[1][0], text)
    text = re.sub(r"^(tomorrow|next \w+?)'?s$", r"\1", text)
    text = re.sub(
        rf"(?<=\d)(?:st|nd|rd|th)\b(?! (?:quarter|half|week|month|day))|^{WEEKDAY},? (?:the )?(?=\d|{MONTH})", "", text
    )
    for reader in (
        _numeric,
        _part,
        _quarter_or_half,
        _week,
        _day_of_month,
        _month,
        _season,
        _holiday,
        _relative_day,
        _next,
        _same_day,
        _relative_unit,
    ):
        try:
            days = reader(text, today)
        except (ValueError, OverflowError):
            return None
        if days is not None:
            return days
    return None


def _numeric(text: str, _: date) -> Days | None:
    """``2025``, ``2025-05``, ``2025-05-31``, or ``31.05.2025``; where that is no day, the month is first."""
    found = re.fullmatch(r"(?:year )?(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?", text)
    month_first = re.fullmatch(r"(\d{1,2})/(\d{4})", text)
    if month_first:
        return _months(int(month_first[2]), int(month_first[1]), int(month_first[1]))
    backwards = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text)
    if backwards:
        day, month, year = map(int, backwards.groups())
        if month > _MONTHS_OF_YEAR:
            day, month = month, day
        return _one(date(year, month, day))
    if not found:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    return _one(date(year, month, day)) if day else _months(year, month or 1, month or 12)


def _part(text: str, today: date) -> Days | None:
    """The first or last days, weeks, months, quarter, half or third of a month, a season, a year."""
    found = re.fullmatch(
        rf"(?:very )?(?:(?P<place>{_PLACE}) (?:(?P<count>few|couple of|{_NUMBER}) )?"
        rf"(?P<unit>day|week|month|quarter|half)s?(?: of| in|,)?|(?P<third>{_PART})(?: of| in)?)[ -](?:the )?"
        rf"(?:year )?(?P<whole>{_WHOLE})",
        text,
    )
    whole = period(found["whole"], today) if found else None
    if not found or whole is None:
        return None
    if found["third"]:
        return _nth_of(whole, 3, _THIRDS[found["third"]])
    place = _PLACES[found["place"]]
    if found["unit"] in {"quarter", "half"}:
        parts = 4 if found["unit"] == "quarter" else 2
        return _nth_of(whole, parts, parts - 1 if place == _LAST else place)
    count = 3 if found["count"] == "few" else _count((found["count"] or "one").removesuffix(" of"))
    if place == _LAST:
        return max(whole[0], _before(whole[1] + _ONE_DAY, found["unit"], count)), whole[1]
    first = _before(whole[0], found["unit"], -count * place)
    return first, min(whole[1], _before(first, found["unit"], -count) - _ONE_DAY)


def _nth_of(whole: Days, parts: int, place: int) -> Days | None:
    """One of equal parts: of whole months, or of the days of one month, whose last part has the odd ones."""
    first, last = whole
    months = (last.year - first.year) * _MONTHS_OF_YEAR + last.month - first.month + 1
    if place >= parts:
        return None
    if months >= parts:
        begin = _months_back(-place * months // parts, first)
        return begin, _months_back(-(place + 1) * months // parts, first) - _ONE_DAY
    days = round(((last - first).days + 1) / parts - 0.5)
    begin = first + timedelta(days=days * place)
    return begin, last if place == parts - 1 else begin + timedelta(days=days - 1)


def _before(day: date, unit: str, count: int) -> date:
    """The day so many days, weeks or months before; a negative number is for later ones."""
    return _months_back(count, day) if unit == "month" else day - timedelta(days=count * _DAYS_OF_UNIT[unit])


def _quarter_or_half(text: str, today: date) -> Days | None:
    found = re.fullmatch(r"([qh])([1-4])\W*(?:of )?(\d{4})?|([1-4])([qh]),? (\d{4})", text)
    if not found:
        return None
    months, number = (3 if (found[1] or found[5]) == "q" else 6), int(found[2] or found[4])
    first = months * (number - 1) + 1
    year = int(found[3] or found[6] or today.year - (first > today.month))
    return _months(year, first, first + months - 1)


def _week(text: str, today: date) -> Days | None:
    """A week of the calendar, by its number or a day of it; the weekend of a day."""
    numbered = re.fullmatch(r"(?:calendar )?week (\d+),? (?:of )?(\d{4})", text)
    if numbered:
        monday = date.fromisocalendar(int(numbered[2]), int(numbered[1]), 1)
        return monday, monday + timedelta(days=6)
    found = re.fullmatch(r"(week)(-?end)? (of|from|beginning|starting|ending|commencing)(?: on)? (?:the )?(.+)", text)
    day = _day_of_month(found[4], today) if found else None
    if not found or not day:
        return None
    if found[3] == "ending":
        return day[0] - timedelta(days=6), day[0]
    monday = day[0] - timedelta(days=day[0].weekday())
    return monday + timedelta(days=_SATURDAY if found[2] else 0), monday + timedelta(days=6)


def _day_of_month(text: str, today: date) -> Days | None:
    found = re.fullmatch(rf"(?P<day>\d{{1,2}})\.? (?:of )?(?P<month>{MONTH})(?:,? (?P<year>\d{{4}}))?", text)
    found = found or re.fullmatch(rf"(?P<month>{MONTH}) (?P<day>\d{{1,2}})(?:,? (?P<year>\d{{4}}))?", text)
    if not found:
        day = re.fullmatch(r"(?:the )?(\d{1,2})", text)
        return _one(_last_day_of_number(int(day[1]), today)) if day else None
    chosen = date(int(found["year"] or today.year), _number_of(found["month"]), int(found["day"]))
    return _one(chosen.replace(year=chosen.year - (not found["year"] and chosen > today)))


def _last_day_of_number(number: int, today: date) -> date:
    """The day of this month or, where that is to come or missing, of the last month that has it."""
    first = today.replace(day=1)
    while number > monthrange(first.year, first.month)[1] or first.replace(day=number) > today:
        first = _months_back(1, first)
    return first.replace(day=number)


def _month(text: str, today: date) -> Days | None:
    text = re.sub(r"^(\d{4}),? (\D+)$", r"\2 \1", text)
    found = re.fullmatch(rf"(?:(?:last|this) )?({MONTH}),?(?: (?:of )?(\d{{4}}|'\d\d))?", text)
    if not found:
        return None
    number = _number_of(found[1])
    year = int(found[2].replace("'", "20")) if found[2] else today.year - (number > today.month)
    return _months(year, number, number)


def _season(text: str, today: date) -> Days | None:
    found = re.fullmatch(rf"(?:(?:last|this) )?({_SEASON})(?: (?:of )?(\d{{4}}|'\d\d)(?:[/-]\d\d)?)?", text)
    if not found:
        return None
    first, last = _SEASONS[found[1]]
    year = int((found[2] or "").replace("'", "20") or today.year - (first > today.month))
    return date(year, first, 1), _months(year + (last < first), last, last)[1]


def _holiday(text: str, today: date) -> Days | None:
    found = re.fullmatch(rf"({HOLIDAY})(?: (?:of )?(\d{{4}}))?", text)
    if not found:
        return None
    name = found[1].replace("'", "")
    month, day = next(of for start, of in _HOLIDAYS.items() if name.startswith(start))
    chosen = date(int(found[2] or today.year), month, day)
    return _one(chosen.replace(year=chosen.year - (not found[2] and chosen > today)))


def _relative_day(text: str, today: date) -> Days | None:
    back = _DAYS_BACK.get(text)
    weekday = re.fullmatch(rf"(?:(last|this|past) )?({WEEKDAY})", text)
    if weekday:
        days = (today.weekday() - _WEEKDAYS.index(weekday[2][:3])) % 7
        back = days or (7 if weekday[1] in _BEFORE else 0)
    return None if back is None else _one(today - timedelta(days=back))


def _next(text: str, today: date) -> Days | None:
    """The week, month or year of the calendar after this one."""
    unit = text.removeprefix("next ")
    if unit == text:
        return None
    _, last = _calendar(unit, today, back=False)
    return _calendar(unit, last + timedelta(days=1), back=False)


def _same_day(text: str, today: date) -> Days | None:
    """The same day so many weeks, months or years before: ``a year ago today``."""
    found = re.fullmatch(rf"(?:on )?this day last (\w+)|({_NUMBER}) ({_UNIT}) ago today", text)
    if found is None:
        return None
    count, unit = _count(found[2] or "a"), (found[1] or found[3]).rstrip("s")
    if unit in _DAYS_OF_UNIT:
        return _one(today - timedelta(days=count * _DAYS_OF_UNIT[unit]))
    return _one(_months_back(count * (12 if unit == "year" else 1), today))


def _relative_unit(text: str, today: date) -> Days | None:
    """``this month``, ``last week``, ``the past 3 days``, ``two weeks ago``."""
    text = re.sub(r"\bcouple of\b", "couple", text)
    ago = re.fullmatch(rf"(?:a )?({_NUMBER}) ({_UNIT}) (?:ago|back)", text)
    if ago:
        return _ago(_count(ago[1]), ago[2].rstrip("s"), today)
    text = re.sub(r"(\d+) ?(?:hours|hrs|h)$", lambda found: f"{max(1, round(int(found[1]) / 24))} days", text)
    text = re.sub(r"^(last|past) half[- ]year$", r"\1 6 months", text)
    several = re.fullmatch(rf"(?:(?:last|past|previous) )?(few|{_NUMBER}) ({_UNIT})", text)
    if several:
        return _last(3 if several[1] == "few" else _count(several[1]), several[2].rstrip("s"), today)
    text = {"weekly": "this week", "monthly": "this month", "year to date": "this year"}.get(text, text)
    before_last = re.fullmatch(r"(week|month|year) before last", text)
    if before_last:
        return _ago(2, before_last[1], today)
    text = re.sub(r"^(week|month|year) before$", r"last \1", text)
    one = re.fullmatch(
        r"(?:(?P<which>this past|this|current|last|past|previous) )?(?P<unit>week-?end|week|fortnight|month|quarter"
        r"|year)",
        text,
    )
    if not one:
        return None
    unit = one["unit"].replace("-", "")
    if unit == "fortnight" or (one["which"] == "past" and unit != "weekend"):
        return _last(3, "month", today) if unit == "quarter" else _last(1, unit, today)
    return _calendar(unit, today, back=one["which"] in _BEFORE)


def _calendar(unit: str, today: date, *, back: bool) -> Days:
    """This or the last week, month, quarter or year of the calendar; this weekend is the one that began last."""
    if unit in {"week", "weekend"}:
        weeks = back or (unit == "weekend" and today.weekday() < _SATURDAY)
        monday = today - timedelta(days=today.weekday() + 7 * weeks)
        return monday + timedelta(days=_SATURDAY if unit == "weekend" else 0), monday + timedelta(days=6)
    if unit == "year":
        return _months(today.year - back, 1, 12)
    months = 3 if unit == "quarter" else 1
    first = _months_back(months * back, today.replace(day=1, month=(today.month - 1) // months * months + 1))
    return _months(first.year, first.month, first.month + months - 1)


def _last(count: int, unit: str, today: date) -> Days:
    """So many days, weeks, months or years up to today."""
    if unit in _DAYS_OF_UNIT:
        return today - timedelta(days=count * _DAYS_OF_UNIT[unit] - 1), today
    return _months_back(count * (12 if unit == "year" else 1), today) + timedelta(days=1), today


def _ago(count: int, unit: str, today: date) -> Days:
    """The day, week, month or year so long ago."""
    if unit == "day":
        return _one(today - timedelta(days=count))
    if unit in _DAYS_OF_UNIT:
        return _calendar("week", today - timedelta(days=count * _DAYS_OF_UNIT[unit]), back=False)
    return _calendar(unit, _months_back(count * (12 if unit == "year" else 1), today), back=False)


def _months_back(months: int, day: date) -> date:
    """The same day so many months before, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _count(word: str) -> int:
    return _NUMBERS.get(word) or max(1, int(word))


def _number_of(month: str) -> int:
    return _MONTHS.index(month[:3]) + 1


def _one(day: date) -> Days:
    return day, day


def _months(year: int, first: int, last: int) -> Days:
    """From the first day of one month to the last day of another."""
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
