"""Keeping libraries quiet while they load or export models."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keeps the libraries' own progress bars and advice out of the user's terminal."""
    names = ("transformers", "sentence_transformers", "torch.onnx", "root", "onnxruntime")
    loggers = [logging.getLogger(name if name != "root" else None) for name in names]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Before the levels are set: its first import sets its own.
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped
        levels = [logger.level for logger in loggers]
        try:
            for logger in loggers:
                logger.setLevel(logging.ERROR)
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
