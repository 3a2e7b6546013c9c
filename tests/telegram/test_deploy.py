"""What stands in ``deploy/`` and ``docs/telegram.md`` is true of the program as it is."""

from __future__ import annotations

import configparser
import inspect
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot import config as config_module
from bot import environment
from bot.config import Config
from bot.presentation.translation import wording
from bot.telegram_bot.handlers.commands import menu
from bot.telegram_bot.operations.metrics import Metrics
from tests.deadlines import HANGS
from tests.test_docs import commands, options_of

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "pullquote-telegram.service"
CONTAINER = DEPLOY / "Containerfile"
PROXY = DEPLOY / "nginx.conf.example"
ENVIRONMENT = DEPLOY / "pullquote-telegram.env.example"
README = DEPLOY / "README.md"
MANUAL = ROOT / "docs" / "telegram.md"
FILES = (UNIT, CONTAINER, PROXY, ENVIRONMENT, README, MANUAL)
STATE = "/var/lib/pullquote"
VARIABLES = set(re.findall(r'environ\.get\("(\w+)"\)?', inspect.getsource(environment)))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names have capitals
    parser.read_string(text(UNIT))
    return parser


def service() -> configparser.SectionProxy:
    return unit()["Service"]


def instruction(name: str) -> str:
    """What the last instruction of that name in the Containerfile says."""
    joined = text(CONTAINER).replace("\\\n", " ")
    return re.findall(rf"^ *{name} (.*)$", joined, re.M)[-1].strip()


def started() -> list[list[str]]:
    """The bot's call, as each way of running it makes it; without the program."""
    by_container = tomllib.loads(f"call = {instruction('CMD')}")["call"]
    if "urllib" in str(by_container):
        raise AssertionError("the last CMD is the health check's")
    return [shlex.split(service()["ExecStart"])[1:], by_container]


def test_the_files_are_there_and_no_other() -> None:
    assert set(DEPLOY.iterdir()) == {UNIT, CONTAINER, PROXY, ENVIRONMENT, README}


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_started_exists(place: int) -> None:
    name, *arguments = started()[place]
    assert name == "telegram"
    assert name in commands()
    options = [argument for argument in arguments if argument.startswith("--")]
    assert options == ["--config", "--index"]
    assert set(options) <= options_of(commands()[name])


def test_all_agree_on_the_paths() -> None:
    assert started()[0] == started()[1]
    *_, config, _, index = started()[0]
    assert (config, index) == ("/etc/pullquote/config.toml", "/srv/pullquote/index")
    for path in (config, index, STATE):
        assert path in text(README)
        assert path in text(CONTAINER)
    program = shlex.split(service()["ExecStart"])[0]
    assert program in text(README)
    assert "PATH=/opt/pullquote/bin:" in text(CONTAINER)
    assert program == "/opt/pullquote/bin/pullquote"
    assert instruction("ENTRYPOINT") == '["pullquote"]'


def test_the_state_lies_where_the_program_puts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert service()["Environment"] == "XDG_STATE_HOME=%S"  # %S is /var/lib
    assert service()["StateDirectory"] == "pullquote"
    assert re.search(r"XDG_STATE_HOME=/var/lib$", text(CONTAINER), re.M)
    monkeypatch.setenv("XDG_STATE_HOME", "/var/lib")
    assert str(environment.state_folder()) == STATE
    assert instruction("VOLUME") == f'["{STATE}"]'
    assert f"-m 0700 {STATE}" in text(CONTAINER)


def test_the_token_comes_from_the_file_of_the_environment() -> None:
    (line,) = [line for line in text(ENVIRONMENT).splitlines() if line and line[0] != "#"]
    assert line == "PULLQUOTE_TELEGRAM_TOKEN="
    assert "0600" in text(ENVIRONMENT)
    path = service()["EnvironmentFile"]
    assert path in text(ENVIRONMENT)
    assert text(README).count(path) >= 2


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_variable_named_is_read(path: Path) -> None:
    assert {"PULLQUOTE_TELEGRAM_TOKEN", "XDG_STATE_HOME"} <= VARIABLES
    assert set(re.findall(r"\b(?:PULLQUOTE|XDG)_[A-Z_]+", text(path))) <= VARIABLES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_names_a_token_or_a_place_of_packages(path: Path) -> None:
    found = text(path)
    assert re.findall(r"[0-9]+:[A-Za-z0-9_-]{30,}", found) == []
    assert re.findall(r"pypi|pythonhosted|docker\.io|quay\.io|ghcr|download\.pytorch", found) == []
    assert re.findall(r"/root\b|/work\b|/home/\w+", found) == []


def settings_shown() -> list[tuple[Path, str]]:
    blocks = [
        (path, block)
        for path in (README, MANUAL)
        for block in re.findall(r"^```toml\n(.*?)^```", text(path), re.M | re.S)
    ]
    proxy = re.findall(r"^# {3}(\[telegram\]\n)# {3}(.*\n)", text(PROXY), re.M)
    return [*blocks, *((PROXY, "".join(lines)) for lines in proxy)]


def test_settings_that_are_shown_are_taken(tmp_path: Path) -> None:
    shown = settings_shown()
    assert {path for path, _ in shown} == {README, PROXY}
    for number, (_, block) in enumerate(shown):
        file = tmp_path / f"{number}.toml"
        file.write_text(block, encoding="utf-8")
        config_module.load_config(file)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_key_named_exists(path: Path) -> None:
    fields = Config.model_fields
    for section, key in re.findall(
        r"(?<![\w-])(telegram|conversation|reader|index|answer)\.([a-z]+(?:_[a-z]+)*)\b(?![./(])",
        text(path),
    ):
        if (section, key) in {("telegram", "org"), ("telegram", "md"), ("telegram", "env")}:
            continue  # an address, and two files
        model = fields[section].annotation
        assert model is not None
        assert key in model.model_fields, f"{section}.{key}"


def test_keys_of_the_bot_named_alone_exist() -> None:
    known = set(config_module.TelegramConfig.model_fields)
    for path in (README, MANUAL):
        named = re.findall(r"`([a-z]+(?:_[a-z]+)*)(?: = [^`]*)?`", text(path))
        metrics = re.compile("pullquote_|process_")
        others = {"docker", "cp"}
        unknown = {name for name in named if not metrics.match(name)} - known - others
        assert unknown == set(), path.name


def test_the_monitoring_port_is_one() -> None:
    ports = {
        *re.findall(r"127\.0\.0\.1:(\d+)/(?:healthz|metrics)", text(README) + text(CONTAINER)),
        *re.findall(r"monitoring_port = (\d+)", text(README) + text(CONTAINER)),
        *re.findall(r'targets: \["127\.0\.0\.1:(\d+)"\]', text(README)),
    }
    assert len(ports) == 1


def test_every_metric_named_exists() -> None:
    known = {sample.name for family in Metrics().registry.collect() for sample in family.samples}
    known |= {family.name for family in Metrics().registry.collect()}
    known |= {f"{name}_total" for name in known}
    named = set(re.findall(r"\b(?:pullquote|process)_\w+", text(README)))
    assert len(named) > 5
    assert named <= known
    alerts = re.findall(r"^ +- alert: \w+.*\n +expr: (.*)$", text(README), re.M)
    assert len(alerts) == 2


def test_the_proxy_leads_to_where_the_bot_listens() -> None:
    proxy, bot = text(PROXY), config_module.TelegramConfig()
    assert f"proxy_pass         http://{bot.listen}:{bot.port};" in proxy
    (address,) = re.findall(r'webhook = "(.*)"', proxy)
    assert f'webhook = "{address}"' in text(README)
    assert f"location = {urlsplit(address).path} {{" in proxy
    assert f"server_name {urlsplit(address).hostname};" in proxy
    assert proxy.count("{") == proxy.count("}")
    lines = [line.split("#")[0].strip() for line in proxy.splitlines()]
    assert all(line[-1] in "{};" for line in lines if line)


def test_the_unit_has_what_a_bot_of_months_needs() -> None:
    from bot.telegram_bot.service import STOP_SECONDS

    assert unit().sections() == ["Unit", "Service", "Install"]
    assert unit()["Install"]["WantedBy"] == "multi-user.target"
    assert unit()["Unit"]["StartLimitIntervalSec"] == "0"
    wanted = {
        "Restart": "on-failure",
        "KillSignal": "SIGTERM",
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "CapabilityBoundingSet": "",
        "UMask": "0077",
    }
    assert {name: service()[name] for name in wanted} == wanted
    assert {"MemoryMax", "RestrictAddressFamilies", "SystemCallFilter", "RestartSec"} <= set(
        service()
    )
    # Twice: fetching is ended first, then answers are finished.
    assert int(service()["TimeoutStopSec"]) >= 2 * STOP_SECONDS
    stop = re.search(r"--stop-timeout (\d+)", text(README))
    assert stop is not None
    assert stop[1] == service()["TimeoutStopSec"]


def test_a_wrong_call_is_not_tried_again() -> None:
    from retrieval.errors import ConfigError, WorkError

    assert service()["RestartPreventExitStatus"] == str(ConfigError.exit_status)
    assert WorkError.exit_status != ConfigError.exit_status


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    # The program is not installed here; all else is checked as it is.
    own = re.sub(
        "(?<=^ExecStart=)/opt/pullquote/bin/pullquote", "/bin/true", text(UNIT), flags=re.M
    )
    (tmp_path / UNIT.name).write_text(own, encoding="utf-8")
    done = subprocess.run(
        [program, "verify", str(tmp_path / UNIT.name)],
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    newer = re.compile(r"Unknown key '(RestartSteps|RestartMaxDelaySec)'")  # since systemd 254
    said = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert [line for line in said if not newer.search(line)] == []


def test_the_container_is_not_root_and_brings_no_cuda() -> None:
    assert re.fullmatch(r"(?!0+:)\d+:\d+", instruction("USER"))
    assert instruction("USER").split(":")[0] in text(README)
    assert text(CONTAINER).count("\nFROM ") == 2
    (pinned,) = re.findall(r'"(torch==[\d.]+)"', text(ROOT / "pyproject.toml"))
    assert f"${{TORCH_PIP_OPTIONS}} {pinned} " in text(CONTAINER)
    assert f"torch {pinned.split('==')[1]}" in text(README)
    assert "torch.version.cuda" in text(CONTAINER)
    assert "HEALTHCHECK" in text(CONTAINER)
    assert instruction("STOPSIGNAL") == "SIGTERM"


def test_what_is_copied_into_the_container_is_there() -> None:
    copied = re.findall(r"^COPY (?!--)(.*) \S+$", text(CONTAINER), re.M)
    sources = [name for line in copied for name in line.split()]
    assert {"pyproject.toml", "README.md", "LICENSE", "bot", "retrieval"} <= set(sources)
    assert [name for name in sources if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", [README, MANUAL], ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text(path))
    assert targets
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_files_named_in_the_commands_exist() -> None:
    named = set(re.findall(r"(?<![\w/.-])deploy/[\w.-]+", text(README) + text(CONTAINER)))
    assert len(named) >= 3
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_manual_names_every_command_of_the_bot() -> None:
    shown = menu(wording("en"), group=True, owner=True)
    missing = [name for name, _ in shown if f"| `/{name}" not in text(MANUAL)]
    assert missing == []


def test_the_deep_link_of_the_manual_asks_its_question() -> None:
    from bot.telegram_bot.handlers.commands import linked_question

    (line,) = re.findall(r"^printf .*$", text(MANUAL), re.M)
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert len(f"q_{done.stdout}") <= 64
    assert linked_question(f"q_{done.stdout}") == "How long did the meeting last?"


def test_the_manual_has_the_numbers_of_the_config() -> None:
    bot, kept = config_module.TelegramConfig(), config_module.ConversationConfig()
    assert f"({bot.daily_budget}, counted in UTC) and up to {bot.waiting} that" in text(MANUAL)
    assert text(MANUAL).count(f"{kept.expire_days} days") == 3
    assert bot.stall_seconds == 120
    assert "`stall_seconds` (two minutes)" in text(MANUAL)
