"""A calibration in a config file: the user's own lines stay, and nothing is ever half-written."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config, ReliabilityConfig, load_config
from bot.evaluation.calibrating.config_writing import config_to_change, write_calibration
from retrieval.errors import ConfigError, PullquoteError, StorageError, UsageError
from tests.bot.test_reliability_shown import measured

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SECTION = measured((0.52235, 171, 206), (0.75, 200, 206))
AGAIN = measured((0.61, 90, 95), reader="another@reader", precision=0.95)
THRESHOLD = 0.52235
FILES = {
    "the example": EXAMPLE.read_text(encoding="utf-8"),
    "nothing": "",
    "comments alone": "# mine\n# all mine\n",
    "no answer section": "# mine\n[index]\nwindow_words = 100 # few\n",
    "no last line end": "[index]\nwindow_words = 100",
    "a comment of the next section": (
        "[answer]\nthreshold = 0.4   # mine\n# after\n\n# of conversations\n"
        "[conversation]\nexpire_days = 3\n"
    ),
    "an inline table": "answer = {passages = 5, threshold = 0.5} # c\n[index]\nwindow_words=100\n",
    "dotted keys": "answer.threshold = 0.5 # c\nanswer.passages = 3\n[index]\nwindow_words=100\n",
    "apart": "[answer]\npassages = 3\n[index]\nwindow_words=100\n\n# r\n"
    + '[answer.reliability] # s\n# why\nprecision=0.5 # hm\nreader="x"\n'
    + "bins=[{from=0.1,right=1,of=2}]\n[answer.reliability.measured_on]\n"
    + 'file="a"\nquestions=1\nday=2020-01-01\n# end\n',
    "bins as tables": "[answer.reliability]\nprecision=0.5 # p\nreader='x'\n"
    + "measured_on={file='a',questions=1,day=2020-01-01} # m\n"
    + "[[answer.reliability.bins]]\nfrom=0.1\nright=1\nof=2\n[index] # i\nwindow_words=100\n",
    "carriage returns": "[answer]\r\nthreshold = 0.5 # a\r\n\r\n[index]\r\nwindow_words = 100\r\n",
    "a byte order mark": "\ufeff[answer]\nthreshold = 0.5\n",
    "quoted keys": '["answer"]\n"threshold" = 0.5 # q\n',
}


def comments(text: str) -> list[str]:
    return re.findall(r"#.*", text)


@pytest.mark.parametrize("name", FILES)
def test_the_calibration_comes_in_and_everything_else_stays(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(FILES[name].encode())
    before = config_to_change(path)
    write_calibration(path, THRESHOLD, SECTION)

    after = load_config(path)
    assert (after.answer.threshold, after.answer.reliability) == (THRESHOLD, SECTION)
    undone = {"threshold": before.answer.threshold, "reliability": before.answer.reliability}
    answer = after.answer.model_copy(update=undone)
    assert after.model_copy(update={"answer": answer}) == before

    text = path.read_bytes().decode()
    assert [c.strip() for c in comments(text)] == [c.strip() for c in comments(FILES[name])]
    assert text.startswith("\ufeff") == FILES[name].startswith("\ufeff")
    assert len(re.findall(r"(?<!\r)\n", text)) == (
        0 if "\r\n" in FILES[name] else text.count("\n")
    ), "one kind of line ends"

    write_calibration(path, THRESHOLD, SECTION)
    assert path.read_bytes().decode() == text, "a second time changes nothing"
    write_calibration(path, 0.61, AGAIN)
    assert load_config(path).answer.reliability == AGAIN
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]


def test_other_lines_are_kept_letter_by_letter(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(FILES["the example"])
    write_calibration(path, THRESHOLD, SECTION)
    changed = set(path.read_text().splitlines())
    gone = [line for line in FILES["the example"].splitlines() if line not in changed]
    assert gone == ["threshold = 0.35"]


def test_a_comment_stands_before_what_it_is_about(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(FILES["a comment of the next section"])
    write_calibration(path, THRESHOLD, SECTION)
    text = path.read_text()
    assert text.startswith(f"[answer]\nthreshold = {THRESHOLD}   # mine\n# after\n")
    assert text.endswith("]\n\n# of conversations\n[conversation]\nexpire_days = 3\n")


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    assert config_to_change(path) == Config()
    assert not path.exists()
    write_calibration(path, THRESHOLD, SECTION)
    assert set(tomllib.loads(path.read_text())) == {"answer"}
    assert load_config(path).answer.reliability == SECTION


@given(
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1), st.integers(1, 9999)), min_size=1, max_size=8),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    threshold: float,
    bins: list[tuple[float, int]],
    name: str,
) -> None:
    path = tmp_path_factory.mktemp("any") / "mine.toml"
    rising = sorted({start: (start, of, of) for start, of in bins}.values())
    section = measured(*rising, reader=name)
    write_calibration(path, threshold, section)
    answer = load_config(path).answer
    assert (answer.threshold, answer.reliability) == (threshold, section)


def test_the_mode_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("# mine\n")
    path.chmod(0o640)
    write_calibration(path, THRESHOLD, SECTION)
    assert path.stat().st_mode & 0o7777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "real.toml"
    link = tmp_path / "mine.toml"
    link.symlink_to(Path("dotfiles") / "real.toml")
    assert config_to_change(link) == Config(), "its target is still to be made"
    for section in (SECTION, AGAIN):
        write_calibration(link, THRESHOLD, section)
        assert link.is_symlink()
        assert load_config(target).answer.reliability == section
    assert [p.name for p in target.parent.iterdir()] == ["real.toml"]


def test_without_a_file_there_is_nothing_to_write_to() -> None:
    with pytest.raises(UsageError, match="--config, it is made if missing") as caught:
        config_to_change(None)
    assert caught.value.exit_status == 2


def a_folder(path: Path) -> None:
    path.mkdir()


def no_toml(path: Path) -> None:
    path.write_text("[answer")


def an_unknown_key(path: Path) -> None:
    path.write_text("[answer]\ntreshold = 0.5\n")


def not_utf8(path: Path) -> None:
    path.write_bytes(b"# caf\xe9\n")


def a_circle_of_links(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("spoil", [a_folder, no_toml, an_unknown_key, not_utf8, a_circle_of_links])
def test_what_cannot_be_changed_is_refused_before_any_work(spoil: object, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    for refused in (
        lambda: config_to_change(path),
        lambda: write_calibration(path, THRESHOLD, SECTION),
    ):
        with pytest.raises(ConfigError) as caught:
            refused()
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.exit_status == 2
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="its folder does not exist"):
        config_to_change(tmp_path / "none" / "mine.toml")
    with pytest.raises(StorageError, match="cannot be written"):
        write_calibration(tmp_path / "none" / "mine.toml", THRESHOLD, SECTION)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("# mine\n")
    path.chmod(0o400)
    with pytest.raises(ConfigError, match="must not be written"):
        config_to_change(path)


def test_a_section_that_the_file_could_not_hold_leaves_it_as_it_was(tmp_path: Path) -> None:
    """It is read again before it takes the old file's place."""
    path = tmp_path / "mine.toml"
    path.write_text("[answer]\nthreshold = 0.5 # mine\n")
    falling = ReliabilityConfig.model_construct(
        **{**SECTION.model_dump(), "bins": SECTION.bins[::-1], "measured_on": SECTION.measured_on}
    )
    with pytest.raises(PullquoteError, match="cannot be changed without harm"):
        write_calibration(path, THRESHOLD, falling)
    assert path.read_text() == "[answer]\nthreshold = 0.5 # mine\n"
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]
