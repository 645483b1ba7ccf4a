"""Images in files: formats, sizes, channels, folders, and whatever may be wrong."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from templates.runtime.find_folder import find_folder
from templates.runtime.image_files import image_files
from templates.runtime.images_at import images_at
from templates.runtime.input_error import InputError
from templates.runtime.load_images import load_images
from templates.runtime.read_images import read_images

Array = np.ndarray[Any, Any]

PIXELS = np.random.default_rng(0).integers(256, size=(6, 8, 4), dtype=np.uint8)
MODES = {"L": PIXELS[..., 0], "RGB": PIXELS[..., :3], "RGBA": PIXELS}


def save(path: Path, array: Array = MODES["RGB"], **more: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **more)
    return path


def one(path: Path, size: tuple[int, int] = (6, 8), channels: int = 3) -> Array:
    x: Array = load_images([path], size, channels)
    assert x.shape == (1, *size, channels)
    assert x.dtype == np.uint8
    return x[0]


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3), ("RGBA", 4)])
def test_pixels_are_those_of_the_file(tmp_path: Path, mode: str, channels: int) -> None:
    path = save(tmp_path / "a.png", MODES[mode])
    expected = MODES[mode].reshape(6, 8, channels)
    np.testing.assert_array_equal(one(path, channels=channels), expected)


def test_other_channels(tmp_path: Path) -> None:
    grey = save(tmp_path / "grey.png", MODES["L"])
    for channels in (3, 4):
        found = one(grey, channels=channels)
        assert all(np.array_equal(found[..., i], MODES["L"]) for i in range(3))
        assert np.all(found[..., 3:] == 255)
    colours = save(tmp_path / "colours.png", MODES["RGBA"])
    np.testing.assert_array_equal(one(colours), MODES["RGB"])
    luma = MODES["RGB"] @ np.array([0.299, 0.587, 0.114])
    np.testing.assert_allclose(one(colours, channels=1)[..., 0], luma, atol=1)


def test_palettes_and_bits(tmp_path: Path) -> None:
    two = Image.fromarray(MODES["L"]).convert("1")
    two.save(tmp_path / "two.png")
    assert set(np.unique(one(tmp_path / "two.png", channels=1))) == {0, 255}
    palette = Image.fromarray(MODES["RGB"] // 128 * 255).quantize(8)
    palette.save(tmp_path / "palette.png")
    expected = np.asarray(palette.convert("RGB"))
    np.testing.assert_array_equal(one(tmp_path / "palette.png"), expected)


def test_jpeg(tmp_path: Path) -> None:
    smooth = np.broadcast_to(np.arange(0, 240, 30, dtype=np.uint8)[:, None], (6, 8, 3))
    path = save(tmp_path / "a.jpg", np.ascontiguousarray(smooth), quality=100)
    np.testing.assert_allclose(one(path).astype(int), smooth, atol=6)
    Image.fromarray(smooth).convert("CMYK").save(tmp_path / "b.jpeg", quality=100)
    np.testing.assert_allclose(one(tmp_path / "b.jpeg").astype(int), smooth, atol=12)


def test_sizes_are_height_and_width(tmp_path: Path) -> None:
    halves = np.zeros((4, 8, 3), np.uint8)
    halves[:, 4:] = 200
    path = save(tmp_path / "a.png", halves)
    for size in ((4, 4), (12, 2), (1, 16)):
        x = one(path, size)
        assert np.all(x[:, 0] < 40)
        assert np.all(x[:, -1] > 160)


def test_between_pixels_is_linear(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", np.array([[0, 100]], np.uint8))
    found = one(path, (1, 4), channels=1)[0, :, 0]
    np.testing.assert_allclose(found, [0, 25, 75, 100], atol=1)


def test_many_files_keep_their_order(tmp_path: Path) -> None:
    paths = [
        save(tmp_path / f"{i}.png", np.full((3, 3), i, np.uint8)) for i in range(250)
    ]
    x = load_images(paths[::-1], (2, 2), 1)
    np.testing.assert_array_equal(x[:, 0, 0, 0], np.arange(250)[::-1])


def png(array: Array) -> bytes:
    data = io.BytesIO()
    Image.fromarray(array).save(data, "PNG")
    return data.getvalue()


def gif() -> bytes:
    data = io.BytesIO()
    Image.fromarray(MODES["L"]).save(data, "GIF")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cannot identify image"),
        (b"a note, no image", "cannot identify image"),
        (gif(), "cannot identify image"),
        (png(MODES["RGB"])[:100], "truncated"),
        (png(MODES["L"].astype(np.uint16) * 256), "more than 8 bits in a channel"),
    ],
)
def test_files_that_are_no_images(tmp_path: Path, data: bytes, message: str) -> None:
    good, path = save(tmp_path / "good.png"), tmp_path / "a.png"
    path.write_bytes(data)
    way_out = "; it should be a PNG or JPEG image"
    with pytest.raises(InputError, match=f"a.png: .*{message}.*{way_out}") as fault:
        load_images([good, path, good], (6, 8), 3)
    assert "\n" not in str(fault.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"a.png: No such file or directory; it should be"
    ):
        next(images_at(tmp_path / "a.png", (6, 8), 3))


def test_pillow_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "a.png")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(InputError, match=r"^Pillow reads images: pip install pillow$"):
        one(path)


# -- folders ---------------------------------------------------------------------------


def flowers(folder: Path, **classes: int) -> Path:
    """A folder for each class, with so many images: their grey is their number."""
    number = 0
    for name, count in classes.items():
        (folder / name).mkdir(parents=True)
        for i in range(count):
            save(folder / name / f"{i}.png", np.full((3, 3), number, np.uint8))
            number += 1
    return folder


def read(folder: Path, learnt: dict[str, Array] | None = None, count: int = 0) -> Any:
    return read_images(folder, (2, 2), 1, {} if learnt is None else learnt, count)


def test_classes_are_folders(tmp_path: Path) -> None:
    folder, learnt = flowers(tmp_path / "a", tulip=3, daisy=2, rose=1), {}
    x, y = read(folder, learnt, 3)
    assert learnt["data/classes"].tolist() == ["daisy", "rose", "tulip"]
    assert learnt["data/classes"].dtype.kind == "U"
    assert y.tolist() == [0, 0, 1, 2, 2, 2]
    assert x[:, 0, 0, 0].tolist() == [3, 4, 5, 0, 1, 2]
    assert x.shape == (6, 2, 2, 1)


def test_learnt_classes_keep_their_numbers(tmp_path: Path) -> None:
    folder = flowers(tmp_path / "a", tulip=2, rose=1)
    learnt = {"data/classes": np.array(["daisy", "rose", "tulip"])}
    assert read(folder, learnt, 3)[1].tolist() == [1, 2, 2]
    assert len(learnt["data/classes"]) == 3
    flowers(tmp_path / "a", orchid=1)
    with pytest.raises(InputError, match="orchid: no class that was learnt; remove it"):
        read(folder, learnt, 3)


def test_what_systems_and_people_leave(tmp_path: Path) -> None:
    folder = flowers(tmp_path / "a", rose=1, tulip=1)
    for name in (".DS_Store", "rose/.DS_Store", "rose/Thumbs.db", "tulip/desktop.ini"):
        (folder / name).write_bytes(b"no image")
    (folder / ".cache").mkdir()
    (folder / "README.txt").write_text("about flowers")
    learnt: dict[str, Array] = {}
    assert len(read(folder, learnt)[0]) == 2
    assert learnt["data/classes"].tolist() == ["rose", "tulip"]


def test_order_of_names(tmp_path: Path) -> None:
    for name in ("b.png", "10.png", "a.PNG", "B.png", "9.png"):
        save(tmp_path / name)
    names = [path.name for path in image_files(tmp_path)]
    assert names == ["10.png", "9.png", "B.png", "a.PNG", "b.png"]


def broken(folder: Path, what: str) -> None:
    """Make something wrong with a folder of two classes."""
    match what:
        case "no images":
            for path in (folder / "rose").iterdir():
                path.unlink()
        case "no folders":
            for path in folder.rglob("*.png"):
                path.unlink()
            for path in folder.iterdir():
                path.rmdir()
            (folder / "notes.txt").write_text("a note")
        case "nothing":
            for path in sorted(folder.rglob("*"))[::-1]:
                path.rmdir() if path.is_dir() else path.unlink()
        case "loose":
            save(folder / "one.JPG", format="JPEG")
        case "text":
            (folder / "rose" / "notes.txt").write_text("a note")
        case "deep":
            save(folder / "rose" / "red" / "0.png")


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("no images", "rose: there are no images in it; add some, or remove it"),
        ("no folders", "a: no folders are in it; make one for each class"),
        ("nothing", "a: there are no images in it; add some, or remove it"),
        ("loose", "one.JPG: it is in no folder of a class; move it into one"),
        ("text", "notes.txt: cannot identify image .*; it should be a PNG or JPEG"),
        ("deep", "red: Is a directory; it should be a PNG or JPEG image"),
    ],
)
def test_folders_that_are_no_classes(tmp_path: Path, what: str, message: str) -> None:
    broken(flowers(tmp_path / "a", rose=1, tulip=1), what)
    with pytest.raises(InputError, match=message) as fault:
        read(tmp_path / "a")
    assert "\n" not in str(fault.value)


def test_names_that_cannot_be_written(tmp_path: Path) -> None:
    folder = os.fsencode(flowers(tmp_path / "a", rose=1))
    try:
        os.mkdir(folder + b"/\xff")
    except OSError:
        pytest.skip("this file system has no such names")
    with pytest.raises(
        InputError, match=r"a: .*'utf-8' codec can't .*; give the folders"
    ):
        read(tmp_path / "a")


@pytest.mark.parametrize("count", [1, 3])
def test_another_number_of_classes(tmp_path: Path, count: int) -> None:
    folder = flowers(tmp_path / "a", rose=1, tulip=1)
    with pytest.raises(
        InputError,
        match=rf"a: 2 classes \('rose', 'tulip'\), but the network tells {count} "
        "apart; change the last layer, or the folders",
    ):
        read(folder, {}, count)


def test_images_to_predict_for(tmp_path: Path) -> None:
    folder = flowers(tmp_path / "a", rose=3) / "rose"
    ((one, names),) = images_at(folder / "1.png", (2, 2), 1)
    assert names == [str(folder / "1.png")]
    assert one[:, 0, 0, 0].tolist() == [1]
    ((all_of_them, _),) = images_at(folder, (2, 2), 1)
    assert all_of_them[:, 0, 0, 0].tolist() == [0, 1, 2]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="empty: there are no images in it"):
        next(images_at(tmp_path / "empty", (2, 2), 1))


def test_finding_a_folder(tmp_path: Path) -> None:
    for name in ("first", "second/a"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "first" / "a").write_text("a file")
    folders = [tmp_path / "first", tmp_path / "second"]
    assert find_folder("a", folders) == tmp_path / "second" / "a"
    with pytest.raises(
        InputError, match=r"b: no such folder in .*first and .*second; say"
    ):
        find_folder("b", folders)
