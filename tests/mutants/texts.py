"""Texts: which words there are, what they count, and products that pass over zeros."""

from tests.mutants.mutant import Edit, Mutant, gradcheck, values

TOKENS = "templates/runtime/tokens.py"
VOCABULARY = "templates/runtime/learn_vocabulary.py"
IDF = "templates/runtime/learn_idf.py"
BAG = "templates/runtime/bag_of_words.py"
ROWS = "templates/runtime/sparse_rows.py"
PRODUCT = "templates/runtime/sparse_product.py"
GRADIENT = "templates/runtime/sparse_gradient.py"
WORDS = "tests/runtime/test_words.py::test_"
SPARSE = "tests/runtime/test_sparse.py::test_"
SOURCE = 'csv("examples/data/iris.csv", target="petal_width", features=["species"])'


def words(mode: str = "binary", units: int = 2) -> str:
    """A spec that takes a column of words."""
    data = f"{SOURCE}\n  bag_of_words(600, {mode})"
    return values(f"dense({units})", "dense(1)", data=data)


def case(data: str, layers: str) -> tuple[str, ...]:
    """The gradient check of a sparse network."""
    return gradcheck(f"{layers} of imdb; {data}")


MUTANTS = (
    Mutant(
        "words_as_they_are_written",
        "capitals make other words",
        (Edit(TOKENS, "text.lower()", "text"),),
        words(),
        (f"{WORDS}words[The END.-words0]",),
    ),
    Mutant(
        "punctuation_parts_words",
        "punctuation is a space",
        (
            Edit(
                TOKENS,
                "dict.fromkeys(map(ord, string.punctuation))",
                'dict.fromkeys(map(ord, string.punctuation), " ")',
            ),
        ),
        words(),
        (f"{WORDS}words[I've seen it-words2]",),
    ),
    Mutant(
        "ties_from_a_to_z",
        "of equally frequent words, the first in order come first",
        (
            Edit(
                VOCABULARY,
                "(counts[word], word), reverse=True",
                "(-counts[word], word)",
            ),
        ),
        words(),
        (f"{WORDS}the_most_frequent_words_come_first",),
    ),
    Mutant(
        "no_place_for_other_words",
        "the vocabulary leaves no place for the words beyond it",
        (Edit(VOCABULARY, "ranked[: size - 1]", "ranked[:size]"),),
        words(),
        (f"{WORDS}the_most_frequent_words_come_first",),
    ),
    Mutant(
        "other_words_are_the_first",
        "words beyond the vocabulary have the place of its first one",
        (
            Edit(
                BAG,
                "enumerate(vocabulary.tolist(), 1)",
                "enumerate(vocabulary.tolist())",
            ),
        ),
        words(),
        (f"{WORDS}a_binary_bag",),
    ),
    Mutant(
        "idf_of_scikit_learn",
        "the weight of a word is scikit-learn's, not Keras's",
        (
            Edit(
                IDF,
                "np.log(1 + len(texts) / (1 + having))",
                "np.log((1 + len(texts)) / (1 + having)) + 1",
            ),
        ),
        words("tfidf"),
        (f"{WORDS}a_weighed_bag",),
    ),
    Mutant(
        "idf_by_count",
        "the weight of a word goes by how often it is there, not by its texts",
        (Edit(IDF, "counts.update({*tokens(text)})", "counts.update(tokens(text))"),),
        words("tfidf"),
        (f"{WORDS}a_weighed_bag",),
    ),
    Mutant(
        "no_weight_for_other_words",
        "the weight of the words beyond the vocabulary is 0",
        (Edit(IDF, "idf.mean(), *idf", "0.0, *idf"),),
        words("tfidf"),
        (f"{WORDS}a_weighed_bag",),
    ),
    Mutant(
        "counts_without_weights",
        "how often a word is there does not matter",
        (Edit(BAG, "* np.asarray(counts, weights.dtype)", "* 1"),),
        words("count"),
        (f"{WORDS}a_counting_bag",),
    ),
    Mutant(
        "rows_of_another_sample",
        "samples that are picked out get the places of those before them",
        (
            Edit(
                ROWS,
                "self.starts[:-1][rows] - starts[:-1]",
                "0 * self.starts[:-1][rows]",
            ),
        ),
        words(),
        (f"{SPARSE}what_goes_in_comes_out[shape0-True]",),
    ),
    Mutant(
        "product_of_frequent_words",
        "a sum over the rows of rare words takes the place of the others",
        (Edit(PRODUCT, "out[some] += sums", "out[some] = sums"),),
        words(),
        case("bag_of_words(600)", "dense(4, relu); dense(1, sigmoid)"),
    ),
    Mutant(
        "gradient_without_values",
        "the derivative of a kernel forgets what the words count",
        (Edit(GRADIENT, "terms *= x.values", "terms *= 1.0"),),
        words("count"),
        case("bag_of_words(600, count)", "dense(3, tanh, false); dense(1, sigmoid)"),
    ),
    Mutant(
        "gradients_pile_up",
        "rows of words that are not in the batch keep the derivative of another one",
        (Edit(GRADIENT, "out[first:] = 0.0", "out[:0] = 0.0"),),
        words(),
        (
            "tests/test_network_values.py::test_sparse_samples_train_as_arrays_do"
            "[16-binary]",
        ),
    ),
)
