"""Runs made up for the tests of reports: as large and varied as real ones, always the same."""

from __future__ import annotations

import random
from typing import Any

Run = tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]

WORDS = (
    "the minister said on Tuesday that talks about grain exports would go on until both sides had "
    "agreed how ships leave harbour while farmers in the north waited for rain and prices rose "
    "again after a week in which markets had been calm officials from three countries met in a "
    "hotel near the lake where an earlier round had failed over money and over who should pay"
).split()
SOURCES = ("CNN", "Reuters", "BBC News", "The Guardian", "Die Zeit", "NPR", "Al Jazeera")
TYPES = ("person", "place", "date", "duration", "number", "reason", "other")
CAUSES = ("retrieval", "reader", "grouping", "decision", "rewriting", "not in the articles")
STAGES = ("rewrite", "retrieve", "read", "decide")


def made_up_run(questions: int, seed: int = 7, groups: int = 8, task: str = "answer") -> Run:
    """Predictions, judgements and metrics of so many questions."""
    chance = random.Random(seed)
    articles = [_article(chance, number) for number in range(max(40, questions * 2))]
    pairs = [_question(chance, number, groups, articles) for number in range(questions)]
    predictions, judgements = [p for p, _ in pairs], [j for _, j in pairs]
    metrics = _metrics(judgements, task)
    if task == "retrieve":
        predictions = [
            {key: p[key] for key in ("id", "question", "elapsed_ms", "passages")}
            for p in predictions
        ]
        for judgement in judgements:
            rank = chance.choice((1, 1, 1, 2, 3, 5, 9, 17, 0))
            judgement |= {"verdict": None, "cause": None}
            judgement["measures"] = {"mrr": 1 / rank if rank else 0.0} | {
                f"recall@{k}": float(0 < rank <= k) for k in (1, 5, 20)
            }
        metrics = {key: metrics[key] for key in ("run", "counts", "by", "stages")}
        metrics["figures"] = {
            f"{name}@{k}": _figure(value, unit="share")
            for name, values in (("recall", (0.5, 0.72, 0.88)), ("success", (0.55, 0.8, 0.93)))
            for k, value in zip((1, 5, 20), values, strict=True)
        } | {"mrr": _figure(0.63, unit="number"), "p50": _figure(41.0, unit="ms")}
    return predictions, judgements, metrics


def sentence(chance: random.Random, length: int) -> str:
    text = " ".join(chance.choice(WORDS) for _ in range(length))
    return text[0].upper() + text[1:] + "."


def _article(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "article_id": f"news-{number:06d}-{chance.getrandbits(40):010x}",
        "title": sentence(chance, 9)[:-1],
        "publisher": chance.choice(SOURCES),
        "published": f"202{chance.randrange(1, 5)}-05-1{chance.randrange(10)}",
        "url": f"https://example.org/2023/{chance.getrandbits(60):x}/{number}.html",
    }


def _citation(
    chance: random.Random, number: int, article: dict[str, Any], said: str
) -> dict[str, Any]:
    start = chance.randrange(9000)
    around = sentence(chance, 28).split(" ", chance.randrange(1, 26))
    place = {"number": number, **article, "start": start, "end": start + len(said), "quote": said}
    return place | {"sentence": " ".join([*around[:-1], said, around[-1]])}


def _question(
    chance: random.Random, number: int, groups: int, articles: list[dict[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    id_, gold = f"q{number:05d}", " ".join(chance.sample(WORDS, 3))
    probability = round(chance.betavariate(1.3, 1.1), 4)
    right, answerable = chance.random() < probability, chance.random() < 0.85
    abstained = probability < 0.35
    near = chance.sample(articles, 6)
    said = [gold if right else " ".join(chance.sample(WORDS, chance.randrange(1, 6)))]
    said += [" ".join(chance.sample(WORDS, chance.randrange(1, 6))) for _ in range(groups - 1)]
    found = [
        {
            "answer": text,
            "probability": round(probability / (1 + index), 4),
            "origins": chance.randrange(1, 4),
            "citations": [
                _citation(chance, cited, chance.choice(near), text)
                for cited in range(1, chance.choice((2, 2, 3, 6)))
            ],
        }
        for index, text in enumerate(said)
    ]
    stages = {
        stage: round(chance.lognormvariate(m, 0.4), 1)
        for stage, m in zip(STAGES, (1, 3, 5, 1), strict=True)
    }
    verdict = (
        ("refused wrongly" if answerable else "refused rightly")
        if abstained
        else ("right" if right and answerable else "wrong")
    )
    missed = verdict in ("wrong", "refused wrongly")
    follows = chance.random() < 0.25
    question = sentence(chance, 9)[:-1] + "?"
    prediction = {
        "id": id_,
        "question": question,
        "standalone_question": "In Geneva, " + question if follows else question,
        "answer": None if abstained else said[0],
        "probability": probability,
        "abstained": abstained,
        "reason": "Nothing that was found says this clearly." if abstained else None,
        "elapsed_ms": round(sum(stages.values()), 1),
        "stages": stages,
        "groups": found,
        "passages": [
            {
                "article_id": chance.choice(near)["article_id"],
                "start": (start := chance.randrange(9000)),
                "end": start + 700,
                "score": round(1.3 / (rank + 1), 6),
            }
            for rank in range(16)
        ],
    }
    f1 = 1.0 if verdict == "right" else 0.0 if abstained else round(chance.random() * 0.5, 4)
    judgement = {
        "id": id_,
        "question": question,
        "answers": [gold] if answerable else [],
        "verdict": verdict,
        "cause": chance.choice(CAUSES) if missed else None,
        "cluster": f"conversation {number // 4}" if follows else f"question {id_}",
        "strata": {
            "type": chance.choice(TYPES),
            "source": chance.choice(SOURCES),
            "year": str(chance.randrange(2019, 2024)),
            "turn": str(chance.randrange(2, 5)) if follows else "1",
        },
        "measures": {
            "exact_match": float(verdict == "right"),
            "f1": f1,
            "correct": float(verdict in ("right", "refused rightly")),
            "citation_precision": None if abstained else round(chance.random(), 4),
            "answer_in_passages": float(chance.random() < 0.9) if answerable else None,
        },
    }
    return prediction, judgement


def _figure(
    value: float, unit: str = "share", better: str = "higher", n: int = 600
) -> dict[str, Any]:
    spread = 0.04 if unit != "ms" else value * 0.05
    return {
        "value": value,
        "low": max(0.0, value - spread),
        "high": value + spread if unit == "ms" else min(1.0, value + spread),
        "n": n,
        "unit": unit,
        "better": better,
    }


def _metrics(judgements: list[dict[str, Any]], task: str) -> dict[str, Any]:
    curve = [i / 400 for i in range(401)]
    by: dict[str, Any] = {}
    for stratum in ("type", "source", "year", "turn"):
        for value in sorted({j["strata"][stratum] for j in judgements}):
            part = [j for j in judgements if j["strata"][stratum] == value]
            share = {
                name: sum(j["measures"][name] for j in part) / len(part)
                for name in ("f1", "correct", "exact_match")
            }
            by.setdefault(stratum, {})[value] = {
                "n": len(part),
                "figures": {name: _figure(found, n=len(part)) for name, found in share.items()},
            }
    return {
        "run": {
            "pullquote": "0.1.0", "task": task, "set": "sets/made-up.jsonl",
            "set_sha256": "ab" * 32,
            "threshold": 0.35, "reader": "minilm-span", "index": "000004", "workers": 2,
            "interrupted": 0,
        },
        "counts": {"questions": len(judgements), "left_out": 2},
        "figures": {
            "exact_match": _figure(0.56), "f1": _figure(0.662), "correct": _figure(0.61),
            "span_right": _figure(0.58), "sentence_right": _figure(0.64),
            "answer_in_top_five": _figure(0.78), "citation_precision": _figure(0.83),
            "no_answer_refused": _figure(0.71, n=90), "auc": _figure(0.84, "number"),
            "ece": _figure(0.051, "number", "lower"), "brier": _figure(0.17, "number", "lower"),
            "aurc": {"value": None, "low": None, "high": None},
            "p50": _figure(231.0, "ms", "lower"), "p95": _figure(502.0, "ms", "lower"),
        },
        "stages": {
            stage: {"p50": _figure(p50, "ms"), "p95": _figure(2.2 * p50, "ms")}
            for stage, p50 in zip((*STAGES, "total"), (3.0, 21.0, 160.0, 4.0, 190.0), strict=True)
        },
        "by": by,
        "deciding": {
            "threshold": 0.35,
            "at_threshold": {"precision": 0.78, "coverage": 0.7, "f1": 0.66, "exact_match": 0.56},
            "roc": {"points": [[x, x**0.3] for x in curve]},
            "auc": 0.84,
            "risk_coverage": {"points": [[x, 0.02 + 0.38 * x**1.6] for x in curve[4:]]},
            "aurc": 0.16,
            "reliability": {
                "bins": [
                    {
                        "low": i / 10, "high": (i + 1) / 10, "mean_probability": i / 10 + 0.05,
                        "right_share": min(1.0, i / 10 + 0.09 - 0.01 * i), "n": 30 + 5 * i,
                    }
                    for i in range(10)
                ]
            },
            "ece": 0.051,
            "brier": 0.17,
        },
        "causes": {},
    }  # fmt: skip
