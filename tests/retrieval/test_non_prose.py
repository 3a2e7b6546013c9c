"""What is masked as no prose, and what looks like it and stays: text of any language, figures."""

from __future__ import annotations

import base64
import json
from random import Random

import pytest
from hypothesis import given

from benchmarks.hostile_units import UNITS, filled
from retrieval.datatypes import NoiseKind, TextRange
from retrieval.ingest.non_prose import non_prose
from tests import deadlines
from tests.bot.worlds import hostile_texts

from .builders import prepared

BLOB = base64.b64encode(Random(0).randbytes(600)).decode()
RECORDS = json.dumps([{"ship": "Aurora", "tons": at, "ok": True} for at in range(40)])
SCRIPT = filled(UNITS["minified JavaScript"], 800)
BEFORE, AFTER = "The ship landed 12 tons of coal. ", " It left on Monday."


def masked(line: str) -> list[str]:
    return [line[p.start : p.end] for p in non_prose(line, TextRange(0, len(line)))]


@pytest.mark.parametrize(
    "stretch",
    [
        BLOB,
        BLOB[:76],
        Random(0).randbytes(40).hex(),
        RECORDS,
        json.dumps(json.loads(RECORDS), separators=(",", ":")),
        SCRIPT,
        filled(UNITS["XML"], 800),
        "|---" * 10 + "|",
        "| ------ | ------ | ------ | ------ |",
        "(" * 40,
        "“" * 2000,
        '"' * 2000,
        "=" * 30,
        "3" * 4000,
    ],
)
def test_data_code_and_rules_are_masked_and_the_prose_around_them_is_not(stretch: str) -> None:
    (found,) = masked(f"{BEFORE}{stretch}{AFTER}")
    assert found in stretch
    assert len(found) > 0.9 * len(stretch)
    assert masked(stretch)


def test_blanks_are_masked_within_a_line_alone() -> None:
    assert masked(f"one{' ' * 300}two") == [" " * 300]
    article = prepared(f"{BEFORE}\n{' ' * 300}\n{AFTER}")
    assert article.noise == ()


@pytest.mark.parametrize(
    "text",
    [
        "部長們在冰島會面，" * 60,
        "大臣はアイスランドで会談した。" * 60,
        "장관들은아이슬란드에서만났다." * 60,
        "รัฐมนตรีต่างประเทศพบกันที่ไอซ์แลนด์" * 40,
        "मंत्री आइसलैंड में मिले। " * 40,
        "التقى الوزراء في أيسلندا. " * 40,
        "Die Donaudampfschifffahrtsgesellschaftskapitänsmütze gehört ihm. " * 20,
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch is a village.",
        "Noooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo!",
        "Nadal beat Djokovic 6-4, 3-6, 7-5; Federer won 6-3, 6-2. " * 20,
        "Gen 1:1; Ex 2:3, 4:5; Lev 6:7-8; Num 9:10; " * 20,
        "Results: Holm 1,204 (48.2%), Lund 1,199 (47.9%), Berg 97 (3.9%). " * 20,
        "| Team | Won | Lost |" + "| Northport | 12 | 3 |" * 30,
        "Flour (500 g), 2 eggs, 1/2 tsp. salt, 250 ml milk [or water]; bake 20 min. " * 10,
        "“Yes,” she said. “No,” he said. “Why?” she asked. “Because!” " * 20,
        '"Yes," she said. "No," he said. "Why?" she asked. She: "Because." ' * 20,
        "Lund, P. [1]; Holm, I. [2]; Berg, A. et al. [3, 4] " * 20,
        "https://www.example.org/story/2020/07/27/a-long-name-of-a-story-that-goes-on/5519270002/",
        "U.S.Rep.CorrineBrown,thediminutivefirebrandwhoheldtightcontrolofpolitics," * 6,
        "Pi is 3." + "1415926535897932384626433832795028841971693993751",
        "He said <i>never</i> to <b>give up</b> on a [[Northport|town]] like this one. " * 10,
        "😀👍🏽🇩🇪" * 100,
        "* * *",
        "-----",
        "",
    ],
)
def test_prose_of_any_kind_is_left_alone(text: str) -> None:
    assert masked(text) == []


@given(hostile_texts)
def test_ranges_are_in_order_apart_and_within_the_line(text: str) -> None:
    position = 3
    for place in non_prose(f"abc{text}def", TextRange(3, 3 + len(text))):
        assert position <= place.start < place.end <= 3 + len(text)
        position = place.end + 1


def test_an_article_keeps_its_prose_and_its_offsets() -> None:
    article = prepared(f"Coal lands\n{BEFORE}\n{BLOB}\n{AFTER}\n{BEFORE}{RECORDS}{AFTER}")
    kinds = [noise.kind for noise in article.noise]
    assert kinds == [NoiseKind.NON_PROSE] * 2
    sentences = [article.text[s.start : s.end] for s in article.sentences]
    assert BLOB not in sentences
    assert sum(AFTER.strip() in sentence for sentence in sentences) == 2


@pytest.mark.timeout(deadlines.HANGS)
@pytest.mark.parametrize("name", ["base64", "minified JSON", "'|---|' repeated", "' ' repeated"])
def test_long_lines_take_time_as_their_length(name: str) -> None:
    text = filled(UNITS[name], 400_000)
    assert non_prose(text, TextRange(0, len(text)))
