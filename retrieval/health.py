"""Checks of the parts that an answer needs, each with what to do about a fault."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from retrieval.english.told_days import told_after
from retrieval.errors import PullquoteError
from retrieval.index.encoder import DEFAULT_MODEL, model_fingerprint
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import IndexStore

_NAMED = 5
"""Articles named in a note; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``detail`` says what was found or, when not ``ok``, what to do.

    With ``is_note`` nothing is at fault in Pullquote, but somebody should know.
    """

    name: str
    ok: bool
    detail: str
    is_note: bool = False


def diagnose(
    index_folder: Path, model: str, models: Mapping[str, Callable[[], str]]
) -> Iterator[Check]:
    """All checks, in the order in which a fault should be repaired. Never raises for a fault.

    ``models`` look at the other models by name: each says what was found, or raises a
    ``PullquoteError``.
    """
    yield Check("python", True, platform.python_version())
    yield _guarded("packages", _packages)
    yield _guarded("embedding model", lambda: _model(model))
    for name, look in models.items():
        yield _guarded(name, look)
    store = IndexStore(index_folder)
    index = _guarded("index", lambda: _index(store))
    yield index
    if index.ok:
        yield _guarded("encoder of the index", lambda: _encoder(store))
        yield _guarded("model of the index", lambda: _same_model(store, model))
        yield _page_dates(store)
        yield _later_days(store)


def _guarded(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except (PullquoteError, metadata.PackageNotFoundError) as error:
        return Check(name, False, str(error))


def _page_dates(store: IndexStore) -> Check:
    """Dates that the articles' own texts contradict: the articles are at fault, not the index."""
    name = "page dates"
    try:
        articles = store.open().articles
        count, first = articles.doubted_count(), articles.doubted_dates(_NAMED)
    except PullquoteError as error:
        return Check(name, False, str(error))
    if not count:
        return Check(name, True, "no article's text contradicts its date")
    named = "; ".join(
        f"{doubted.article_id} ({doubted.published}: the text speaks of {doubted.doubt.words})"
        for doubted in first
    )
    more = f"; and {count - len(first)} more" if count > len(first) else ""
    return Check(name, True, f"not trusted: {named}{more}", is_note=True)


def _later_days(store: IndexStore) -> Check:
    """Articles that went on being written: they are no evidence for questions on earlier days."""
    name = "later days"
    try:
        articles = store.open().articles
        found = [
            f"{article.id} ({article.published}: the text tells of {words})"
            for article_id, _, _, _ in articles.headers()
            if (article := articles.article(article_id)).trusted_date
            and (words := told_after(article.text, article.trusted_date, article.trusted_date))
        ]
    except PullquoteError as error:
        return Check(name, False, str(error))
    if not found:
        return Check(name, True, "no article tells of days after its own")
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    left_out = "left out where --as-of asks for a day before these"
    return Check(name, True, f"{left_out}: {'; '.join(found[:_NAMED])}{more}", is_note=True)


def _packages() -> str:
    names = ("onnxruntime", "tokenizers", "sentence-transformers", "torch")
    found = [f"{name} {metadata.version(name)}" for name in names]
    cuda = [d.name for d in metadata.distributions() if (d.name or "").startswith("nvidia-cu")]
    if cuda:
        found.append(f"CUDA packages are installed but not needed ({len(cuda)})")
    return ", ".join(found)


def _model(model: str) -> str:
    fingerprint = model_fingerprint(model)
    where = "bundled" if model == DEFAULT_MODEL else "named in the config"
    return f"{model} ({where}, {fingerprint})"


def _index(store: IndexStore) -> str:
    manifest = store.open(thoroughly=True).manifest
    return (
        f"{store.folder}: {manifest.articles} articles, {manifest.passages} passages, made "
        f"{manifest.created}, every file matches its checksum"
    )


def _encoder(store: IndexStore) -> str:
    encoder = OnnxEncoder(store.open().encoder_folder)
    vector = encoder.encode(["How long did the meeting last?"], "question")
    length = float(np.linalg.norm(vector[0]))
    if not 0.99 < length < 1.01:
        raise PullquoteError(
            f"its embeddings have length {length:.3f} instead of 1; index the articles again."
        )
    return f"{encoder.identity}, {encoder.dimension} dimensions"


def _same_model(store: IndexStore, model: str) -> str:
    made_with = store.open().manifest.recipe.encoder
    if not made_with.startswith(f"{model}@"):
        raise PullquoteError(
            f"the index was made with {made_with.split('@')[0]}, the config names {model}; "
            "index the articles again, or change encoder.model."
        )
    return "the one in the config"
