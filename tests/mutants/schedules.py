"""Learning rates: what counts as a step, and which step has which rate."""

from tests.mutants.mutant import Edit, Mutant, classes, optimizers, updates

TRAINING = "templates/training.j2"
FIT = "templates/fit.j2"
STATE = "templates/state.j2"


def of(name: str) -> str:
    """The template of a schedule."""
    return f"templates/schedules/{name}.j2"


def rates(schedule: str) -> tuple[str, ...]:
    """Its rates at some steps."""
    return optimizers(f"rates[{schedule}]")


MUTANTS = (
    Mutant(
        "steps_from_1",
        "the first batch has the rate of the second",
        (
            Edit(
                TRAINING,
                "        rate = {{ o.rate }}\n{% endif %}\n{% if p.counts %}\n        state.step += 1\n",
                "{% endif %}\n{% if p.counts %}\n        state.step += 1\n{% endif %}\n"
                "{% if o.schedule %}\n        rate = {{ o.rate }}\n",
            ),
        ),
        classes(optimizer="sgd(cosine_decay(0.1, 10))"),
        (
            "tests/parity/test_fit.py::test_one_fit_of_several_epochs"
            "[sgd(cosine_decay(0.1, 12), use_ema=true, ema_overwrite_frequency=4)]",
        ),
    ),
    Mutant(
        "rate_of_the_first_step_in_the_history",
        "the history tells the rate that the training began with",
        (
            Edit(
                FIT,
                '"learning_rate": {{ k.rate }}',
                '"learning_rate": learning_rate(0)',
            ),
        ),
        classes(optimizer="sgd(cosine_decay(0.1, 10))"),
        optimizers("the_history_has_the_rate_of_the_next_step"),
    ),
    Mutant(
        "one_cycle_an_epoch",
        "the cycle is as long as an epoch, not as the training",
        (
            Edit(
                STATE,
                "state.steps = {{ p.form.epochs }} * batches_an_epoch",
                "state.steps = batches_an_epoch",
            ),
        ),
        classes(optimizer="sgd(one_cycle(0.1))"),
        optimizers("one_cycle_is_as_long_as_the_training"),
    ),
    Mutant(
        "boundaries_belong_to_the_right",
        "the step of a boundary has the rate after it",
        (
            Edit(
                of("piecewise_constant_decay"),
                "bisect.bisect_left(",
                "bisect.bisect_right(",
            ),
        ),
        classes(optimizer="sgd(piecewise_constant_decay([1], [0.1, 0.2]))"),
        rates("piecewise_constant_decay([2, 5], [3, 2, 1])"),
    ),
    Mutant(
        "stairs_rounded_up",
        "a stair begins one step late",
        (
            Edit(
                of("exponential_decay"),
                "(step // {{ a.decay_steps }})",
                "(max(0, step - 1) // {{ a.decay_steps }})",
            ),
        ),
        classes(optimizer="sgd(exponential_decay(0.1, 2, 0.5, true))"),
        rates("exponential_decay(0.1, 10, 0.5, true)"),
    ),
    Mutant(
        "warm_up_within_the_decay",
        "the decay ends the steps of the warm-up too early",
        (
            Edit(
                of("cosine_decay"),
                "t = min(step - {{ a.warmup_steps }}, {{ a.decay_steps }}) / {{ a.decay_steps }}",
                "t = min(step, {{ a.decay_steps }}) / {{ a.decay_steps }}",
            ),
        ),
        classes(optimizer="sgd(cosine_decay(0.1, 9, warmup_target=1, warmup_steps=3))"),
        rates("cosine_decay(0, 10, 0, 1, 4)"),
    ),
    Mutant(
        "restarts_of_the_same_height",
        "m_mul has no effect",
        (
            Edit(
                of("cosine_decay_restarts"), "share *= {{ a.m_mul }}**restarts", "pass"
            ),
        ),
        classes(optimizer="sgd(cosine_decay_restarts(0.1, 2, m_mul=0.5))"),
        rates("cosine_decay_restarts(1, 10, 3, 0.5)"),
    ),
    Mutant(
        "polynomial_to_0",
        "the rate falls to 0, not to end_learning_rate",
        (
            Edit(
                of("polynomial_decay"),
                "{{ low }} + ({{ high }} - {{ low }})",
                "{{ high }}",
            ),
        ),
        classes(optimizer="sgd(polynomial_decay(0.1, 9))"),
        rates("polynomial_decay(1.1, 10, 0.1)"),
    ),
    Mutant(
        "one_cycle_with_its_peak_a_step_late",
        "the largest rate is that of the step after the rise",
        (
            Edit(
                of("one_cycle"),
                "* {{ steps }} - 1, {{ steps }} - 1",
                "* {{ steps }}, {{ steps }} - 1",
            ),
        ),
        classes(optimizer="sgd(one_cycle(0.1, 20))"),
        rates("one_cycle(1, 10)"),
    ),
    Mutant(
        "schedules_count_updates",
        "batches that make no update are no steps",
        (
            Edit(
                "nnspec/targets/numpy/optimizer.py",
                'return Code(f"learning_rate(state.step{more})")',
                'return Code(f"learning_rate(state.step // 2{more})")',
            ),
        ),
        classes(optimizer="sgd(cosine_decay(0.1, 9), gradient_accumulation_steps=2)"),
        updates("sgd(cosine_decay(0.1, 5))"),
    ),
)
