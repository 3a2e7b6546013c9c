"""Two runs side by side: by how much they differ, how sure that is, and on which questions.

The difference's interval is a paired bootstrap (the same draws for both runs); its p-value an
approximate randomisation (Noreen 1989; for retrieval Smucker, Allan and Carterette 2007) that swaps
the runs' results conversation by conversation. Several measures are tested at once, and they move
together: what is called significant is so after the max-T correction of Westfall and Young (1993),
which asks less of such measures than one for unrelated tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.comparing.saved_run import SavedRun
from bot.evaluation.comparing.values import Change, Comparison, MeasureComparison
from bot.evaluation.measuring.bootstrap import SEED, Floats, mean_intervals
from bot.evaluation.measuring.figures import measure_matrix
from bot.evaluation.measuring.judgements import Judgement
from bot.evaluation.measuring.predictions import Prediction, Verdict, shown_citations
from retrieval.errors import UsageError

LEVEL = 0.05
RANDOMISATIONS = 9_999
_BLOCKS, _BLOCK = 10, 1_000
_SAME = 1e-9
_ANSWERING = (
    "correct",
    "f1",
    "exact_match",
    "has_answer_f1",
    "span_right",
    "sentence_right",
    "answer_in_top_five",
    "answer_in_passages",
    "no_answer_refused",
    "citation_precision",
)
_RANKING = ("mrr", "ndcg@10", "recall@1", "recall@5", "recall@20", "success@5", "success@20")
_RIGHT = (Verdict.RIGHT, Verdict.REFUSED_RIGHTLY)
_ORDER = {"loss": 0, "win": 1, "changed": 2}


def compare_runs(a: SavedRun, b: SavedRun) -> Comparison:
    """What ``b`` changed against ``a``, over the questions that both have.

    Raises ``UsageError`` when the runs are of different tasks or share no question, or when what
    counted as right differs: they were measured with different sets.
    """
    shared = _shared(a, b)
    pairs = [(a.judgements[i], b.judgements[i]) for i in shared]
    changes = [c for i in shared if (c := _change(i, a, b)) is not None]
    changes.sort(key=lambda change: _ORDER[change.kind])
    return Comparison(
        name_a=str(a.folder),
        name_b=str(b.folder),
        questions=len(shared),
        same=len(shared) - len(changes),
        only_a=tuple(i for i in a.judgements if i not in b.judgements),
        only_b=tuple(i for i in b.judgements if i not in a.judgements),
        measures=compare_measures(pairs, _names(a.task, pairs)),
        changes=tuple(changes),
    )


def compare_measures(
    pairs: Sequence[tuple[Judgement, Judgement]], names: Sequence[str]
) -> tuple[MeasureComparison, ...]:
    """Each measure that says something of any question in both; pairs are (before, after)."""
    befores = measure_matrix([a for a, _ in pairs], names)
    afters = measure_matrix([b for _, b in pairs], names)
    clusters = [a.cluster for a, _ in pairs]
    intervals = mean_intervals(afters - befores, clusters)
    found: list[tuple[str, Floats, Floats, float, float, float]] = []
    for column, (name, interval) in enumerate(zip(names, intervals, strict=True)):
        if interval.value is None or interval.low is None or interval.high is None:
            continue
        both = ~np.isnan(afters[:, column] - befores[:, column])
        kept = [cluster for cluster, has in zip(clusters, both, strict=True) if has]
        before, after = befores[both, column], afters[both, column]
        p = randomisation_p(before, after, kept)
        found.append((name, before, after, interval.low, interval.high, p))
    named = [name for name, *_ in found]
    differences = (afters - befores)[:, [list(names).index(name) for name in named]]
    adjusted = adjusted_p(differences, clusters)
    return tuple(
        MeasureComparison(
            name=name,
            a=float(before.mean()),
            b=float(after.mean()),
            difference=float(after.mean() - before.mean()),
            low=low,
            high=high,
            p=p,
            n=len(before),
            wins=int((after > before + _SAME).sum()),
            losses=int((before > after + _SAME).sum()),
            significant=corrected < LEVEL,
            unit="share",
        )
        for (name, before, after, low, high, p), corrected in zip(found, adjusted, strict=True)
    )


def _names(task: str, pairs: Sequence[tuple[Judgement, Judgement]]) -> tuple[str, ...]:
    """What is compared. Where every question has an answer, two names say what others do: testing
    them too would ask more of all.
    """
    if task == "retrieve":
        return _RANKING
    all_answerable = all(before.answers for before, _ in pairs)
    twice = {"has_answer_f1", "span_right"} if all_answerable else set()
    return tuple(name for name in _ANSWERING if name not in twice)


def randomisation_p(before: Floats, after: Floats, clusters: Sequence[str]) -> float:
    """Two-sided p-value of the difference of means, 0..1; exact where there are few conversations.

    How often runs that are interchangeable would differ at least as much.
    """
    from scipy.stats import permutation_test

    names = {name: at for at, name in enumerate(dict.fromkeys(clusters))}
    member = np.array([names[name] for name in clusters], dtype=np.int64)
    sums: list[Floats] = [
        np.bincount(member, weights=values).astype(np.float64) for values in (before, after)
    ]
    moved = np.abs(sums[0] - sums[1]) > _SAME
    if not moved.any():
        return 1.0
    # What did not change cannot change the statistic: leaving it out makes small sets exact.
    tested = permutation_test(
        (sums[0][moved], sums[1][moved]) if moved.sum() > 1 else _padded(sums, moved),
        lambda x, y, axis: np.sum(y - x, axis=axis),
        permutation_type="samples",
        n_resamples=RANDOMISATIONS,
        batch=1000,
        vectorized=True,
        rng=np.random.default_rng(SEED),
    )
    return float(tested.pvalue)


def adjusted_p(differences: Floats, clusters: Sequence[str]) -> list[float]:
    """The p-value of each column when all are tested at once: single-step max-T.

    ``differences`` has the shape ``(questions, measures)``, NaN where a measure says nothing. A
    column's statistic is its sum over its standard deviation under random signs, one sign for each
    cluster and all columns; the p-value says how often the largest of all is at least as large.
    """
    if not differences.size:
        return [1.0] * differences.shape[1]
    names = {name: at for at, name in enumerate(dict.fromkeys(clusters))}
    sums = np.zeros((len(names), differences.shape[1]))
    np.add.at(sums, [names[name] for name in clusters], np.nan_to_num(differences))
    sums = sums[np.abs(sums).max(axis=1) > _SAME]
    spread = np.sqrt((sums**2).sum(axis=0))
    spread[spread < _SAME] = np.inf
    seen = np.abs(sums.sum(axis=0)) / spread
    reached = np.zeros(len(seen))
    generator = np.random.default_rng(SEED)
    for _ in range(_BLOCKS):
        signs = generator.choice((-1.0, 1.0), size=(_BLOCK, len(sums)))
        largest = (np.abs(signs @ sums) / spread).max(axis=1)
        reached += (largest[:, None] >= seen - _SAME).sum(axis=0)
    return [float((1 + count) / (1 + _BLOCKS * _BLOCK)) for count in reached]


def _padded(sums: Sequence[Floats], moved: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """One change alone, with an unchanged pair next to it: the test wants two."""
    return (
        np.append(sums[0][moved], 0.0),
        np.append(sums[1][moved], 0.0),
    )


def _shared(a: SavedRun, b: SavedRun) -> list[str]:
    if a.task != b.task:
        raise UsageError(
            f"{a.folder} is a run of --task {a.task}, {b.folder} of --task {b.task}; compare runs "
            "of one task."
        )
    shared = [i for i in a.judgements if i in b.judgements]
    if not shared:
        raise UsageError(
            f"{a.folder} and {b.folder} have no question in common; compare runs over one set."
        )
    for i in shared:
        before, after = a.judgements[i], b.judgements[i]
        if (before.question, before.answers) != (after.question, after.answers):
            raise UsageError(
                f'question "{i}" has other words or accepted answers in {a.folder} than in '
                f"{b.folder}; compare runs over one set."
            )
    whole = len(shared) == len(a.judgements) == len(b.judgements)
    if whole and a.golds and b.golds and a.golds != b.golds:
        raise UsageError(
            f"{a.folder} and {b.folder} were held against other evidence, sides or relevance "
            "judgements; compare runs over one set."
        )
    return shared


def _change(i: str, a: SavedRun, b: SavedRun) -> Change | None:
    """What became of one question; None where both runs did the same."""
    before, after = a.judgements[i], b.judgements[i]
    shown = [_shown(run, i) for run in (a, b)]
    if shown[0] == shown[1]:
        return None
    scores = [_score(judged) for judged in (before, after)]
    kind = "changed"
    if abs(scores[0] - scores[1]) > _SAME:
        kind = "win" if scores[1] > scores[0] else "loss"
    return Change(
        id=i,
        question=before.question,
        golds=before.answers,
        kind=kind,
        answer_a=shown[0][0],
        answer_b=shown[1][0],
        source_a=shown[0][1],
        source_b=shown[1][1],
        verdict_a=before.verdict.value if before.verdict else "",
        verdict_b=after.verdict.value if after.verdict else "",
        f1_a=before.measures.get("f1") or 0.0,
        f1_b=after.measures.get("f1") or 0.0,
    )


def _score(judged: Judgement) -> float:
    """What decides between win and loss: right or not; of a ranking, the first relevant rank."""
    if judged.verdict is not None:
        return float(judged.verdict in _RIGHT)
    return judged.measures.get("mrr") or 0.0


def _shown(run: SavedRun, i: str) -> tuple[str | None, str]:
    """What a reader saw: the answer and where it stands; of a ranking, the first relevant rank."""
    judged = run.judgements[i]
    if judged.verdict is None:
        rank = judged.measures.get("mrr")
        return (f"first relevant at rank {round(1 / rank)}" if rank else None), ""
    prediction: Mapping[str, Any] | Prediction = run.predictions.get(i, {})
    if not prediction or prediction.get("abstained"):
        return None, ""
    first = next(iter(shown_citations(prediction)), None)
    source = ""
    if first is not None:
        name = first.get("title") or first.get("article_id")
        source = f"{name}, characters {first.get('start')}–{first.get('end')}"
    return prediction.get("answer"), source
