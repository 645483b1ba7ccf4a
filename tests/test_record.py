"""Records behave as frozen dataclasses do."""

import pytest

from nnspec.record import EMPTY, Record, replace
from nnspec.source import Source


class Point(Record):
    x: int
    y: int = 0


class Named(Point):
    name: str
    more: object = EMPTY


def test_fields_are_given_by_place_or_by_name_and_have_defaults():
    assert (Point(1).x, Point(1).y) == (1, 0)
    assert (Point(1, y=2).x, Point(1, y=2).y) == (1, 2)


def test_fields_of_a_base_come_first():
    named = Named(1, 2, "here")
    assert (named.x, named.y, named.name, named.more) == (1, 2, "here", {})


@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        ((), {}, r"Point: missing or unknown: \['x'\]"),
        ((), {"z": 1}, r"Point: missing or unknown: \['x', 'z'\]"),
        ((1,), {"z": 1}, r"Point: missing or unknown: \['z'\]"),
        ((1,), {"x": 2}, "Point: too many values"),
        ((1, 2, 3), {}, "Point: too many values"),
    ],
)
def test_fields_that_are_missing_or_too_many_are_told(values, named, message):
    with pytest.raises(TypeError, match=message):
        Point(*values, **named)


def test_records_are_equal_by_class_and_fields_and_hashed_so():
    assert Point(1) == Point(1, 0)
    assert Point(1) != Point(2)
    assert Point(1, 2) != Named(1, 2, "")
    assert {Point(1): "a"}[Point(1)] == "a"


def test_records_are_frozen():
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 2
    with pytest.raises(AttributeError):
        del point.x
    assert point.x == 1


def test_replace_keeps_the_other_fields_and_knows_the_names():
    assert replace(Point(1, 2), x=3) == Point(3, 2)
    with pytest.raises(TypeError, match="Point: missing or unknown"):
        replace(Point(1), z=3)


def test_what_is_cached_is_no_field():
    source = Source("a.nn", "one\ntwo")
    assert source.line(2) == "two"
    assert source == Source("a.nn", "one\ntwo")
    assert replace(source, text="three").line(1) == "three"


def test_records_match_patterns_by_place():
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_a_record_shows_its_fields():
    assert repr(Point(1)) == "Point(x=1, y=0)"
