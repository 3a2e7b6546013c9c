"""Trains the reader: MiniLM with a span head, from question sets to one int8 ONNX file.

``make reader`` does it all (``python -m training``, see ``recipe``). Each step is also a command of
its own, ``python -m training.NAME`` (``--help`` lists the arguments):

``prepare``    question sets -> development split, token ids in groups and units
``train``      these -> weights; resumable after a kill, seeded, logged
``export``     weights -> float32 and int8 ONNX, tokenizer, checksums
``losses``     exported reader -> how wrong it is on each row, for a second training
``calibrate``  exported reader -> how likely its answers are right, fitted on held-out questions
``evaluate``   weights or ONNX -> exact match, F1, answerability on the development split
``compare``    int8 against float32, question by question

``make rewriter`` trains the model that makes follow-up questions standalone (``rewriter``).

Nothing of the product imports this package; it may use ``retrieval``, so that the reader learns on
text as the product cuts it, and ``bot.evaluation.measuring.answers``, so that there is one exact
match.
"""
