"""Texts and series: which windows there are, what their labels are, writing on."""

from tests.mutants.mutant import Edit, Mutant, spec, values

TEXT, SLIDING = "templates/text_data.j2", "templates/runtime/sliding.py"
PLAN, WINDOWS = "nnspec/targets/numpy/following.py", "templates/following.j2"
DRAWN, GENERATE = "templates/runtime/drawn.py", "templates/generate.j2"
RECORDED = 'csv("examples/data/tides.csv", target="height", features=["height"])\n  '


def text(end: str = "gru(4)") -> str:
    """A spec that learns the letters of a file that each copy has."""
    return spec(
        "embedding(120, 4)",
        end,
        "dense(120, softmax)",
        data='text("pyproject.toml")\n  next_characters(16)',
    )


def tides(windows: str, units: int = 1) -> str:
    """A spec that tells the height of the sea."""
    return values("input(6, 1)", "gru(4)", f"dense({units})", data=RECORDED + windows)


def texts(test: str) -> tuple[str, ...]:
    """A test of tests/test_text.py."""
    return (f"tests/test_text.py::test_{test}",)


def series(test: str) -> tuple[str, ...]:
    """A test of tests/test_series.py."""
    return (f"tests/test_series.py::test_{test}",)


MUTANTS = (
    Mutant(
        "each_character_tells_itself",
        "the label of a place is the character there, not the one after it",
        (Edit(TEXT, "sliding(ids[1:],", "sliding(ids[:-1],"),),
        text("gru(4, return_sequences=true)"),
        texts("windows_are_those_of_a_loop[True-8-places]"),
    ),
    Mutant(
        "the_last_character_is_the_label",
        "the label of a window is its last character",
        (
            Edit(
                TEXT,
                "ids[{{ f.length }}::{{ f.stride }}]",
                "ids[{{ f.length }} - 1 : -1 : {{ f.stride }}]",
            ),
        ),
        text(),
        texts("windows_are_those_of_a_loop[True-8-alone]"),
    ),
    Mutant(
        "a_window_at_each_character",
        "windows of a text begin at each character where nothing is said",
        (
            Edit(
                "nnspec/table/following.py",
                'arguments["stride"]) or length',
                'arguments["stride"]) or 1',
            ),
        ),
        text(),
        texts("windows_are_those_of_a_loop[False-8-places]"),
    ),
    Mutant(
        "rows_that_are_next_to_each_other",
        "`every` makes windows longer, but takes their first rows",
        (Edit(SLIDING, "..., ::every]", "..., :length]"),),
        tides("windows(6, every=2)"),
        series("windows_are_those_of_a_loop[True-2-4-1]"),
    ),
    Mutant(
        "a_horizon_too_far",
        "labels stand one row later than the horizon says",
        (
            Edit(
                PLAN,
                "literal(max(windows.horizons))",
                "literal(max(windows.horizons) + 1)",
            ),
            Edit(
                PLAN,
                "first=literal(span - 1 + windows.horizons[0])",
                "first=literal(span + windows.horizons[0])",
            ),
        ),
        tides("windows(6, horizon=2)"),
        series("windows_are_those_of_a_loop[True-2-4-1]"),
    ),
    Mutant(
        "horizons_after_the_first_row",
        "of a list, horizons count from the first row of a window",
        (Edit(PLAN, "last=literal(span - 1)", "last=literal(0)"),),
        tides("windows(6, horizon=[1, 3])", 2),
        series("a_list_of_horizons_gives_a_label_at_each"),
    ),
    Mutant(
        "the_end_of_horizons",
        "labels of shorter horizons are the last ones, not those of their windows",
        (
            Edit(
                WINDOWS,
                "return x, np.hstack([y[{{ f.last }} + n {{ step }}][: len(x)]",
                "return x, np.hstack([y[{{ f.last }} + n {{ step }}][-len(x) :]",
            ),
        ),
        tides("windows(6, horizon=[1, 3])", 2),
        series("a_list_of_horizons_gives_a_label_at_each"),
    ),
    Mutant(
        "writes_on_from_the_beginning",
        "later characters are told by the first window, not by the last",
        (Edit(GENERATE, "ids[-{{ g.length }}:]", "ids[:{{ g.length }}]"),),
        text("conv1d(4, 3, padding=same)"),
        texts("others_see_the_last_window[conv1d(4, 3, padding=same)]"),
    ),
    Mutant(
        "hot_is_cold",
        "a high temperature makes likely characters likelier",
        (Edit(DRAWN, "(z - z.max()) / temperature", "(z - z.max()) * temperature"),),
        text(),
        ("tests/runtime/test_characters.py::test_temperature",),
    ),
)
