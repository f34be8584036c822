"""A job script asks for time and memory once."""

from __future__ import annotations

import pytest

from vrs.run.job_script import with_directives


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("#SBATCH --time=60:00", "#SBATCH"),
        ("#SBATCH -t 60 -n 1", "#SBATCH -n 1"),
        ("#SBATCH -t60 -A lab", "#SBATCH -A lab"),
        ("#SBATCH -n 1 --mem-per-cpu 100 -c 4", "#SBATCH -n 1 -c 4"),
        ("#SBATCH --array=0-3%2", "#SBATCH"),
        ("#SBATCH --time-min=5 -p short", "#SBATCH --time-min=5 -p short"),
        ("# asks for --mem=1G", "# asks for --mem=1G"),
        ("#SBATCH -J x-t1 -o logs/-a.out", "#SBATCH -J x-t1 -o logs/-a.out"),
    ],
)
def test_options_of_the_template_that_an_array_has_itself_are_left_out(
    line: str, left: str
) -> None:
    script = with_directives(f"#!/bin/sh\n{line}\nsrun --mem=1G x", ["--time=10", "--mem=512M"])
    head, first, *rest = script.splitlines()
    assert (head, first.rstrip()) == ("#!/bin/sh", left)
    assert rest == ["#SBATCH --time=10", "#SBATCH --mem=512M", "srun --mem=1G x"]


def test_a_script_of_another_queue_stays_as_it_is() -> None:
    assert with_directives("#!/bin/sh\n#PBS -t 3\nrun\n", []) == "#!/bin/sh\n#PBS -t 3\nrun\n"
