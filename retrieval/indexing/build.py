"""Articles to a new index version: read, compare, prepare, cut, embed, switch in.

Joins ``ingest`` and ``index``.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from retrieval.errors import ArticleFileError
from retrieval.index import database
from retrieval.index.build_cache import FILE as WORK_FILE
from retrieval.index.build_cache import WorkCache
from retrieval.index.database import ArticleDatabase, ArticleWriter, StoredArticle
from retrieval.index.encoder import EXPORT_IDENTITY, export_encoder, model_fingerprint
from retrieval.index.manifest import Manifest, Recipe
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.rows import merged
from retrieval.index.store import ENCODER_FOLDER, IndexStore, OpenIndex
from retrieval.index.tokenization import IDENTITY as TOKENIZER_IDENTITY
from retrieval.index.vectors import QuantizedVectors
from retrieval.index.writing import Scale, fits, rows_of
from retrieval.indexing.changes import Merge, merge_articles, raw_of
from retrieval.indexing.new_articles import ArticlePreparer, KnownVector, PassageBuilder, Progress
from retrieval.indexing.spool import Spool
from retrieval.indexing.versions import carry_encoder, complete, storage_error
from retrieval.ingest.document import ReadSettings
from retrieval.ingest.formats.registry import KINDS
from retrieval.ingest.passages import WindowSize
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import Found, Skipped
from retrieval.ingest.sources import read, scan

PREPARATION_IDENTITY = "noise-sentences-dates-9"
"""Raised whenever titles, noise, sentences, passages or doubts of a date would come out otherwise
for one text."""

Export = Callable[[str, Path, bool], OnnxEncoder]
"""Writes the encoder of a model into a folder and opens it: model, folder, whether to quantize."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Shows nothing."""


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What shapes an index besides its articles.

    ``threads``: passages embedded at once, 0 for as many as there are cores; it shapes nothing.
    """

    window: WindowSize = field(default_factory=WindowSize)
    model: str = "all-MiniLM-L6-v2"
    quantize: bool = True
    scale: Scale = field(default_factory=Scale)
    threads: int = 0


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one call of ``build`` did; counts are of articles.

    ``doubted_dates`` of all articles in the index are contradicted by their texts. ``fresh`` are
    the ids of those that were added or changed.
    """

    added: int
    changed: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    articles: int
    passages: int
    embedded: int
    doubted_dates: int = 0
    fresh: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be indexed: ``named`` are absolute paths and addresses; ``read`` gives what they
    hold, as it is read; asked again it reads again. ``fetches``: what it fetches it keeps in the
    index folder.
    """

    named: tuple[str, ...]
    read: Callable[[], Iterator[Found]]
    fetches: bool = False


def files_asked(
    paths: Sequence[Path],
    store: IndexStore,
    settings: ReadSettings | None = None,
    progress: Progress = no_progress,
) -> Asked:
    """Files and folders. Raises ``ArticleFileError`` for a path that cannot be used."""
    scanned = scan(paths, exclude=[store.folder])
    named = tuple(dict.fromkeys(os.path.abspath(path) for path in paths))
    return Asked(named, lambda: read(scanned, settings or ReadSettings(), progress))


def build(
    store: IndexStore,
    paths: Sequence[Path],
    settings: IndexSettings,
    progress: Progress = no_progress,
    export: Export = export_encoder,
) -> IndexReport:
    """``build_from`` files and folders."""
    return build_from(
        store, files_asked(paths, store, progress=progress), settings, progress, export
    )


def build_from(
    store: IndexStore,
    asked: Asked,
    settings: IndexSettings,
    progress: Progress = no_progress,
    export: Export = export_encoder,
) -> IndexReport:
    """Adds or updates the articles that are asked for and removes those whose files are gone.

    The index is as it was until the very end, and stays so when anything fails. Raises
    ``ArticleFileError`` for input that cannot be used, ``StorageError`` for a disk that is full,
    and what ``IndexStore.writing``, ``IndexStore.open`` and ``export_encoder`` raise.
    """
    try:
        with ExitStack() as opened:
            # What cannot be read must not leave the folder of a first index behind.
            early = store.current() is None and not asked.fetches
            spool = _filled(opened, asked) if early else None
            building = opened.enter_context(store.writing())
            previous = store.open(thoroughly=True) if store.current() else None
            if previous is not None:
                opened.callback(previous.articles.close)
                spool = None
            spool = spool or _filled(opened, asked, previous)
            return _build(
                store, building, previous, _Plan(asked, spool, settings, progress, export)
            )
    except (OSError, sqlite3.OperationalError) as error:
        raise storage_error(store.folder, error) from error


def _filled(opened: ExitStack, asked: Asked, previous: OpenIndex | None = None) -> Spool:
    spool = Spool(previous.articles.identities() if previous else [])
    opened.callback(spool.close)
    spool.fill(asked.read())
    return spool


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one call of ``build`` was asked to do."""

    asked: Asked
    spool: Spool
    settings: IndexSettings
    progress: Progress
    export: Export


def _build(
    store: IndexStore, building: Path, previous: OpenIndex | None, plan: _Plan
) -> IndexReport:
    spool, settings, progress = plan.spool, plan.settings, plan.progress
    if not len(spool):
        raise ArticleFileError(_nothing_to_index(plan.asked.named, spool.skipped))
    recipe = _recipe(settings)
    merge = merge_articles(
        previous.articles.identities() if previous else [], plan.asked.named, spool
    )
    same_cut = previous is not None and previous.manifest.recipe == recipe
    if previous and same_cut and merge.changes_nothing and fits(previous, settings.scale):
        return _report(merge, spool, previous.manifest, 0, previous.articles.doubted_count())
    encoder = _encoder(building, _of_same_model(previous, recipe), plan)
    with WorkCache(
        store.unfinished / WORK_FILE, encoder.identity, encoder.dimension, recipe.preparation
    ) as work:
        known = _known_vectors(_of_same_model(previous, recipe), work)
        cutter = PassageBuilder(settings.window, known, encoder.dimension)
        with ArticleWriter(building / database.FILE) as writer:
            if previous and same_cut:
                writer.copy(previous.articles.path, merge.kept.values())
            for stored in _to_cut(merge, spool, previous, recipe, work, progress):
                writer.add(stored)
                cutter.add(stored.article)
            doubted = writer.doubted_count()
        with closing(ArticleDatabase(building / database.FILE)) as written:
            embedded = cutter.embed(encoder, written.stored, work, progress)
    rows = cutter.rows()
    if previous and same_cut:
        rows = merged(rows_of(previous), rows, merge.kept)
    made_with = recipe, encoder.identity
    manifest = complete(store, building, rows, made_with, settings.scale, progress)
    for path in store.unfinished.glob(WORK_FILE + "*"):
        path.unlink(missing_ok=True)
    return _report(merge, spool, manifest, embedded, doubted)


def _to_cut(
    merge: Merge,
    spool: Spool,
    previous: OpenIndex | None,
    recipe: Recipe,
    work: WorkCache,
    progress: Progress,
) -> Iterator[StoredArticle]:
    """The articles whose passages are not those of the version before, ordered by id.

    With another recipe these are all; those whose preparation still holds are taken as stored.
    """
    old = previous.manifest.recipe if previous else None
    again = {} if previous is None or old == recipe else merge.kept
    ids = sorted({*merge.fresh, *again})
    preparer = ArticlePreparer(work)
    progress("Reading articles", 0, len(ids))
    for done, id_ in enumerate(ids, start=1):
        if id_ in merge.fresh:
            yield preparer.stored(spool.raw(id_))
        elif previous is not None and old is not None:
            kept = replace(
                previous.articles.stored(id_), root=again[id_].root, path=again[id_].path
            )
            if old.preparation == recipe.preparation:
                yield kept
            else:
                yield replace(kept, article=prepare(raw_of(kept)))
        progress("Reading articles", done, len(ids))
    preparer.flush()


def _of_same_model(previous: OpenIndex | None, recipe: Recipe) -> OpenIndex | None:
    return previous if previous and previous.manifest.recipe.encoder == recipe.encoder else None


def _nothing_to_index(named: Sequence[str], skipped: Sequence[Skipped]) -> str:
    listed = ", ".join(named)
    if not skipped:
        return f"{listed}: holds no articles; put files there that can be indexed ({KINDS})."
    first = skipped[0]
    more = f" and {len(skipped) - 1} more" if len(skipped) > 1 else ""
    return (
        f"{listed}: holds no article that can be used (skipped {first.name}{more}: "
        f"{first.reason.rstrip('.')}); put files there that can be indexed ({KINDS})."
    )


def _encoder(building: Path, previous: OpenIndex | None, plan: _Plan) -> OnnxEncoder:
    """The previous version's graph when it is of the same model, else a new export."""
    if previous is not None:
        return OnnxEncoder(carry_encoder(previous, building), threads=plan.settings.threads)
    folder = building / ENCODER_FOLDER
    folder.mkdir()
    plan.progress("Preparing the embedding model", 0, 1)
    plan.export(plan.settings.model, folder, plan.settings.quantize)
    plan.progress("Preparing the embedding model", 1, 1)
    return OnnxEncoder(folder, threads=plan.settings.threads)


def _known_vectors(previous: OpenIndex | None, work: WorkCache) -> KnownVector:
    """Looks into the version before, then into the work of a stopped run."""
    rows: dict[bytes, int] = {}
    if previous is not None:
        rows = {digest.tobytes(): row for row, digest in enumerate(previous.digests())}

    def known(digest: bytes) -> QuantizedVectors | None:
        row = rows.get(digest)
        if row is None or previous is None:
            return work.vector(digest)
        return previous.vectors.take([row])

    return known


def _recipe(settings: IndexSettings) -> Recipe:
    return Recipe(
        preparation=PREPARATION_IDENTITY,
        tokenizer=TOKENIZER_IDENTITY,
        window_words=settings.window.words,
        window_overlap=settings.window.overlap,
        encoder=f"{settings.model}@{model_fingerprint(settings.model)}"
        f" quantize={settings.quantize} {EXPORT_IDENTITY}",
    )


def _report(
    merge: Merge, spool: Spool, manifest: Manifest, embedded: int, doubted_dates: int
) -> IndexReport:
    return IndexReport(
        added=merge.counts["added"],
        changed=merge.counts["changed"],
        unchanged=merge.counts["unchanged"],
        removed=merge.counts["removed"],
        skipped=tuple(spool.skipped),
        notes=tuple(note.text for note in spool.notes),
        articles=manifest.articles,
        passages=manifest.passages,
        embedded=embedded,
        doubted_dates=doubted_dates,
        fresh=tuple(sorted(merge.fresh)),
    )
