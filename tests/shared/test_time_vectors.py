"""Wall times and recurrence against published vectors (dateutil, libical, sabre/vobject, lib-recur, RFC 5545)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr

from shared.time import BadRule, occurrences, parse_rule, to_instant, to_local
from tests.shared.material import shared_data, utc, wall

POINTS = shared_data("rrule/dst_points.json")
GAPS = shared_data("rrule/vectors_dst_gap.json")
CORE = shared_data("rrule/vectors_core.json")
DERIVED = shared_data("rrule/vectors_tz_derived.json")["vectors"]
INVALID = shared_data("rrule/invalid_rrules.json")

BEYOND = ("HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND", "BYWEEKNO", "BYYEARDAY", "BYEASTER")
"""What the allowed subset leaves out altogether."""


def is_hourly(vector: dict[str, Any]) -> bool:
    return "HOURLY" in vector["freq"]


def is_supported(vector: dict[str, Any]) -> bool:
    """Told from the text alone, so that a parser that refuses too much is found out."""
    if len(vector["rrule"]) != 1 or vector.get("exrule") or vector.get("lenient_syntax"):
        return False
    text = vector["rrule"][0]
    parts = dict(part.split("=") for part in text.split(";"))
    outside = any(word in text for word in BEYOND)
    several_positions = "," in parts.get("BYSETPOS", "")
    everywhere = "YEARLY" in text and "BYMONTHDAY" in parts and "BYMONTH" not in parts
    weekly_by_date = "WEEKLY" in text and "BYMONTHDAY" in parts
    not_utc = "UNTIL" in parts and not parts["UNTIL"].endswith("Z")
    return not (outside or several_positions or everywhere or weekly_by_date or not_utc)


def name(vector: dict[str, Any]) -> str:
    rules = [vector["rrule"]] if isinstance(vector["rrule"], str) else vector["rrule"]
    return " ".join([vector.get("id", ""), *rules])


def expanded(vector: dict[str, Any]) -> list[datetime]:
    """Our instants for a vector, from where its list begins and as far as it goes; a complete list a year farther."""
    zone = vector["tzid"] or "UTC"
    starts = to_instant(wall(vector.get("from") or vector["dtstart"]), zone)
    ends = (published(vector) or [starts])[-1] + timedelta(days=400 if vector["complete"] else 1)
    found = occurrences(
        parse_rule(vector["rrule"][0]),
        wall(vector["dtstart"]),
        zone,
        (starts, ends),
        exdates={wall(day) for day in vector.get("exdate", ())},
        rdates={wall(day) for day in vector.get("rdate", ())},
        omit_missing_days=True,
    )
    wanted = len(found) if vector["complete"] else len(vector["expected"])
    return [occurrence.instant for occurrence in found][:wanted]


def published(vector: dict[str, Any]) -> list[datetime]:
    zone = vector["tzid"] or "UTC"
    return [to_instant(wall(local), zone) for local in vector["expected"]]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{point['tzid']} {point['local']}")
def test_P27_published_points_in_gap_and_overlap(point: dict[str, Any]) -> None:
    local = wall(point["local"])
    instant = to_instant(local, point["tzid"])
    assert instant == utc(point["utc"])
    assert to_local(instant, point["tzid"]) == wall(point.get("resolved_local", point["local"]))


@pytest.mark.parametrize("vector", [v for v in GAPS if not is_hourly(v)], ids=name)
def test_P27_published_rules_that_fall_in_a_gap_move_forward_and_keep_their_count(vector: dict[str, Any]) -> None:
    instants = expanded(vector)
    assert instants == [utc(at) for at in vector["expected_utc"]]
    assert [to_local(at, vector["tzid"]) for at in instants] == [wall(local) for local in vector["expected"]]


@pytest.mark.parametrize("vector", [v for v in GAPS if is_hourly(v)], ids=name)
def test_P27_published_hours_that_fall_in_a_gap_move_forward(vector: dict[str, Any]) -> None:
    """Hourly rules are outside the subset; their wall times are resolved like any other."""
    walls = rrulestr(vector["rrule"][0], dtstart=wall(vector["dtstart"]))
    assert [to_instant(local, vector["tzid"]) for local in walls] == [utc(at) for at in vector["expected_utc"]]


@pytest.mark.parametrize("vector", [v for v in CORE if is_supported(v)], ids=name)
def test_published_rules_of_the_subset(vector: dict[str, Any]) -> None:
    assert expanded(vector) == published(vector)


@pytest.mark.parametrize("vector", [v for v in DERIVED if is_supported(v)], ids=name)
def test_P27_rules_across_a_change_of_clocks_keep_their_wall_time(vector: dict[str, Any]) -> None:
    assert expanded(vector) == [utc(at) for at in vector["expected_utc"]]


@pytest.mark.parametrize("vector", [v for v in CORE if v["rrule"] and not is_supported(v)], ids=name)
def test_published_rules_outside_the_subset_are_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(BadRule, match="not supported"):
        parse_rule(";".join(vector["rrule"] + vector["exrule"]))


@pytest.mark.parametrize("vector", INVALID, ids=name)
def test_published_invalid_rules_are_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(BadRule, match="not supported"):
        parse_rule(vector["rrule"])


def test_the_vectors_are_really_there() -> None:
    assert len([v for v in CORE if is_supported(v)]) > 110
