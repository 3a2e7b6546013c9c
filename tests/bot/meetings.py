"""Articles on events and people that one vague question may mean, and on one event twice."""

from __future__ import annotations

from datetime import date

from tests.bot.worlds import article

REYKJAVIK = article(
    "Lavrov finds talks with Blinken in Reykjavik constructive\n\n"
    "Russian Foreign Minister Sergei Lavrov and his American counterpart Antony Blinken met in "
    "Reykjavik on the night of May 19. In the end the meeting lasted for one hour and 45 "
    "minutes.\n\n"
    "Lavrov called the conversation constructive. Blinken said that America would answer hostile "
    "acts. They also spoke of a summit of Biden and Putin in June.",
    "reykjavik.txt",
    title="Lavrov finds talks with Blinken in Reykjavik constructive",
    publisher="Northwire",
    published=date(2021, 5, 20),
)
GENEVA = article(
    "Biden and Putin part in Geneva without a breakthrough\n\n"
    "Joe Biden and Vladimir Putin met in a villa in Geneva on Wednesday. The meeting lasted three "
    "and a half hours, less than the five hours that Biden's staff had allowed for.\n\n"
    "Putin said that there had been no hostility. Biden said that he had done what he came to do.",
    "geneva.txt",
    title="Biden and Putin part in Geneva without a breakthrough",
    publisher="Northwire",
    published=date(2021, 6, 16),
)
REYKJAVIK_AGAIN = article(
    "Blinken and Lavrov sit down in Iceland\n\n"
    "Antony Blinken, the American Secretary of State, and Sergei Lavrov talked in Reykjavik on May "
    "20. The meeting lasted 105 minutes or two hours, as others say. Lavrov and Blinken spoke "
    "about Iran.",
    "again.txt",
    title="Blinken and Lavrov sit down in Iceland",
    published=date(2021, 5, 21),
)
NORWAY = article(
    "Norway names a new fisheries minister\n\n"
    "Jonas Gahr Store presented his government in Oslo on Thursday. Bjornar Skjaeran takes over "
    "the fisheries. The minister is 55 years old and comes from an island.\n\n"
    "Skjaeran was a farmer before. The fisheries minister was born in Traena.",
    "norway.txt",
    title="Norway names a new fisheries minister",
    published=date(2021, 10, 14),
)
CHILE = article(
    "Chile's interior minister takes office\n\n"
    "Izkia Siches took office in Santiago on Friday. The minister is 36 years old.\n\n"
    "Siches was a doctor. The interior minister was born in Arica.",
    "chile.txt",
    title="Chile's interior minister takes office",
    published=date(2022, 3, 11),
)
LOU = article(
    "A plaque for Lou Reed\n\n"
    "New York remembers Lou Reed with a plaque on Ludlow Street. Reed played at the Cafe Bizarre "
    "with the Velvet Underground. Reed was 71 years old when he died.",
    "lou.txt",
    title="A plaque for Lou Reed",
    published=date(2019, 3, 2),
)
TREVOR = article(
    "Former Marine comes home\n\n"
    "Trevor Reed, who had been a Marine, was released by Russia on Wednesday. Reed played in the "
    "yard of the prison in Mordovia. Reed is 30 years old.",
    "trevor.txt",
    title="Former Marine comes home",
    published=date(2022, 4, 27),
)
JOHN = article(
    "Blinken comes to Iceland\n\n"
    "John Blinken has come to Iceland, where he meets Sergei Lavrov in Reykjavik. Blinken stayed "
    "for two days.",
    "john.txt",
    title="Blinken comes to Iceland",
    published=date(2021, 5, 19),
)
ANTONY = article(
    "Blinken arrives in Iceland\n\n"
    "Antony Blinken has come to Iceland, where he meets Sergei Lavrov in Reykjavik. Blinken stayed "
    "for three days.",
    "antony.txt",
    title="Blinken arrives in Iceland",
    published=date(2021, 5, 19),
)
HOW_LONG = "How long did the meeting last?"
ONE = "one hour and 45 minutes"
THREE = "three and a half hours"
