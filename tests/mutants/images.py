"""Images: what `augment` does to them, and to which."""

from tests.mutants.mutant import Edit, Mutant, classes

AUGMENT = "templates/transforms/augment.j2"
WARP = "templates/runtime/warp_images.py"
TESTS = "tests/data/test_augment.py::test_"
RUNTIME = "tests/runtime/test_warp_images.py::test_"


def images(augment: str) -> str:
    """A spec of images that are made up: 1 x 2 pixels."""
    data = f"spirals(samples=60)\n  reshape(1, 2)\n  {augment}"
    return classes("flatten", data=data)


MUTANTS = (
    Mutant(
        "flipped_upside_down",
        "a horizontal flip changes top and bottom",
        (Edit(AUGMENT, "x[flip] = x[flip, :, ::-1]", "x[flip] = x[flip, ::-1, :]"),),
        images("augment(horizontal)"),
        (f"{TESTS}flips[horizontal-kinds0]",),
    ),
    Mutant(
        "all_flipped",
        "every image is mirrored",
        (
            Edit(
                AUGMENT,
                "{% if t.horizontal %}\nflip = rng.random(len(x)) < 0.5",
                "{% if t.horizontal %}\nflip = rng.random(len(x)) < 1.5",
            ),
        ),
        images("augment(horizontal)"),
        (f"{TESTS}flips[horizontal-kinds0]",),
    ),
    Mutant(
        "darker_only",
        "brightness never rises",
        (
            Edit(
                AUGMENT,
                "1 + {{ t.arguments.brightness }}",
                "1",
            ),
        ),
        images("augment(brightness=0.5)"),
        (f"{TESTS}brightness",),
    ),
    Mutant(
        "a_batch_like_its_first",
        "all images of a batch are made equally bright",
        (Edit(AUGMENT, "{{ t.each }}).astype", "{{ t.each }})[:1].astype"),),
        images("augment(brightness=0.5)"),
        (f"{TESTS}brightness",),
    ),
    Mutant(
        "turned_the_other_way",
        "an angle turns to the right",
        (Edit(WARP, "np.deg2rad(angle)", "-np.deg2rad(angle)"),),
        images("augment(rotate=20)"),
        (f"{RUNTIME}right_angles[1-shape0]",),
    ),
    Mutant(
        "smaller_by_a_larger_size",
        "a size of 2 makes an image half as large",
        (
            Edit(
                WARP,
                "np.cos(turn) / size, np.sin(turn) / size",
                "np.cos(turn) * size, np.sin(turn) * size",
            ),
        ),
        images("augment(zoom=0.2)"),
        (f"{RUNTIME}the_size",),
    ),
    Mutant(
        "nearest_pixel",
        "a place between pixels takes the one above and to the left",
        (Edit(WARP, "a + columns * (b - a)", "a + (columns >= 1) * (b - a)"),),
        images("augment(shift=0.4)"),
        (f"{RUNTIME}between_pixels",),
    ),
    Mutant(
        "around_the_corner",
        "images are turned around their first pixel",
        (
            Edit(
                WARP,
                "np.arange(h, dtype=x.dtype)[:, None] - (h - 1) / 2",
                "np.arange(h, dtype=x.dtype)[:, None] - (h - 1)",
            ),
        ),
        images("augment(rotate=20)"),
        (f"{RUNTIME}right_angles[1-shape0]",),
    ),
    Mutant(
        "assessed_at_random",
        "the other parts are changed, too",
        (
            Edit(
                "templates/training.j2",
                "{% else %}\nforward(w, a)\n",
                "{% else %}\n{% if p.data.by_batch %}\n"
                "a.x = a.x.copy()\n"
                "augment(a.x, np.random.default_rng())\n"
                "{% endif %}\nforward(w, a)\n",
            ),
        ),
        images("augment(brightness=0.5)"),
        (f"{TESTS}nothing_but_the_training_part_is_changed",),
    ),
)
