from .write_whole import write_whole


def cut_log(path, epochs, separator):
    """Take the rows of later epochs off the end of a log: --resume comes to them again.

    Before, there may be those of other trainings.
    """
    lines = path.read_text("utf-8").splitlines(True) if path.exists() else []
    begins = [line.split(separator)[0] for line in lines]
    late = [i for i, epoch in enumerate(begins) if epoch == str(epochs + 1)]
    if late and str(epochs) not in begins[late[-1] :]:
        with write_whole(path) as file:
            file.writelines(lines[: late[-1]])
