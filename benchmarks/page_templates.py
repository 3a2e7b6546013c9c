"""Web pages of several kinds around an article: what real pages have, in words of our own.

Each template shows the article's title, author and day in its own way, and puts around it what is
no article: navigation, cookie notices, share buttons, related links, an author's box, comments.
"""

# ruff: noqa: E501 - markup reads best as pages have it

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from random import Random


@dataclass(frozen=True, slots=True)
class Story:
    """An article to be wrapped; ``url`` is its own page's."""

    title: str
    paragraphs: tuple[str, ...]
    published: date
    url: str
    author: str = "Ada Quillfeather"
    site: str = "The Fernbrook Courier"

    @property
    def shown_day(self) -> str:
        return f"{self.published:%B} {self.published.day}, {self.published.year}"


Template = Callable[[Story, Random], str]

MENU = ("Home", "Local", "Sport", "Business", "Culture", "Obituaries", "Subscribe", "Log in")
COOKIES = (
    "We and our 214 partners store and access information on your device to show you advertising "
    "that fits your interests. You can withdraw your consent at any time in the settings."
)
NEWSLETTER = (
    "Get the morning briefing in your inbox. Enter your email address and never miss a story again."
)
BIO = "has written for this paper since the ferry stopped running. She keeps bees and answers letters."
FOOTER = (
    "All rights reserved. Reproduction without the written permission of the publisher is forbidden. "
    "Terms of use, privacy notice, imprint, accessibility."
)
RELATED = (
    ("Baker wins the golden whisk for the third time", "The jury praised a loaf without any salt."),
    ("Ten things to do on a rainy weekend", "From the lantern museum to a walk under the weir."),
    ("Why the clock on the customs house runs backwards", "A watchmaker has an answer at last."),
    ("Council puts off its vote on the cable car", "Members want another look at the figures."),
)
COMMENTS = (
    (
        "marsh_walker",
        "I have lived across the road for thirty years and nobody ever asked us what we think of it, "
        "which tells you all you need to know about how things are decided in this town.",
    ),
    ("Otto P.", "Great piece, thank you for going into the details that the others left out!"),
    (
        "tinkerbell77",
        "First they raise the parking fees and then they wonder why the shops are empty, somebody "
        "should write about that for once instead of repeating what the spokesman says.",
    ),
)


def furniture() -> tuple[str, ...]:
    """Everything a template shows that is neither article nor what names it."""
    linked = [part for pair in RELATED for part in pair]
    talk = [part for pair in COMMENTS for part in pair]
    return (COOKIES, NEWSLETTER, BIO, FOOTER, *linked, *talk)


def paragraphs_as(paragraphs: Sequence[str], mark: str = "<p>{}</p>") -> list[str]:
    return [mark.format(escape(paragraph)) for paragraph in paragraphs]


def with_inset(story: Story, inset: str, mark: str = "<p>{}</p>") -> str:
    """The paragraphs, with something that is none of them after the second."""
    parts = paragraphs_as(story.paragraphs, mark)
    return "\n".join([*parts[:2], inset, *parts[2:]])


def links(names: Sequence[str], item: str = '<li><a href="/{0}">{0}</a></li>') -> str:
    return "".join(item.format(escape(name)) for name in names)


def related(item: str) -> str:
    return "".join(item.format(title=escape(title), teaser=teaser) for title, teaser in RELATED)


def comments(item: str) -> str:
    return "".join(item.format(who=who, said=said) for who, said in COMMENTS)


def news_site(story: Story, random: Random) -> str:
    """Semantic elements and JSON-LD, as large news sites have them."""
    record = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": story.site},
            {
                "@type": "NewsArticle",
                "headline": story.title,
                "datePublished": f"{story.published}T07:15:00+02:00",
                "dateModified": f"{story.published.replace(year=story.published.year + 1)}T07:15:00Z",
                "author": [{"@type": "Person", "name": story.author}],
                "publisher": {"@type": "NewsMediaOrganization", "name": story.site},
            },
        ],
    }
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<title>{escape(story.title)} | {story.site}</title>
<link rel="canonical" href="{story.url}">
<script type="application/ld+json">{json.dumps(record)}</script>
<script>window.dataLayer = []; function load() {{ return "<p>not shown</p>"; }}</script></head>
<body><div id="onetrust-consent-sdk"><div class="cookie-banner" role="dialog"><p>{COOKIES}</p>
<button>Accept all</button><button>Settings</button></div></div>
<header class="site-header"><a href="/">{story.site}</a><nav><ul>{links(MENU)}</ul></nav></header>
<main><article class="story"><h1>{escape(story.title)}</h1>
<div class="byline">By <a rel="author" href="/ada">{story.author}</a></div>
<time datetime="{story.published}T07:15:00+02:00">{story.shown_day}</time>
<ul class="share-tools"><li><a href="#f">Share on Facebook</a></li><li><a href="#x">Copy link</a></li></ul>
<div class="article-body">
{with_inset(story, f'<aside class="newsletter-signup"><h3>Newsletter</h3><p>{NEWSLETTER}</p></aside>')}
</div></article>
<section class="author-bio"><p>{story.author} {BIO}</p></section>
<section class="related-stories"><h2>More on this</h2>
{related('<div class="card"><h3><a href="/r">{title}</a></h3><p>{teaser}</p></div>')}</section>
<section id="comments" class="comments"><h2>3 comments</h2>
{comments('<div class="comment"><b>{who}</b><time datetime="2024-01-05">January 5, 2024</time><p>{said}</p></div>')}
</section></main>
<footer class="site-footer"><p>{FOOTER}</p></footer></body></html>"""


def blog(story: Story, random: Random) -> str:
    """A personal site: Open Graph, a sidebar, comments as a list."""
    return f"""<!doctype html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{story.site}: {escape(story.title)}</title>
<meta property="og:title" content="{escape(story.title)}"><meta property="og:type" content="article">
<meta property="og:url" content="{story.url}"><meta property="og:site_name" content="{story.site}">
<meta property="article:published_time" content="{story.published}T21:40:11+00:00">
<meta name="author" content="{story.author}"></head>
<body class="home"><div id="wrapper"><div id="header"><h1><a href="/">{story.site}</a></h1>
<div id="menu"><ul>{links(MENU)}</ul></div></div>
<div id="content"><div class="post"><h2 class="title">{escape(story.title)}</h2>
<div class="meta">Posted by {story.author} on {story.shown_day} in <a href="/c">Local</a></div>
<div class="entry">
{with_inset(story, f'<div class="newsletter"><p>{NEWSLETTER}</p></div>')}
</div><div class="share-buttons"><a href="#t">Tweet</a> <a href="#p">Pin it</a> <a href="#m">Email this</a></div></div>
<div class="related-posts"><h3>You may also like</h3><ul>{related('<li><a href="/r">{title}</a> {teaser}</li>')}</ul></div>
<h3 id="comments-title">3 thoughts on this post</h3>
<ol class="commentlist">{comments('<li class="comment"><cite>{who}</cite> says: <p>{said}</p></li>')}</ol></div>
<div id="sidebar"><h2>About</h2><p>{story.author} {BIO}</p><h2>Archive</h2><ul><li>May 2009</li><li>June 2009</li></ul></div>
<div id="footer"><p>{FOOTER}</p></div></div>
<div id="cookie-notice">{COOKIES} <a href="#ok">Got it</a></div></body></html>"""


def wordpress(story: Story, random: Random) -> str:
    """The classes of a WordPress theme, with the plugins that people have."""
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="UTF-8" />
<title>{escape(story.title)} - {story.site}</title>
<link rel="canonical" href="{story.url}" /><meta property="og:site_name" content="{story.site}" />
</head><body class="post-template-default single single-post postid-4711">
<div id="page" class="site"><header id="masthead" class="site-header"><p class="site-title">{story.site}</p>
<nav id="site-navigation" class="main-navigation"><ul class="menu">{links(MENU)}</ul></nav></header>
<div id="primary" class="content-area"><main id="main" class="site-main">
<article id="post-4711" class="post-4711 post type-post status-publish hentry category-local">
<header class="entry-header"><h1 class="entry-title">{escape(story.title)}</h1>
<div class="entry-meta"><span class="posted-on"><time class="entry-date published" datetime="{story.published}T09:00:00+01:00">{story.shown_day}</time>
<time class="updated" datetime="2024-11-30T09:00:00+01:00">November 30, 2024</time></span>
<span class="byline"> by <span class="author vcard"><a class="url fn n" href="/author/ada">{story.author}</a></span></span></div></header>
<div class="entry-content">
{with_inset(story, f'<div class="mailpoet_form"><p>{NEWSLETTER}</p><input type="email"></div>')}
<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li>Twitter</li><li>Facebook</li></ul></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3>{related('<div class="jp-relatedposts-post"><h4>{title}</h4><p>{teaser}</p></div>')}</div>
</div><footer class="entry-footer"><span class="cat-links">Posted in Local</span></footer></article>
<div class="author-box"><p>{story.author} {BIO}</p></div>
<nav class="navigation post-navigation"><div class="nav-links"><a href="/p">Previous: {RELATED[0][0]}</a></div></nav>
<div id="comments" class="comments-area"><h2 class="comments-title">3 replies</h2><ol class="comment-list">
{comments('<li class="comment"><article class="comment-body"><footer class="comment-meta"><b class="fn">{who}</b></footer><div class="comment-content"><p>{said}</p></div></article></li>')}
</ol><div id="respond" class="comment-respond"><h3>Leave a Reply</h3></div></div>
</main></div><aside id="secondary" class="widget-area"><section class="widget"><h2>Recent Posts</h2><ul>{related("<li>{title}</li>")}</ul></section></aside>
<footer id="colophon" class="site-footer"><div class="site-info">{FOOTER}</div></footer></div>
<div id="cookie-law-info-bar"><span>{COOKIES}</span></div></body></html>"""


def amp(story: Story, random: Random) -> str:
    """Custom elements, and all facts in a record whose author is text."""
    record = {
        "@type": "BlogPosting",
        "mainEntityOfPage": {"@type": "WebPage", "@id": story.url},
        "headline": story.title,
        "datePublished": f"{story.published}T00:00:00.000Z",
        "author": story.author,
        "publisher": {"@type": "Organization", "name": story.site},
    }
    return f"""<!doctype html><html amp lang="en"><head><meta charset="utf-8"><title>{escape(story.title)}</title>
<script type="application/ld+json">{json.dumps(record)}</script><style amp-custom>p {{ margin: 0 }}</style></head>
<body><amp-sidebar id="menu"><ul>{links(MENU)}</ul></amp-sidebar>
<amp-consent id="consent"><div class="consent-popup"><p>{COOKIES}</p><button>Agree</button></div></amp-consent>
<header><a href="/">{story.site}</a></header>
<article><h1 class="headline">{escape(story.title)}</h1><p class="authors">{story.author}</p><p class="dateline">{story.shown_day}</p>
<amp-social-share type="twitter"></amp-social-share><amp-img src="a.jpg" alt="picture"></amp-img>
<div class="content">
{with_inset(story, '<amp-ad width="300" height="250"><div placeholder>Advertisement</div></amp-ad>')}
</div></article>
<section class="recommended related"><h2>Recommended</h2>{related('<a href="/r"><h4>{title}</h4><span>{teaser}</span></a>')}</section>
<amp-list src="/comments"><div class="comments">{comments('<div class="comment"><h5>{who}</h5><p>{said}</p></div>')}</div></amp-list>
<div class="newsletter"><p>{NEWSLETTER}</p></div><section class="about-author"><p>{story.author} {BIO}</p></section>
<footer><p>{FOOTER}</p></footer></body></html>"""


def old_tables(story: Story, random: Random) -> str:
    """A page laid out as a table, in Windows-1252's days: fonts, breaks, no classes."""
    body = "<br><br>\n".join(paragraphs_as(story.paragraphs, "{}"))
    menu = links(MENU, '<a href="{0}.htm"><font size="2">{0}</font></a><br>\n')
    linked = related('<a href="r.htm">{title}</a><br><font size="1">{teaser}</font><br>')
    return f"""<!-- saved from url=({len(story.url):04})}}{story.url} -->
<HTML><HEAD><TITLE>{story.site} - {escape(story.title)}</TITLE></HEAD>
<BODY BGCOLOR="#ffffff"><TABLE WIDTH="760" BORDER="0" CELLPADDING="4">
<TR><TD COLSPAN="3" BGCOLOR="#003366"><FONT COLOR="white" SIZE="6">{story.site}</FONT></TD></TR>
<TR><TD WIDTH="120" VALIGN="top">{menu}</TD>
<TD VALIGN="top"><FONT FACE="Times"><H1>{escape(story.title)}</H1>
<I>By {story.author}</I><BR><FONT SIZE="1">{story.shown_day}</FONT><P>
{body}
</FONT></TD>
<TD WIDTH="160" VALIGN="top"><B>Also today</B><BR>{linked}</TD></TR>
<TR><TD COLSPAN="3"><HR><FONT SIZE="1">{FOOTER}</FONT></TD></TR></TABLE></BODY></HTML>""".replace(
        ")}", ")"
    )


def no_semantics(story: Story, random: Random) -> str:
    """Nothing but divisions with names that say nothing, as site builders write them."""
    names = iter(f"c{random.randrange(16**6):06x}" for _ in range(40))

    def div(inner: str) -> str:
        return f'<div class="{next(names)}">{inner}</div>'

    body = with_inset(story, div(div(NEWSLETTER)), '<div class="t3x">{}</div>')
    menu = div("".join(f'<a href="/{name}">{name}</a>' for name in MENU))
    linked = "".join(div(f'<a href="/r">{title}</a>') + div(teaser) for title, teaser in RELATED)
    talk = "".join(div(who) + div(said) for who, said in COMMENTS)
    return f"""<html><head><meta charset="utf-8"><title>{escape(story.title)} · {story.site}</title>
<link rel="canonical" href="{story.url}"><meta property="og:title" content="{escape(story.title)} · {story.site}"></head><body>
{div(menu)}{div(f"<h1>{escape(story.title)}</h1>" + div(f"By {story.author}") + div(story.shown_day))}
{div(body)}{div(div("About the author") + div(f"{story.author} {BIO}"))}
{div(div("Related") + linked)}{div(div("Comments") + talk)}{div(FOOTER)}{div(COOKIES + '<a href="#">OK</a>')}
</body></html>"""


TEMPLATES: tuple[Template, ...] = (news_site, blog, wordpress, amp, old_tables, no_semantics)
