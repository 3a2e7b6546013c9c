"""One figure asked for in several wordings: does the answer depend on how it is asked?"""
