"""Every error that Pullquote shows to a person, as one hierarchy.

PullquoteError                what the user sees: one sentence with the cause and the cure
├── UsageError                the call was wrong                       (exit status 2)
│   ├── QuestionError         an empty or oversized question
│   ├── ConfigError           a config file that cannot be used
│   ├── ArticleFileError      a named article file or folder that cannot be read as articles
│   └── QuestionSetError      a question set that cannot be read
└── WorkError                 the call was right, the work failed      (exit status 1)
    ├── NoIndexError          there is no index yet where one was expected
    ├── DamagedIndexError     files of the index are missing, truncated or altered
    ├── ForeignIndexError     the index was written by another version of its format
    ├── IndexLockedError      another process is writing the index
    ├── StorageError          the disk is full or refuses to be written
    └── ModelError            a model cannot be found, loaded or exported
"""

from __future__ import annotations


class PullquoteError(Exception):
    """Base of all errors meant for a person. ``str(error)`` is one sentence: cause, then cure."""

    exit_status = 1


class UsageError(PullquoteError):
    """The call was wrong; nothing was done."""

    exit_status = 2


class QuestionError(UsageError):
    """The question is empty or too long to be one."""


class ConfigError(UsageError):
    """The config file is missing, is not TOML, or holds a key or value that is not known."""


class ArticleFileError(UsageError):
    """A path that the user named cannot be read as articles."""


class QuestionSetError(UsageError):
    """A question set has an unknown shape or a faulty line."""


class WorkError(PullquoteError):
    """The call was right, but the work could not be finished; the index is as it was."""


class NoIndexError(WorkError):
    """No index stands in the index folder."""


class DamagedIndexError(WorkError):
    """A file of the index is missing, truncated or differs from its checksum."""


class ForeignIndexError(WorkError):
    """The folder holds an index of another format version, or something that is no index."""


class IndexLockedError(WorkError):
    """Another process holds the index for writing."""


class StorageError(WorkError):
    """The file system refused a write: full disk, quota, or no permission."""


class ModelError(WorkError):
    """A model could not be found, loaded, exported or run."""
