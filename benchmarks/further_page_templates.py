"""Further pages around an article, of kinds that the first templates are not: see there."""

# ruff: noqa: E501 - markup reads best as pages have it

from __future__ import annotations

import json
import textwrap
from html import escape
from random import Random

from benchmarks.page_templates import (
    BIO,
    COOKIES,
    FOOTER,
    MENU,
    NEWSLETTER,
    RELATED,
    Story,
    Template,
    comments,
    links,
    paragraphs_as,
    related,
    with_inset,
)


def tabloid(s: Story, r: Random) -> str:
    """A mass of boxes, the title as a second-rank heading, the record cutting it short."""
    paras = paragraphs_as(s.paragraphs, '<p class="tb-para-with-font">{}</p>')
    inset = (
        '<div class="read-more"><h3>READ MORE</h3><ul>'
        + "".join(f'<li><a href="/r">{t}</a></li>' for t, _ in RELATED)
        + "</ul></div><figure><img src=x><figcaption>Picture: a crowd at the station (Photo: Agency/Pool)</figcaption></figure>"
    )
    body = "\n".join([*paras[:1], inset, *paras[1:]])
    ld = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "headline": s.title[:60] + ("..." if len(s.title) > 60 else ""),
        "datePublished": f"{s.published}T10:00:00Z",
        "author": {"@type": "Person", "name": [s.author]},
        "publisher": {"name": s.site},
        "mainEntityOfPage": s.url,
    }
    return f"""<html><head><title>{escape(s.title)} | {s.site}</title><script type="application/ld+json">{json.dumps(ld)}</script></head><body>
<div id="gdpr-wall">{COOKIES}</div><div class="page-header"><ul>{links(MENU)}</ul></div><div class="alpha"><div id="js-article-text" class="article-text wide"><h2>{escape(s.title)}</h2>
<ul class="tb-bullets"></ul><p class="author-section byline-plain">By <a class="author" href="/a">{s.author}</a></p><p class="byline-section"><span class="article-timestamp">Published: 10:00, {s.shown_day}</span></p>
<div itemprop="articleBody">{body}</div></div>
<div class="reader-comments" id="reader-comments"><h3>Comments</h3>{comments('<div class="comment-text"><span>{who}</span><p>{said}</p></div>')}</div></div>
<div class="beta"><h2>DON'T MISS</h2>{related('<div class="item"><a href="/r"><span>{title}</span></a><p>{teaser}</p></div>')}</div><div class="page-footer">{FOOTER}</div></body></html>"""


def react(s: Story, r: Random) -> str:
    """Names made by a program, the text in several columns."""
    paras = paragraphs_as(s.paragraphs, '<p class="css-at9mc1 evys1bk0">{}</p>')

    def comp(ps: list[str]) -> str:
        return f'<div class="css-s99gbd StoryBodyCompanionColumn"><div class="css-53u6y8">{"".join(ps)}</div><aside class="css-ew4tgv"></aside></div>'

    chunks = "".join(comp(paras[i : i + 3]) for i in range(0, len(paras), 3))
    return f"""<!DOCTYPE html><html><head><meta data-rh="true" name="byl" content="By {s.author}"/><meta property="og:title" content="{escape(s.title)}"/><meta property="article:published_time" content="{s.published}T09:00:00.000Z"/><meta property="og:url" content="{s.url}"/><title>{escape(s.title)} - {s.site}</title></head>
<body><div id="app"><div><header class="css-1bym"><button>Sections</button>{links(MENU, '<a href="/{0}">{0}</a>')}</header></div><main id="site-content"><div><article id="story" class="css-1vxca1d"><header><h1 data-testid="headline">{escape(s.title)}</h1><p id="article-summary">A summary of what follows here.</p><div><p>By {s.author}</p><time datetime="{s.published}">{s.shown_day}</time></div><div role="toolbar" data-testid="share-tools">Share full article</div></header>
<section name="articleBody">{chunks}</section><div class="bottom-of-article"><p>{s.author} {BIO}</p></div></article></div><div id="bottom-sheet"><p>{NEWSLETTER}</p></div></main><section class="css-recirc"><h2>Related Content</h2>{related('<div><a href="/r"><h3>{title}</h3></a><p>{teaser}</p></div>')}</section><footer>{FOOTER}</footer><div id="fides-overlay">{COOKIES}</div></div></body></html>"""


def drupal(s: Story, r: Random) -> str:
    """The classes of a Drupal theme; the day in figures, and in a meta element."""
    return f"""<html><head><title>{escape(s.title)} | {s.site}</title><meta name="dcterms.date" content="{s.published}"/><link rel="shortlink" href="/node/12"/><link rel="canonical" href="{s.url}"/></head><body class="node-type-article">
<div class="region region-header"><div class="block block-menu"><ul class="menu">{links(MENU)}</ul></div></div><div class="region region-content"><h1 id="page-title">{escape(s.title)}</h1>
<div class="node node-article clearfix"><div class="submitted">Submitted by {s.author} on {s.published:%a, %m/%d/%Y} - 10:12</div><div class="field field-name-body field-type-text-with-summary"><div class="field-items"><div class="field-item even">{with_inset(s, "")}</div></div></div>
<ul class="links inline"><li>Log in to post comments</li></ul></div><div id="comments" class="comment-wrapper">{comments('<div class="comment"><div class="submitted">{who}</div><div class="field-item"><p>{said}</p></div></div>')}</div></div>
<div class="region region-sidebar-second"><h2>Recent content</h2>{related('<div class="views-row"><a href="/r">{title}</a> {teaser}</div>')}</div><div class="region region-footer">{FOOTER}</div><div class="eu-cookie-compliance-banner">{COOKIES}</div></body></html>"""


def flat_body(s: Story, r: Random) -> str:
    """No containers at all: everything stands in the body."""
    return f"""<html><head><title>{escape(s.title)}</title><base href="{s.url}"></head><body>{links(MENU, '<a href="/{0}">{0}</a> | ')}<hr><h1>{escape(s.title)}</h1><p><em>{s.shown_day}, by {s.author}</em></p>{with_inset(s, "")}<hr><p>{FOOTER}</p><h3>See also</h3><ul>{related('<li><a href="/r">{title}</a></li>')}</ul></body></html>"""


def pre_mail(s: Story, r: Random) -> str:
    """The archive of a mailing list: the text as it was typed."""
    body = "\n\n".join(textwrap.fill(p, 72) for p in s.paragraphs)
    return f"""<!-- saved from url=(0044){s.url} --><html><head><title>[news] {escape(s.title)}</title></head><body><h1>{escape(s.title)}</h1><b>{s.author}</b> <a href="mailto:x">ada at a.example</a><br><i>{s.published:%a %b} {s.published.day} 10:00:00 CET {s.published.year}</i><ul><li>Previous message: <a href="1.html">{RELATED[0][0]}</a></li><li>Next message: <a href="2.html">{RELATED[1][0]}</a></li></ul><hr><pre>{escape(body)}</pre><hr><ul><li>Previous message: <a href="1.html">{RELATED[0][0]}</a></li></ul></body></html>"""


def builder(s: Story, r: Random) -> str:
    """Sections of a site builder, the author and day as items of a list."""

    def sec(inner: str) -> str:
        return f'<section data-mesh-id="comp-k{r.randrange(9999)}" class="_1HpZ_"><div class="_2bafp">{inner}</div></section>'

    body = "".join(
        f'<div class="rich-paragraph"><span class="_3zM-5">{escape(p)}</span></div>'
        for p in s.paragraphs
    )
    return f"""<html><head><title>{escape(s.title)}</title><meta property="og:title" content="{escape(s.title)}"><meta property="og:site_name" content="{s.site}"><link rel="canonical" href="{s.url}"></head><body><div id="SITE_CONTAINER">{sec(links(MENU, '<a href="/{0}">{0}</a>'))}{sec(f"<h1><span>{escape(s.title)}</span></h1>" + f'<ul><li><span>{s.author}</span></li><li><span title="{s.shown_day}">{s.shown_day}</span></li><li>3 min read</li></ul>')}{sec(body)}{sec('<h2>Recent Posts</h2><a href="#">See All</a>' + related('<div><a href="/r">{title}</a></div>'))}{sec("<h2>Comments</h2>" + comments("<div><b>{who}</b><div>{said}</div></div>"))}{sec(FOOTER)}</div></body></html>"""


FURTHER_TEMPLATES: tuple[Template, ...] = (tabloid, react, drupal, flat_body, pre_mail, builder)
