"""Part of the composition root: assistants that know one paragraph alone, as question sets ask.

Beside ``assembly``, because nothing on the way from a question to an index needs it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.assembly.application import answer_settings, window_size
from bot.assembly.readers import ReadyReader, make_reader, prepare_named_reader
from bot.assembly.rewriters import make_rewriter
from bot.config import Config
from bot.dialogue.assistant import Assistant
from bot.dialogue.rewriting import Rewriter
from retrieval.index.encoder import export_encoder
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.single_article import SingleArticle
from retrieval.index.store import IndexStore
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.ingest.passages import passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.pipeline import AnswerSettings, QuestionAnswerer


@contextmanager
def paragraph_assistants(
    config: Config, index_folder: Path, *, always_answer: bool = False
) -> Iterator[Callable[[str, str, str], Assistant]]:
    """Makes assistants that know one paragraph alone, given its id, title and text.

    With ``always_answer`` they never abstain, whatever the config's threshold.
    The encoder is that of the index where there is one of the same model; else the model is
    exported for as long as the context lasts.
    """
    with tempfile.TemporaryDirectory() as scratch:
        encoder = _standalone_encoder(config, index_folder, Path(scratch))
        has_index = IndexStore(index_folder).current() is not None
        readers = index_folder if has_index else Path(scratch)
        prepare_named_reader(config, readers)
        ready = make_reader(config, readers, encoder)
        settings = answer_settings(config)
        if always_answer:
            settings = replace(settings, threshold=0.0)
        # Loaded with the first follow-up: sets of single questions do without it.
        rewriter = make_rewriter(config)

        def assistant_for(identifier: str, title: str, text: str) -> Assistant:
            article = RawArticle(id=identifier, text=text, root="", path="", title=title)
            return _paragraph_assistant(config, ready, settings, article, rewriter)

        yield assistant_for


def _paragraph_assistant(
    config: Config,
    ready: ReadyReader,
    settings: AnswerSettings,
    paragraph: RawArticle,
    rewriter: Rewriter,
) -> Assistant:
    article = prepare(paragraph)
    alone = SingleArticle(article, passages_of(article, window_size(config)))
    answerer = QuestionAnswerer(
        alone,
        alone,
        ready.reader,
        tokenize_with_offsets,
        ready.calibration,
        settings,
    )
    return Assistant(answerer, alone.article, rewriter=rewriter)


def _standalone_encoder(config: Config, index_folder: Path, scratch: Path) -> OnnxEncoder:
    store = IndexStore(index_folder)
    if store.current():
        index = store.open()
        encoder = OnnxEncoder(index.encoder_folder, threads=config.encoder.threads)
        if encoder.settings.model == config.encoder.model:
            return encoder
    return export_encoder(config.encoder.model, scratch, config.encoder.quantize)
