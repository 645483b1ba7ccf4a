"""Columns of tables: orders, dates, ids, categories that are rare or unknown."""

from tests.mutants.mutant import Edit, Mutant, values

ORDER = "templates/runtime/put_in_order.py"
DATES, DAYS = "templates/runtime/date_numbers.py", "templates/runtime/learn_dates.py"
MADE, FORMS = "tests/data/test_made_columns.py", "tests/data/test_table_forms.py"
SOURCE = 'csv("examples/data/iris.csv", target="petal_width", features=["species"])'


def iris(transform: str, *layers: str, width: int = 1) -> str:
    """A spec that takes the three species, as numbers of this width."""
    data = f"{SOURCE}\n  {transform}"
    return values(f"input({width})", *layers, "dense(1)", data=data)


MUTANTS = (
    Mutant(
        "from_the_last_on",
        "texts in order are numbered from the last one",
        (
            Edit(
                ORDER,
                '/{place}"] = np.array(order)',
                '/{place}"] = np.array(order[::-1])',
            ),
        ),
        iris('ordinal("species", ["virginica", "versicolor", "setosa"])'),
        (f"{MADE}::test_texts_in_order",),
    ),
    Mutant(
        "weeks_begin_with_one",
        "Monday is 1",
        (Edit(DATES, "day.weekday()", "day.isoweekday()"),),
        "",
        (f"{MADE}::test_dates_as_they_are_written[cells0-None]",),
    ),
    Mutant(
        "days_until_the_last",
        "days count from the last date of the training part",
        (Edit(DAYS, "np.nanmin(days)", "np.nanmax(days)"),),
        "",
        (f"{MADE}::test_days_count_from_the_first_of_the_training_part",),
    ),
    Mutant(
        "unknown_is_the_first",
        "an unknown category has the id of the first that is known",
        (
            Edit(
                "templates/transforms/category_ids.j2",
                'x = x + learnt["data/ids"]',
                'x = np.maximum(x + learnt["data/ids"], 1)',
            ),
        ),
        iris("category_ids()", "embedding(9, 2)", "flatten"),
        (f"{MADE}::test_ids_of_categories[category_ids()]",),
    ),
    Mutant(
        "unknown_is_the_last",
        "an unknown category has the column of the last that is known",
        (
            Edit(
                "templates/runtime/expand_codes.py",
                "x[:, i : i + 1] == np.arange(width) if",
                "x[:, i : i + 1] % width == np.arange(width) if",
            ),
        ),
        iris("one_hot()", width=3),
        (f"{FORMS}::test_unknown_categories_are_zeros_in_every_part",),
    ),
    Mutant(
        "filled_in_with_the_rarest",
        "a missing category becomes the least frequent one",
        (
            Edit(
                "templates/runtime/learn_categories.py",
                "np.argmax(counts[known])",
                "np.argmin(counts[known])",
            ),
        ),
        iris("impute(most_frequent)\n  one_hot()", width=3),
        ("tests/data/test_tables.py::test_impute[most_frequent]",),
    ),
)
