"""The ``compare`` command: two run folders in, printed lines and a page out."""

from __future__ import annotations

from pathlib import Path

from bot.evaluation.comparing.compare import compare_runs
from bot.evaluation.comparing.saved_run import load_run
from bot.evaluation.outputs import write_files
from bot.evaluation.printing import comparison_lines
from bot.evaluation.report.comparison import comparison_report
from retrieval.errors import UsageError

FILE = "comparison.html"


def run_compare(a: Path, b: Path, out: Path | None) -> None:
    """Prints what run ``b`` changed against run ``a``, and writes it as HTML into the file ``out``,
    or beside run ``b``.

    Raises ``UsageError`` where a folder holds no run, the runs cannot be compared or ``out`` is a
    folder, and ``StorageError``.
    """
    if out is not None and out.is_dir():
        raise UsageError(f"{out}: is a folder; name a file for the page with --out.")
    comparison = compare_runs(load_run(a), load_run(b))
    for line in comparison_lines(comparison):
        print(line)
    target = out or b / FILE
    write_files(target.parent, {target.name: comparison_report(comparison)})
    print(f"written to {target}")
