"""Products in parts, and what threads take of them."""

from tests.mutants.mutant import Edit, Mutant, classes

PRODUCT = "templates/runtime/product.py"
IN_THREADS = "templates/runtime/in_threads.py"
LIMIT = "templates/runtime/one_blas_thread.py"
FRAME = "templates/optimizer.j2"
PARTS = "1 << (rows * columns * len(b) >> 22).bit_length() // 2"
CUTS = "for i in range(0, columns, width)]"
LARGE = classes("dense(300, relu)", "dense(900, relu)")


def parts(test: str) -> tuple[str, ...]:
    """A test of tests/runtime/test_in_threads.py."""
    return (f"tests/runtime/test_in_threads.py::test_{test}",)


MUTANTS = (
    Mutant(
        "product_without_its_last_part",
        "nobody computes the last columns of a large product",
        (Edit(PRODUCT, CUTS, "for i in range(0, columns - width, width)]"),),
        LARGE,
        parts("a_product_is_that_of_numpy"),
    ),
    Mutant(
        "product_parts_overlap",
        "each part has a column of the next: two threads write it at once",
        (Edit(PRODUCT, "i : i + width", "i : i + width + 1"),),
        LARGE,
        parts("larger_products_have_more_parts"),
    ),
    Mutant(
        "product_parts_by_threads",
        "a product has as many parts as there are threads, which changes its digits",
        (
            Edit(PRODUCT, "import in_threads", "import THREADS, in_threads"),
            Edit(PRODUCT, f"parts = {PARTS}", "parts = THREADS"),
        ),
        LARGE,
        parts("larger_products_have_more_parts"),
    ),
    Mutant(
        "job_taken_twice",
        "each thread takes all jobs: updates are made twice",
        (
            Edit(
                IN_THREADS,
                "for i, job in iter(left.popleft, None):",
                "for i, job in jobs:",
            ),
        ),
        LARGE,
        parts("it_is_a_map_that_takes_each_job_once"),
    ),
    Mutant(
        "job_left_out",
        "the job that comes first is nobody's",
        (Edit(IN_THREADS, "deque([*jobs, ", "deque([*jobs[1:], "),),
        LARGE,
        parts("it_is_a_map_that_takes_each_job_once"),
    ),
    Mutant(
        "caller_that_waits_for_nobody",
        "a job is over before its last parts are",
        (
            Edit(
                IN_THREADS,
                "        wait(others)\n    for other in others:\n        "
                "other.result()  # raises what went wrong in it\n",
                "",
            ),
        ),
        LARGE,
        parts("the_caller_waits_for_who_has_begun"),
    ),
    Mutant(
        "error_of_a_thread_is_lost",
        "what goes wrong in another thread is told to nobody",
        (Edit(IN_THREADS, "        other.result()", "        pass"),),
        LARGE,
        parts("what_goes_wrong_in_a_job_is_raised_when_all_are_over"),
    ),
    Mutant(
        "threads_of_the_parent",
        "a process that was forked asks the threads that only its parent has",
        (Edit(IN_THREADS, "helpers(os.getpid(), ", "helpers(0, "),),
        LARGE,
        parts("a_process_that_is_forked_has_threads_of_its_own"),
    ),
    Mutant(
        "lock_of_the_parent",
        "a fork copies the lock of the calls as it is, and waits for ever",
        (Edit(LIMIT, "LOCKS.setdefault(os.getpid(), ", "LOCKS.setdefault(0, "),),
        LARGE,
        parts("a_fork_in_the_midst_of_calls_does_no_harm"),
    ),
    Mutant(
        "first_to_leave_restores",
        "BLAS has its threads back while others still work",
        (Edit(LIMIT, "BEFORE.pop()", "BEFORE.pop(0)"),),
        LARGE,
        parts("who_leaves_first_leaves_blas_to_the_others"),
    ),
    Mutant(
        "blocks_overlap",
        "the first weight of each block is updated twice",
        (
            Edit(
                FRAME,
                "slice(i, i + {{ o.block }})",
                "slice(i, i + 1 + {{ o.block }})",
            ),
        ),
        LARGE,
        (
            "tests/test_network_values.py::test_the_blocks_of_an_update_are_every_parameter_once",
        ),
    ),
)
