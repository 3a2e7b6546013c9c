"""The config file, and the calibration file that it may name: TOML to a frozen, typed value.

The one reader of TOML but for the front matter of articles.
"""

from __future__ import annotations

import tomllib
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from retrieval.errors import ConfigError


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


_Share = Annotated[float, Field(ge=0, le=1)]
_File = TypeVar("_File", bound=_Section)


class IndexConfig(_Section):
    """How articles are cut; a change rebuilds the index at the next ``pullquote index``."""

    window_words: Annotated[int, Field(ge=20, le=1000)] = 120
    window_overlap: Annotated[int, Field(ge=0)] = 40
    bm25s_from: Annotated[int, Field(ge=1)] = 5_000
    usearch_from: Annotated[int, Field(ge=1)] = 500_000

    @model_validator(mode="after")
    def _overlap_is_smaller(self) -> IndexConfig:
        if self.window_overlap >= self.window_words:
            raise ValueError("window_overlap must be smaller than window_words")
        return self


_FIELDS = ("text", "title", "published", "url", "publisher", "author", "id")
"""What a record may say of an article."""


class IngestConfig(_Section):
    """How sources are read: what fields of records are called besides the usual names (yours to
    ours), and the most megabytes of one article's text and of a file.
    """

    fields: dict[str, str] = Field(default_factory=dict)
    text_mb: Annotated[int, Field(ge=1, le=1024)] = 20
    file_mb: Annotated[int, Field(ge=1, le=2**20)] = 4096

    @field_validator("fields")
    @classmethod
    def _are_ours(cls, fields: dict[str, str]) -> dict[str, str]:
        for theirs, ours in fields.items():
            if ours not in _FIELDS:
                near = get_close_matches(ours, _FIELDS, n=1, cutoff=0.5)
                hint = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(_FIELDS)}"
                raise ValueError(f'"{theirs}" is to be "{ours}", which is no field here; {hint}')
        return fields


class EncoderConfig(_Section):
    """Which sentence-transformers model embeds passages and questions."""

    model: Annotated[str, Field(min_length=1)] = "all-MiniLM-L6-v2"
    quantize: bool = True
    threads: Annotated[int, Field(ge=0)] = 0


class RetrievalConfig(_Section):
    """How passages are found and fused."""

    depth: Annotated[int, Field(ge=1, le=1000)] = 100
    dense_weight: Annotated[float, Field(ge=0, le=100)] = 0.5
    closeness_weight: Annotated[float, Field(ge=0, le=100)] = 0.25
    bm25_k1: Annotated[float, Field(ge=0)] = 1.5
    bm25_b: Annotated[float, Field(ge=0, le=1)] = 0.75
    recency_weight: Annotated[float, Field(ge=0, le=10)] = 0.3
    recency_days: Annotated[float, Field(gt=0)] = 14.0
    favour_weight: Annotated[float, Field(ge=0, le=10)] = 0.1
    duplicate_overlap: Annotated[float, Field(gt=0, le=1)] = 0.7


class ReaderConfig(_Section):
    """Which model finds the answer's words in the passages, and which looks again at the best of
    them, each in its sentence: "large" and "small" come with the package, "off" is none.
    """

    model: Annotated[str, Field(min_length=1)] = "pullquote"
    second: Annotated[str, Field(min_length=1)] = "large"
    threads: Annotated[int, Field(ge=0)] = 0

    @field_validator("second")
    @classmethod
    def _is_no_slip(cls, second: str) -> str:
        # It would be looked for on the hub.
        near = get_close_matches(second, ("large", "small", "off"), n=1, cutoff=0.75)
        if near and second not in near:
            raise ValueError(f'did you mean "{near[0]}"?')
        return second

    @field_validator("model")
    @classmethod
    def _is_a_model(cls, model: str) -> str:
        # It would be looked for on the hub.
        if model == "model-free":
            raise ValueError('there is no reader without a model any more; use "pullquote"')
        return model


class ReliabilityBin(_Section):
    """Of ``of`` answers with a probability from ``start`` on, below the next bin's, ``right`` were
    right. In the file ``start`` is called ``from``.
    """

    start: Annotated[float, Field(ge=0, le=1, alias="from")]
    right: Annotated[int, Field(ge=0)]
    of: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _right_is_a_part(self) -> ReliabilityBin:
        if self.right > self.of:
            raise ValueError("right must not be more than of")
        return self


class MeasuredOn(_Section):
    """The question set that was measured on: its name, how many questions of it, and when."""

    file: Annotated[str, Field(min_length=1)]
    questions: Annotated[int, Field(ge=1)]
    day: date


class ReliabilityConfig(_Section):
    """How often answers were right at each score; written by ``pullquote calibrate``.

    ``precision`` is the share that was asked for. What was measured with one ``reader`` is not said
    of the answers of another.
    """

    precision: Annotated[float, Field(gt=0, le=1)]
    measured_on: MeasuredOn
    reader: Annotated[str, Field(min_length=1)]
    # TOML has lists, which strictness would not take for a tuple.
    bins: Annotated[tuple[ReliabilityBin, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _bins_rise(self) -> ReliabilityConfig:
        for lower, upper in pairwise(self.bins):
            if lower.start >= upper.start:
                raise ValueError("bins must rise: each from must be above the one before")
            if lower.right * upper.of > upper.right * lower.of:
                raise ValueError("bins must rise: none may be right less often than the one before")
        return self


class Calibrated(_Section):
    """What ``pullquote calibrate`` writes: when to answer, and how often that is right."""

    threshold: _Share
    reliability: ReliabilityConfig


class AnswerConfig(_Section):
    """When to answer and how much to show.

    ``calibration``, relative to the config, is a file of ``Calibrated``; empty for none.
    """

    passages: Annotated[int, Field(ge=1, le=200)] = 16
    threshold: _Share = 0.2
    citations: Annotated[int, Field(ge=1, le=20)] = 5
    calibration: Annotated[str, Field(pattern=r"^[^\x00]*$")] = ""
    reliability: ReliabilityConfig | None = None

    def own_calibration(self) -> list[str]:
        """The keys set here that a calibration file sets."""
        return [name for name in Calibrated.model_fields if name in self.model_fields_set]


class ConversationConfig(_Section):
    """How follow-ups are understood; how long and how many conversations are kept."""

    rewriter: Literal["pullquote", "rules"] = "pullquote"
    expire_days: Annotated[int, Field(ge=1, le=36_500)] = 30
    most_conversations: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000


_Id = Annotated[int, Field(ge=-(2**52), le=2**52)]


class TelegramConfig(_Section):
    """The Telegram bot: who may ask, how much, and how it talks to Telegram.

    Ids are numeric, as the bot shows them to whoever asks without being allowed to.
    """

    users: Annotated[tuple[_Id, ...], Field(strict=False)] = ()
    chats: Annotated[tuple[_Id, ...], Field(strict=False)] = ()
    owners: Annotated[tuple[_Id, ...], Field(strict=False)] = ()
    daily_budget: Annotated[int, Field(ge=0)] = 200
    waiting: Annotated[int, Field(ge=1, le=1000)] = 5
    workers: Annotated[int, Field(ge=0, le=64)] = 0
    language: Literal["en", "de"] = "en"
    api: Annotated[str, Field(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")] = "https://api.telegram.org"
    webhook: Annotated[str, Field(pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")] = ""
    listen: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8443
    monitoring_port: Annotated[int, Field(ge=0, le=65535)] = 0
    stall_seconds: Annotated[float, Field(ge=1)] = 120.0
    log: Literal["text", "json"] = "text"


class Config(_Section):
    """Everything that can be set. The defaults are those of ``config.example.toml``."""

    index: IndexConfig = IndexConfig()
    ingest: IngestConfig = IngestConfig()
    encoder: EncoderConfig = EncoderConfig()
    retrieval: RetrievalConfig = RetrievalConfig()
    reader: ReaderConfig = ReaderConfig()
    answer: AnswerConfig = AnswerConfig()
    conversation: ConversationConfig = ConversationConfig()
    telegram: TelegramConfig = TelegramConfig()


def load_config(path: Path | None) -> Config:
    """The config in ``path`` with the calibration that it names, or the defaults without a path.

    Raises ``ConfigError`` with one sentence for a file that is missing or no TOML, for an unknown
    key (with the nearest known one), for a value that is out of range, and for a config that names
    a calibration and sets the same keys itself.
    """
    if path is None:
        return Config()
    config = load_uncalibrated(path)
    named = calibration_path(config, path)
    if named is None:
        return config
    cure = f"run `pullquote calibrate` with --config {path}, or check answer.calibration there"
    found = load_calibration(named, cure)
    update = {"threshold": found.threshold, "reliability": found.reliability}
    return config.model_copy(update={"answer": config.answer.model_copy(update=update)})


def load_uncalibrated(path: Path) -> Config:
    """The config as it is written: a calibration file that it names is not read. Raises
    ``ConfigError``, as ``load_config`` does.
    """
    config = _load(Config, path, "config file", "check --config")
    own = " and ".join(config.answer.own_calibration())
    if config.answer.calibration and own:
        raise ConfigError(
            f"{path}: [answer] sets {own}, and so does the calibration file that it names; "
            f"remove {own} or calibration."
        )
    return config


def load_calibration(path: Path, cure: str) -> Calibrated:
    """Raises ``ConfigError``, which ends in ``cure``, for a file that is no calibration."""
    return _load(Calibrated, path, "calibration file", cure)


def calibration_path(config: Config, path: Path) -> Path | None:
    """The calibration file that the config at ``path`` names; None where it names none."""
    named = config.answer.calibration
    return path.parent / named if named else None


def _load(model: type[_File], path: Path, kind: str, cure: str) -> _File:
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such {kind}; {cure}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML ({error}); mend that line.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); {cure}.") from error
    try:
        return model.model_validate(record)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_first_fault(error, model)}") from error


def _first_fault(error: ValidationError, model: type[_Section]) -> str:
    faults = error.errors()
    # A misspelt key is unknown, and perhaps missing: the first says more.
    fault = next((f for f in faults if f["type"] == "extra_forbidden"), faults[0])
    where = [str(part) for part in fault["loc"]]
    key = ".".join(where)
    if fault["type"] == "extra_forbidden":
        known = _keys_next_to(where, model)
        near = get_close_matches(where[-1], known, n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"' if near else f"known keys are {', '.join(known)}"
        return (
            f'the key "{key}" is not known; {hint}?'
            if near
            else f'the key "{key}" is not known; {hint}.'
        )
    if fault["type"] == "missing":
        return f'the key "{key}" is missing; add it.'
    message = str(fault["msg"]).removeprefix("Value error, ")
    shown = f" (it is {fault['input']!r})" if not isinstance(fault["input"], dict) else ""
    return f'"{key}": {message}{shown}; change it or leave it out.'


def _keys_next_to(where: list[str], model: Any) -> list[str]:
    for part in where[:-1]:
        if not part.isdigit():  # a place in a list is no key
            model = _section_in(model.model_fields[part].annotation)
    return [field.alias or name for name, field in model.model_fields.items()]


def _section_in(annotation: Any) -> Any:
    """The section that a field holds: by itself, perhaps, or many."""
    if isinstance(annotation, type) and issubclass(annotation, _Section):
        return annotation
    return next(filter(None, map(_section_in, get_args(annotation))), None)
