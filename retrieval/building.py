"""Articles to a new index version: read, compare, prepare, cut, embed, switch in.

Joins ``ingest`` and ``index``. Knows nothing about questions.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from retrieval.errors import ArticleFileError, StorageError
from retrieval.index import database
from retrieval.index.database import ArticleDatabase, StoredArticle, StoredPassage
from retrieval.index.encoder import export_encoder, model_fingerprint
from retrieval.index.manifest import Manifest, Recipe, stamp_files
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import ENCODER_FOLDER, VECTORS_FILE, VERSION_FILES, IndexStore
from retrieval.index.terms import PassageTerms
from retrieval.index.tokenization import IDENTITY as TOKENIZER_IDENTITY
from retrieval.index.tokenization import tokenize
from retrieval.index.vector_cache import FILE as CACHE_FILE
from retrieval.index.vector_cache import VectorCache
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle, Skipped
from retrieval.ingest.sources import Reading, read, scan
from retrieval.protocols import Encoder, Vectors

PREPARATION_IDENTITY = "noise-sentences-1"
"""Raised whenever titles, noise or sentences would come out otherwise for the same text."""

_EMBEDDING_BATCH = 256
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO}

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, what is done and the total."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Shows nothing."""


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What shapes an index besides its articles."""

    window: WindowSize = WindowSize()
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


@dataclass(frozen=True, slots=True)
class _Merge:
    """The articles of the coming version; ``None`` stands for "keep what is stored"."""

    raws: dict[str, RawArticle]
    kept: dict[str, StoredArticle]
    counts: Counter[str] = field(default_factory=Counter)


def build(
    store: IndexStore,
    paths: Sequence[Path],
    settings: IndexSettings,
    progress: Progress = no_progress,
) -> IndexReport:
    """Adds or updates the articles under ``paths`` and removes those whose files are gone.

    The index is as it was until the very end, and stays so when anything fails. Raises
    ``ArticleFileError`` for input that cannot be used, ``StorageError`` for a disk that is full,
    and what ``IndexStore.writing``, ``IndexStore.open`` and ``export_encoder`` raise.
    """
    scanned = scan(paths, exclude=[store.folder])
    reading = read(scanned)
    try:
        with store.writing() as building:
            return _build(store, building, paths, reading, settings, progress)
    except (OSError, sqlite3.OperationalError) as error:
        raise _storage_error(store.folder, error) from error


def _build(
    store: IndexStore,
    building: Path,
    paths: Sequence[Path],
    reading: Reading,
    settings: IndexSettings,
    progress: Progress,
) -> IndexReport:
    recipe = _recipe(settings)
    previous = store.open() if store.current() else None
    if previous and previous.manifest.recipe != recipe:
        reusable = None
    else:
        reusable = previous
    stored = {s.article.id: s for s in previous.articles.stored_articles()} if previous else {}
    merge = _merge(stored, paths, reading)
    if not merge.raws and not merge.kept:
        raise ArticleFileError(_nothing_to_index(paths, reading))
    if reusable and not merge.counts.keys() & {"added", "changed", "removed"}:
        manifest = reusable.manifest
        return _report(merge, reading, manifest.articles, manifest.passages, 0)
    articles = _prepared(merge, reusable is not None, progress)
    passages, texts = _passages(articles, settings.window)
    encoder = _encoder(building, reusable.folder if reusable else None, settings, progress)
    known = _known_vectors(reusable.articles, reusable.vectors) if reusable else {}
    store.work.mkdir(exist_ok=True)
    with VectorCache(store.work / CACHE_FILE, encoder.identity, encoder.dimension) as cache:
        vectors, embedded = _embed(encoder, passages, texts, known, cache, progress)
    database.write_database(building / database.FILE, articles, passages)
    np.save(building / VECTORS_FILE, vectors)
    PassageTerms.of(tokenize(text) for text in texts).save(building)
    Manifest(
        recipe=recipe,
        encoder=encoder.identity,
        articles=len(articles),
        passages=len(passages),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        files=stamp_files(building, VERSION_FILES),
    ).save(building)
    store.switch_in(building)
    for path in store.work.glob(CACHE_FILE + "*"):
        path.unlink(missing_ok=True)
    return _report(merge, reading, len(articles), len(passages), embedded)


def _merge(
    stored: dict[str, StoredArticle], paths: Sequence[Path], reading: Reading
) -> _Merge:
    """Compares what was read with what is stored.

    A stored article goes only when its root was named, and its file is neither there nor skipped:
    a folder that cannot be read today must not cost the articles read from it yesterday.
    """
    by_file = {_path(s.root, s.file): s.article.id for s in stored.values() if s.file == _leaf(s)}
    raws = {}
    for raw in reading.articles:
        first_id = by_file.get(_path(raw.root, raw.file)) if raw.id == raw.file else None
        raws[first_id or raw.id] = raw
    merge = _Merge(raws, {})
    roots = {os.path.abspath(path) for path in paths}
    for id_, old in stored.items():
        raw = raws.get(id_)
        if raw is None:
            if old.root in roots and not _is_skipped(old, reading.skipped):
                merge.counts["removed"] += 1
            else:
                merge.kept[id_] = old
        elif _digest(raw) == old.digest:
            merge.counts["unchanged"] += 1
            merge.kept[id_] = old
        else:
            _refuse_other_file(id_, raw, old)
            merge.counts["changed"] += 1
    merge.counts["added"] += sum(id_ not in stored for id_ in raws)
    return _Merge(raws, merge.kept, +merge.counts)


def _leaf(stored: StoredArticle) -> str:
    """The id that a text file was given when it was first read: its name below its root."""
    return stored.article.id


def _path(root: str, file: str) -> str:
    return root if os.path.basename(root) == file and os.path.isfile(root) else f"{root}/{file}"


def _refuse_other_file(id_: str, raw: RawArticle, old: StoredArticle) -> None:
    """Two files with one id are a mistake, unless the older one was moved away."""
    before, now = _path(old.root, old.file), _path(raw.root, raw.file)
    if before != now and os.path.exists(before):
        raise ArticleFileError(
            f'two articles have the id "{id_}": one from {before}, indexed earlier, and one from '
            f"{now}; rename one, or index their common parent folder instead."
        )


def _is_skipped(old: StoredArticle, skipped: Sequence[Skipped]) -> bool:
    return any(
        item.root == old.root
        and (
            item.name == old.file
            or (item.name.endswith("/") and old.file.startswith(item.name))
            or item.name.startswith(f"{old.file} line ")
        )
        for item in skipped
    )


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


def _prepared(merge: _Merge, keep: bool, progress: Progress) -> list[StoredArticle]:
    """All articles of the coming version, ordered by id; stored ones prepared anew if need be."""
    ids = sorted({*merge.raws, *merge.kept})
    articles = []
    for done, id_ in enumerate(ids, start=1):
        old, raw = merge.kept.get(id_), merge.raws.get(id_)
        if old and (keep or raw is None) and keep:
            articles.append(old)
        else:
            articles.append(_prepare(id_, raw, old))
        progress("Reading articles", done, len(ids))
    return articles


def _prepare(id_: str, raw: RawArticle | None, old: StoredArticle | None) -> StoredArticle:
    if raw is None:
        assert old is not None
        article = old.article
        raw = RawArticle(
            id=id_,
            text=article.text,
            root=old.root,
            file=old.file,
            title=article.title,
            publisher=article.publisher,
            url=article.url,
            published=article.published,
        )
        return StoredArticle(prepare(raw), old.root, old.file, old.digest)
    from dataclasses import replace

    return StoredArticle(prepare(replace(raw, id=id_)), raw.root, raw.file, _digest(raw))


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


def _encoder(
    building: Path, previous: Path | None, settings: IndexSettings, progress: Progress
) -> OnnxEncoder:
    """The previous version's graph when the recipe is the same, else a new export."""
    folder = building / ENCODER_FOLDER
    if previous is not None:
        shutil.copytree(previous / ENCODER_FOLDER, folder, copy_function=_link_or_copy)
        return OnnxEncoder(folder)
    folder.mkdir()
    progress("Preparing the embedding model", 0, 1)
    encoder = export_encoder(settings.model, folder, quantize=settings.quantize)
    progress("Preparing the embedding model", 1, 1)
    return encoder


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _known_vectors(articles: ArticleDatabase, vectors: Vectors) -> dict[str, Vectors]:
    return {
        stored.digest: vector for stored, vector in zip(articles.passages(), vectors, strict=True)
    }


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
    for first in range(0, len(digests), _EMBEDDING_BATCH):
        batch = digests[first : first + _EMBEDDING_BATCH]
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
        model=settings.model,
        model_fingerprint=model_fingerprint(settings.model),
        quantize=settings.quantize,
    )


def _digest(raw: RawArticle) -> str:
    published = raw.published.isoformat() if raw.published else None
    fields = [raw.text, raw.title, raw.publisher, raw.url, published]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def _report(
    merge: _Merge, reading: Reading, articles: int, passages: int, embedded: int
) -> IndexReport:
    return IndexReport(
        added=merge.counts["added"],
        changed=merge.counts["changed"],
        unchanged=merge.counts["unchanged"],
        removed=merge.counts["removed"],
        skipped=reading.skipped,
        warnings=reading.warnings,
        articles=articles,
        passages=passages,
        embedded=embedded,
    )


def _storage_error(folder: Path, error: OSError | sqlite3.OperationalError) -> Exception:
    if isinstance(error, OSError) and error.errno not in _DISK_ERRORS:
        return error
    cause = error.strerror if isinstance(error, OSError) else str(error)
    return StorageError(
        f"{folder}: cannot be written ({cause}); free some space or mend its permissions and run "
        "the same command again. The index is as it was."
    )
