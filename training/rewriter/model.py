"""The edit model: a BERT encoder with heads that mark edits and point to what they mean.

Follow-up rewriting as edits of the question with spans of the context, after Liu et al.,
"Incomplete Utterance Rewriting as Semantic Segmentation" (EMNLP 2020); spans are found by pointing
to their first and last token instead of by a matrix of word pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import BertModel, logging

from retrieval.edits.values import CONNECTORS
from training.rewriter.features import IGNORED, Features

POINTER_SIZE = 128
_IMPOSSIBLE = -1e4


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of one step; ``pointers`` rows are (example, site, adds), ``starts`` and ``ends`` of
    shape (pointers, tokens) mark every place where the phrase begins and ends.
    """

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    tags: torch.Tensor
    adds: torch.Tensor
    connectors: torch.Tensor
    pointers: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor


def collate(chosen: list[Features]) -> Batch:
    """The examples padded to a multiple of 32."""
    width = (max(len(f.ids) for f in chosen) + 31) // 32 * 32

    def padded(values: tuple[int, ...], filler: int) -> list[int]:
        return [*values, *[filler] * (width - len(values))]

    rows = [(row, pointer) for row, f in enumerate(chosen) for pointer in f.pointers]
    starts = torch.zeros((len(rows), width), dtype=torch.bool)
    ends = torch.zeros((len(rows), width), dtype=torch.bool)
    for at, (_, pointer) in enumerate(rows):
        for start, end in pointer.spans:
            starts[at, start] = True
            ends[at, end] = True
    return Batch(
        torch.tensor([padded(f.ids, 0) for f in chosen]),
        torch.tensor([padded((1,) * len(f.ids), 0) for f in chosen]),
        torch.tensor([padded(f.types, 0) for f in chosen]),
        torch.tensor([padded(f.tags, IGNORED) for f in chosen]),
        torch.tensor([padded(f.adds, IGNORED) for f in chosen]),
        torch.tensor([padded(f.connectors, IGNORED) for f in chosen]),
        torch.tensor([(row, p.site, int(p.adds)) for row, p in rows]).reshape(-1, 3),
        starts,
        ends,
    )


class EditModel(nn.Module):
    """Scores of tokens as edits, and of context tokens as the first and last of what is meant."""

    def __init__(self, encoder: Path, attention: str = "eager") -> None:
        """Take the encoder from a folder and put new heads on it."""
        super().__init__()
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers is half typed
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # transformers is half typed
        self.encoder = BertModel.from_pretrained(
            str(encoder),
            attn_implementation=attention,
            add_pooling_layer=False,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        size = self.encoder.config.hidden_size
        self.tag = nn.Linear(size, 3)
        self.add = nn.Linear(size, 1)
        self.connector = nn.Linear(size, len(CONNECTORS))
        # Queries: (replaced, added) x (start, end); keys: start, end.
        self.query = nn.Linear(size, 4 * POINTER_SIZE)
        self.key = nn.Linear(size, 2 * POINTER_SIZE)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        """Tags (batch, T, 3), adds (batch, T), connectors (batch, T, C) and pointer scores
        (batch, 4, T, T): rows are places in the question, columns tokens of the context.
        """
        hidden = self._hidden(input_ids, attention_mask, token_type_ids)
        batch, tokens, _ = hidden.shape
        query = self.query(hidden).view(batch, tokens, 4, POINTER_SIZE).transpose(1, 2)
        key = self.key(hidden).view(batch, tokens, 2, POINTER_SIZE).permute(0, 2, 3, 1)
        key = torch.cat([key, key], dim=1)
        scores = (query @ key) / POINTER_SIZE**0.5
        return self.tag(hidden), self.add(hidden)[..., 0], self.connector(hidden), scores

    def _hidden(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        return self.encoder(  # type: ignore[no-any-return]  # transformers is half typed
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state

    def loss(self, batch: Batch) -> torch.Tensor:
        """The sum of four losses, each a mean over what it is asked of."""
        hidden = self._hidden(batch.ids, batch.mask, batch.types)
        tags, adds, connectors = self.tag(hidden), self.add(hidden)[..., 0], self.connector(hidden)
        loss = nn.functional.cross_entropy(
            tags.float().transpose(1, 2), batch.tags, ignore_index=IGNORED
        )
        asked = batch.adds != IGNORED
        loss = loss + nn.functional.binary_cross_entropy_with_logits(
            adds[asked].float(), batch.adds[asked].float()
        )
        if (batch.connectors != IGNORED).any():
            loss = loss + 0.1 * nn.functional.cross_entropy(
                connectors.float().transpose(1, 2), batch.connectors, ignore_index=IGNORED
            )
        if len(batch.pointers):
            row, site, kind = batch.pointers.T
            allowed = (batch.types[row] == 1) & (batch.mask[row] == 1)
            # Only the queries of places with an edit: all of them would be a large product.
            queries = self.query(hidden[row, site]).view(len(row), 4, POINTER_SIZE)
            keys = self.key(hidden).view(*hidden.shape[:2], 2, POINTER_SIZE)
            for offset, gold in ((0, batch.starts), (1, batch.ends)):
                query = queries[torch.arange(len(row)), 2 * kind + offset]
                logits = torch.einsum("pd,ptd->pt", query, keys[row, :, offset]).float()
                logits = logits / POINTER_SIZE**0.5
                shares = logits.masked_fill(~allowed, _IMPOSSIBLE).log_softmax(-1)
                found = shares.masked_fill(~gold, _IMPOSSIBLE).logsumexp(-1)
                loss = loss - 0.25 * found.mean()
        return loss
