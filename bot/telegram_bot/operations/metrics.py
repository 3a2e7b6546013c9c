"""The bot's numbers for Prometheus.

Knows nothing about chats, users or texts: a label holds a word of a fixed set, or "other".
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

OUTCOMES = frozenset({"answered", "abstained", "remark", "choice", "refused", "failed"})
KINDS = frozenset({"question", "command", "edit", "press", "inline", "no_text", "moved", "ignored"})
METHODS = frozenset(
    """answerCallbackQuery answerInlineQuery deleteMessage deleteMyCommands deleteWebhook
    editMessageReplyMarkup editMessageText getChat getChatMember getMe getUpdates getWebhookInfo
    sendChatAction sendMessage setMyCommands setMyDescription setMyShortDescription
    setWebhook""".split()
)
STATUSES = frozenset("200 400 401 403 404 409 413 429 500 502 503 504 timeout unreachable".split())
_SECONDS = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_QUICK_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counts and times, in a registry of its own. Safe to use from any thread."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._questions = Counter(
            "pullquote_questions_total",
            "Questions, by what came of them.",
            ["outcome"],
            registry=registry,
        )
        self._updates = Counter(
            "pullquote_updates_total",
            "Updates from Telegram, by kind.",
            ["kind"],
            registry=registry,
        )
        self._requests = Counter(
            "pullquote_telegram_requests_total",
            "Requests to the Bot API, by method and HTTP status.",
            ["method", "status"],
            registry=registry,
        )
        self._ratings = Counter(
            "pullquote_ratings_total", "Ratings of answers.", ["good"], registry=registry
        )
        self._rebuilt = Counter(
            "pullquote_polling_rebuilt_total",
            "Times that a silent connection was built anew.",
            registry=registry,
        )
        self._answer = Histogram(
            "pullquote_answer_seconds",
            "From a question seen to its answer sent.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._work = Histogram(
            "pullquote_work_seconds",
            "Finding an answer, without Telegram.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._request = Histogram(
            "pullquote_telegram_request_seconds",
            "Requests to the Bot API, by method; getUpdates waits on purpose.",
            ["method"],
            buckets=_QUICK_SECONDS,
            registry=registry,
        )
        self._waiting = Gauge(
            "pullquote_waiting", "Questions waiting for a worker.", registry=registry
        )
        self._in_work = Gauge("pullquote_in_work", "Questions being answered.", registry=registry)
        self._contact = Gauge(
            "pullquote_last_contact_timestamp_seconds",
            "When Telegram last answered or called, in seconds since 1970.",
            registry=registry,
        )
        self._articles = Gauge("pullquote_articles", "Articles in the index.", registry=registry)
        self._start_at_zero()

    def _start_at_zero(self) -> None:
        """So that a rate is there for the first of its kind, too."""
        for outcome in OUTCOMES:
            self._questions.labels(outcome)
        for kind in KINDS:
            self._updates.labels(kind)
        for good in ("true", "false"):
            self._ratings.labels(good)

    def question(self, outcome: str) -> None:
        """A question came to its end; ``outcome`` is one of ``OUTCOMES``."""
        self._questions.labels(_known(outcome, OUTCOMES)).inc()

    def update(self, kind: str) -> None:
        """An update came; ``kind`` is one of ``KINDS``."""
        self._updates.labels(_known(kind, KINDS)).inc()

    def request(self, method: str, status: int | str, seconds: float) -> None:
        """A request to the Bot API ended with an HTTP status, "timeout" or "unreachable"."""
        known = _known(method, METHODS)
        self._requests.labels(known, _known(str(status), STATUSES)).inc()
        self._request.labels(known).observe(seconds)

    def rating(self, good: bool) -> None:
        """Somebody rated an answer."""
        self._ratings.labels("true" if good else "false").inc()

    def polling_rebuilt(self) -> None:
        """The connection to Telegram was built again."""
        self._rebuilt.inc()

    def answered_in(self, seconds: float) -> None:
        """From a question seen to its answer sent."""
        self._answer.observe(seconds)

    def worked_for(self, seconds: float) -> None:
        """What finding an answer took, without Telegram."""
        self._work.observe(seconds)

    def waiting(self, questions: int) -> None:
        """So many questions wait for a worker now."""
        self._waiting.set(questions)

    def in_work(self, questions: int) -> None:
        """So many questions are being answered now."""
        self._in_work.set(questions)

    def contact(self) -> None:
        """Telegram has answered or called just now."""
        self._contact.set_to_current_time()

    def articles(self, articles: int) -> None:
        """So many articles are in the index."""
        self._articles.set(articles)


def _known(word: str, known: frozenset[str]) -> str:
    return word if word in known else "other"
