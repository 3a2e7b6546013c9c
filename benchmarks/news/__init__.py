"""The news benchmark: quiz questions of one year asked of that year's articles.

``passages`` retrieves once; every reader (``read``, ``haystack_reader``) then reads those same
passages; ``score`` and ``compare`` judge them; ``misses`` lists what went wrong, for reading by
eye.
"""
