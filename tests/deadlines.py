"""How long tests wait for what might hang. Nothing else in the tests depends on the time of day or
on how fast the machine is: these are guards, wide enough for a machine with other work.

PULLQUOTE_TEST_DEADLINES=3 makes all of them three times as wide.
"""

from __future__ import annotations

import os

SCALE = float(os.environ.get("PULLQUOTE_TEST_DEADLINES", "1"))
HANGS = 180.0 * SCALE
"""Seconds until one wait (for a process, a reply, a line of a log) counts as hanging."""
TEST = 900.0 * SCALE
"""Seconds until a whole test does."""
