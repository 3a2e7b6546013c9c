"""Pullquote beside other hybrid retrievers: same passages, same model, same machine, one run.

``export`` writes what all are given; ``child`` measures one system in a process of its own, in
Pullquote's environment or the peers'; ``run`` starts the children one after another; ``report``
makes table and plot of what they wrote. ``exchange``, ``vectors``, ``child`` and ``systems`` need
no Pullquote: they also run in the peers' environment.
"""
