"""From examples to the numbers of one step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.builders import CONTEXT, example
from training.batches import collate, plan
from training.features import Features, Unit, featurise, load_tokenizer
from training.schedule import Schedule
from training.squad import Example, Gold

pytestmark = pytest.mark.slow


def alone(*examples: Example) -> list[Unit]:
    """Every example a unit of its own."""
    return [((example,),) for example in examples]


def decoded(features: Features, folder: Path, row: int = 0) -> str:
    """The text between the first start and the first end."""
    first = int(features.bounds[row])
    ids = features.ids[first + features.starts[row, 0] : first + features.ends[row, 0] + 1]
    return str(load_tokenizer(folder, 128, 32).decode(ids.tolist()))


@pytest.mark.parametrize("answer", ["105 minutes", "Reykjavik", "the next day"])
@pytest.mark.parametrize("max_tokens", [48, 128])
def test_the_targets_stand_on_the_answer(tiny_encoder: Path, answer: str, max_tokens: int) -> None:
    tokenizer = load_tokenizer(tiny_encoder, max_tokens, 16)
    for seed in range(5):
        made = featurise(alone(example(answer)), tokenizer, seed)
        assert made.lengths()[0] <= max_tokens
        assert decoded(made, tiny_encoder) == answer.lower()


def test_annotators_share_the_target(tiny_encoder: Path) -> None:
    at = CONTEXT.index("noon")
    golds = (Gold(at, at + 4), Gold(at, at + 4), Gold(at - 3, at + 4))  # twice "noon", "at noon"
    tokenizer = load_tokenizer(tiny_encoder, 128, 32)
    made = featurise(alone(replace(example(), golds=golds)), tokenizer, 0)
    assert made.start_weights[0].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert made.starts[0, 0] == made.starts[0, 1] + 1
    assert made.end_weights[0].tolist() == [1, 0, 0]


def test_without_an_answer_the_target_is_the_first_token(tiny_encoder: Path) -> None:
    tokenizer = load_tokenizer(tiny_encoder, 128, 32)
    made = featurise(alone(replace(example(), golds=())), tokenizer, 0)
    assert made.starts[0].tolist() == made.ends[0].tolist() == [0, 0, 0]
    assert made.start_weights[0].tolist() == [1, 0, 0]


def test_features_survive_the_disk(tmp_path: Path, tiny_encoder: Path) -> None:
    units = alone(example(), example("noon"))
    made = featurise(units, load_tokenizer(tiny_encoder, 128, 32), seed=0)
    made.save(tmp_path / "round.npz")
    loaded = Features.load(tmp_path / "round.npz")
    for name in Features.__slots__:
        assert getattr(loaded, name).tolist() == getattr(made, name).tolist()
    assert len(loaded) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["round.npz"]


def test_the_same_features_are_the_same_file(tmp_path: Path, tiny_encoder: Path) -> None:
    """A checkpoint knows its rounds by their files' digests."""
    for name in ("one.npz", "other.npz"):
        tokenizer = load_tokenizer(tiny_encoder, 128, 32)
        featurise(alone(example()), tokenizer, seed=0).save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_a_batch_pads_and_tells_question_from_text(tiny_encoder: Path) -> None:
    made = featurise(
        alone(example(), example("Oslo", "They met in Oslo.")),
        load_tokenizer(tiny_encoder, 128, 32),
        seed=0,
    )
    batch = collate(made, np.array([1, 0]))
    assert batch.ids.shape[1] % 8 == 0
    assert batch.mask.sum(dim=1).tolist() == made.lengths()[[1, 0]].tolist()
    short = int(made.lengths()[1])
    assert batch.ids[0, :short].tolist() == made.ids[made.bounds[1] : made.bounds[2]].tolist()
    assert batch.ids[0, short:].tolist() == [0] * (batch.ids.shape[1] - short)
    first_of_text = int(batch.types[0].argmax())
    assert first_of_text == made.question_lengths[1]
    assert int(batch.types[0].sum()) == short - first_of_text


UNANSWERABLE = replace(example(), golds=())
LOST = replace(example(), golds=(Gold(0, len(CONTEXT)),))
"""Its answer fits into no short window."""


def test_groups_and_units_are_numbered_as_they_were_given(tiny_encoder: Path) -> None:
    units: list[Unit] = [
        ((example(), UNANSWERABLE), (example("noon"),)),
        ((UNANSWERABLE,),),
        ((example("dark"), UNANSWERABLE, UNANSWERABLE),),
    ]
    made = featurise(units, load_tokenizer(tiny_encoder, 128, 32), seed=0)
    assert made.groups.tolist() == [0, 0, 1, 2, 3, 3, 3]
    assert made.units.tolist() == [0, 0, 0, 1, 2, 2, 2]
    assert (made.starts[:, 0] > 0).tolist() == [True, False, True, False, True, False, False]


@pytest.mark.parametrize("lost_at", [0, 1])
def test_a_group_without_its_answers_window_is_left_out_whole(
    lost_at: int, tiny_encoder: Path
) -> None:
    """Its negatives alone would teach that nothing answers; no number is left free."""
    members = [example(), UNANSWERABLE]
    members[lost_at] = LOST
    units: list[Unit] = [(tuple(members), (example(),)), ((LOST,),), ((example("noon"),),)]
    made = featurise(units, load_tokenizer(tiny_encoder, 32, 8), seed=0)
    assert made.groups.tolist() == [0, 1]
    assert made.units.tolist() == [0, 2]
    assert len(featurise(units[1:2], load_tokenizer(tiny_encoder, 32, 8), seed=0)) == 0


UNIT_SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=30)


@settings(max_examples=12)
@given(UNIT_SIZES, st.integers(60, 700), st.integers(1, 8), st.integers(0, 9))
def test_batches_never_cut_a_unit(
    sizes: list[int], max_tokens: int, max_windows: int, seed: int
) -> None:
    """Each window once; within the limits, or one unit that no limit could hold."""
    units = np.repeat(np.arange(len(sizes), dtype=np.int32) * 2, sizes)  # numbers may be missing
    lengths = np.random.default_rng(seed).integers(10, 120, len(units))
    planned = plan(lengths, units, max_tokens, max_windows, seed)
    assert sorted(np.concatenate(planned).tolist()) == list(range(len(units)))
    seen: set[int] = set()
    for batch in planned:
        own = {int(unit) for unit in units[batch]}
        assert not own & seen
        seen |= own
        width = (int(lengths[batch].max()) + 7) // 8 * 8
        is_within = len(batch) <= max_windows and len(batch) * width <= max_tokens
        assert is_within or len(own) == 1


def test_batches_pad_little_and_follow_from_the_seed() -> None:
    lengths = np.random.default_rng(1).integers(10, 320, 5000)
    units = np.arange(5000, dtype=np.int32)
    planned = plan(lengths, units, 3072, 32, seed=4)
    assert sorted(np.concatenate(planned).tolist()) == list(range(5000))
    padded = sum(len(b) * int(lengths[b].max()) for b in planned)
    assert padded < 1.1 * lengths.sum(), "windows of like length go together"
    again, other = (plan(lengths, units, 3072, 32, seed) for seed in (4, 5))
    assert [b.tolist() for b in planned] == [b.tolist() for b in again]
    assert [b.tolist() for b in planned] != [b.tolist() for b in other]


def test_a_batch_numbers_its_groups_without_gaps(tiny_encoder: Path) -> None:
    units: list[Unit] = [((example(), UNANSWERABLE),) for _ in range(4)]
    made = featurise(units, load_tokenizer(tiny_encoder, 128, 32), seed=0)
    assert collate(made, np.array([2, 3, 6, 7])).groups.tolist() == [0, 0, 1, 1]


def test_the_schedule_ends_at_zero_by_work_or_by_time() -> None:
    schedule = Schedule(1e-4, 1000, budget_seconds=100)
    assert schedule.progress(500, 10) == 0.5
    assert schedule.progress(10, 100) == 1
    assert schedule.rate(1) == 0
    assert schedule.rate(0.04) == pytest.approx(1e-4)
    assert schedule.rate(0.01) < schedule.rate(0.03) < schedule.rate(0.04) > schedule.rate(0.5)
    assert Schedule(1e-4, 1000).progress(10, 1e9) == 0.01
