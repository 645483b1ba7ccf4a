"""Defects planted on purpose, which the tests must find: `make mutants`.

Each mutant is a copy of nnspec with a mistake that somebody could make: an epsilon
outside of its root, a dropout that does not divide by 1 - rate, the first samples for
validation instead of the last. Its script runs, and looks right; only the tests tell.
One that no test finds is a hole in the tests.

To add one, put a `Mutant` into the `MUTANTS` of the file for its area, or of a new file
in this folder; nothing else has to know of it:

    Mutant(
        "rmsprop_epsilon_outside",                    # NAME for `tests.mutants NAME`
        "epsilon is added to the root, not within",   # what is wrong, in one line
        (Edit("templates/optimizers/rmsprop.j2", OLD, NEW),),
        classes(optimizer="rmsprop"),                 # a spec whose script shows it
        numbers("updates[rmsprop]"),                  # the tests that must find it
    )

- OLD has to be in the file exactly once: a template that was rewritten asks for its
  mutants to be written anew, and does not lose them in silence.
- The spec must compile with the defect, to another script than without it, and that
  script must train and check its derivatives to the end: a template that cannot be
  read, or a line that raises, is no defect that a test has to find.
- A defect of a command, such as `sweep`, is in no script: its spec is "".
- Name tests that run in seconds: one case, not a file. They have to pass without the
  defect, and to fail with it by an assertion of their own; another exception does not
  count. No goldens: they tell that something has changed, not that it is wrong. No
  tests with random examples, which fail now in one way, now in another.
- A mistake in both the forward and the backward line, which a gradient check cannot
  see, has two edits. Where only Keras tells, name tests of tests/parity.

`python -m tests.mutants` runs them all, `python -m tests.mutants NAME...` some, by
their names or by their area, the name of the file.
"""
