"""Articles to a new index version: read, compare, prepare, cut, embed, switch in.

Joins ``ingest`` and ``index``. Knows nothing about questions.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from retrieval.errors import ArticleFileError, StorageError
from retrieval.index import database
from retrieval.index.database import StoredArticle, StoredPassage
from retrieval.index.encoder import export_encoder, model_fingerprint
from retrieval.index.manifest import Manifest, Recipe, stamp_files
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import (
    ENCODER_FOLDER,
    VECTORS_FILE,
    VERSION_FILES,
    IndexStore,
    OpenIndex,
)
from retrieval.index.terms import PassageTerms
from retrieval.index.tokenization import IDENTITY as TOKENIZER_IDENTITY
from retrieval.index.tokenization import tokenize
from retrieval.index.vector_cache import FILE as CACHE_FILE
from retrieval.index.vector_cache import VectorCache
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import Skipped
from retrieval.ingest.sources import Reading, read, scan
from retrieval.merging import Merge, digest_of, given_fields, merge_articles, raw_of
from retrieval.protocols import Encoder, Vectors

PREPARATION_IDENTITY = "noise-sentences-1"
"""Raised whenever titles, noise or sentences would come out otherwise for the same text."""

EMBEDDING_BATCH = 64

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, what is done and the total."""


Export = Callable[[str, Path, bool], OnnxEncoder]
"""Writes the encoder of a model into a folder and opens it: model, folder, whether to quantize."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Shows nothing."""


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What shapes an index besides its articles."""

    window: WindowSize = field(default_factory=WindowSize)
    model: str = "all-MiniLM-L6-v2"
    quantize: bool = True


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one call of ``build`` did; counts are of articles."""

    added: int
    changed: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    warnings: tuple[str, ...]
    articles: int
    passages: int
    embedded: int


def build(
    store: IndexStore,
    paths: Sequence[Path],
    settings: IndexSettings,
    progress: Progress = no_progress,
    export: Export = export_encoder,
) -> IndexReport:
    """Adds or updates the articles under ``paths`` and removes those whose files are gone.

    The index is as it was until the very end, and stays so when anything fails. Raises
    ``ArticleFileError`` for input that cannot be used, ``StorageError`` for a disk that is full,
    and what ``IndexStore.writing``, ``IndexStore.open`` and ``export_encoder`` raise.
    """
    scanned = scan(paths, exclude=[store.folder])
    reading = read(scanned)
    try:
        with store.writing() as building, ExitStack() as opened:
            previous = store.open() if store.current() else None
            if previous is not None:
                opened.callback(previous.articles.close)
            plan = _Plan(paths, reading, settings, progress, export)
            return _build(store, building, previous, plan)
    except (OSError, sqlite3.OperationalError) as error:
        raise _storage_error(store.folder, error) from error


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one call of ``build`` was asked to do."""

    paths: Sequence[Path]
    reading: Reading
    settings: IndexSettings
    progress: Progress
    export: Export


def _build(
    store: IndexStore, building: Path, previous: OpenIndex | None, plan: _Plan
) -> IndexReport:
    reading, settings, progress = plan.reading, plan.settings, plan.progress
    recipe = _recipe(settings)
    old_recipe = previous.manifest.recipe if previous else None
    stored = list(previous.articles.stored_articles()) if previous else []
    if not reading.articles:
        raise ArticleFileError(_nothing_to_index(plan.paths, reading))
    merge = merge_articles(stored, plan.paths, reading)
    if previous and old_recipe == recipe and merge.changes_nothing:
        return _report(merge, reading, previous.manifest, 0)
    same_preparation = old_recipe is not None and old_recipe.preparation == recipe.preparation
    articles = _prepared(merge, same_preparation, progress)
    passages, texts = _passages(articles, settings.window)
    same_model = previous if old_recipe and old_recipe.encoder == recipe.encoder else None
    encoder = _encoder(building, same_model, plan)
    known = _known_vectors(same_model) if same_model else {}
    with VectorCache(store.unfinished / CACHE_FILE, encoder.identity, encoder.dimension) as cache:
        vectors, embedded = _embed(encoder, passages, texts, known, cache, progress)
    database.write_database(building / database.FILE, articles, passages)
    np.save(building / VECTORS_FILE, vectors)
    PassageTerms.of(tokenize(text) for text in texts).save(building)
    manifest = Manifest(
        recipe=recipe,
        encoder=encoder.identity,
        articles=len(articles),
        passages=len(passages),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        files=stamp_files(building, VERSION_FILES),
    )
    manifest.save(building)
    store.switch_in(building)
    for path in store.unfinished.glob(CACHE_FILE + "*"):
        path.unlink(missing_ok=True)
    return _report(merge, reading, manifest, embedded)


def _nothing_to_index(paths: Sequence[Path], reading: Reading) -> str:
    named = ", ".join(str(path) for path in paths)
    if not reading.skipped:
        return f"{named}: holds no articles; put .txt, .md, .jsonl or .jsonl.gz files there."
    first = reading.skipped[0]
    more = f" and {len(reading.skipped) - 1} more" if len(reading.skipped) > 1 else ""
    return (
        f"{named}: holds no article that can be used (skipped {first.name}{more}: "
        f"{first.reason.rstrip('.')}); put .txt, .md, .jsonl or .jsonl.gz files there."
    )


def _prepared(merge: Merge, keep: bool, progress: Progress) -> list[StoredArticle]:
    """All articles of the coming version, ordered by id.

    With ``keep`` the stored ones are taken as they are, else they too are prepared anew.
    """
    ids = sorted({*merge.raws, *merge.kept})
    articles = []
    for done, id_ in enumerate(ids, start=1):
        old = merge.kept.get(id_)
        if old is None:
            raw = merge.raws[id_]
            articles.append(
                StoredArticle(prepare(raw), raw.root, raw.path, digest_of(raw), given_fields(raw))
            )
        else:
            articles.append(old if keep else replace(old, article=prepare(raw_of(old))))
        progress("Reading articles", done, len(ids))
    return articles


def _passages(
    articles: Sequence[StoredArticle], window: WindowSize
) -> tuple[list[StoredPassage], list[str]]:
    passages, texts = [], []
    for stored in articles:
        for passage in passages_of(stored.article, window):
            text = indexed_text(stored.article, passage)
            digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
            passages.append(StoredPassage(passage, digest))
            texts.append(text)
    return passages, texts


def _encoder(building: Path, previous: OpenIndex | None, plan: _Plan) -> OnnxEncoder:
    """The previous version's graph when it is of the same model, else a new export."""
    folder = building / ENCODER_FOLDER
    if previous is not None:
        shutil.copytree(previous.encoder_folder, folder, copy_function=_link_or_copy)
        return OnnxEncoder(folder)
    folder.mkdir()
    plan.progress("Preparing the embedding model", 0, 1)
    encoder = plan.export(plan.settings.model, folder, plan.settings.quantize)
    plan.progress("Preparing the embedding model", 1, 1)
    return encoder


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _known_vectors(previous: OpenIndex) -> dict[str, Vectors]:
    passages = previous.articles.passages()
    return {s.digest: vector for s, vector in zip(passages, previous.vectors, strict=True)}


def _embed(
    encoder: Encoder,
    passages: Sequence[StoredPassage],
    texts: Sequence[str],
    known: dict[str, Vectors],
    cache: VectorCache,
    progress: Progress,
) -> tuple[Vectors, int]:
    """Vectors in passage order, and how many had to be computed. Equal texts are encoded once."""
    vectors = np.zeros((len(passages), encoder.dimension), dtype=np.float32)
    missing: dict[str, list[int]] = {}
    for position, stored in enumerate(passages):
        vector = known.get(stored.digest)
        if vector is None:
            vector = cache.get(stored.digest)
        if vector is None:
            missing.setdefault(stored.digest, []).append(position)
        else:
            vectors[position] = vector
    digests = list(missing)
    progress("Embedding passages", 0, len(digests))
    for first in range(0, len(digests), EMBEDDING_BATCH):
        batch = digests[first : first + EMBEDDING_BATCH]
        encoded = encoder.encode([texts[missing[digest][0]] for digest in batch], "passage")
        cache.put(batch, encoded)
        for digest, vector in zip(batch, encoded, strict=True):
            vectors[missing[digest]] = vector
        progress("Embedding passages", first + len(batch), len(digests))
    return vectors, len(digests)


def _recipe(settings: IndexSettings) -> Recipe:
    return Recipe(
        preparation=PREPARATION_IDENTITY,
        tokenizer=TOKENIZER_IDENTITY,
        window_words=settings.window.words,
        window_overlap=settings.window.overlap,
        encoder=f"{settings.model}@{model_fingerprint(settings.model)}"
        f" quantize={settings.quantize}",
    )


def _report(merge: Merge, reading: Reading, manifest: Manifest, embedded: int) -> IndexReport:
    return IndexReport(
        added=merge.counts["added"],
        changed=merge.counts["changed"],
        unchanged=merge.counts["unchanged"],
        removed=merge.counts["removed"],
        skipped=reading.skipped,
        warnings=reading.warnings,
        articles=manifest.articles,
        passages=manifest.passages,
        embedded=embedded,
    )


def _storage_error(folder: Path, error: OSError | sqlite3.OperationalError) -> StorageError:
    """Articles are read before the building starts: what fails in it is the index's own disk."""
    cause = (isinstance(error, OSError) and error.strerror) or str(error)
    return StorageError(
        f"{folder}: cannot be written ({cause}); free some space or mend its permissions and run "
        "the same command again; the index is as it was."
    )
