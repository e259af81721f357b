"""The four terms of the representation loss (Li et al. 2026, arXiv 2601.22350)."""

import torch

from backend.arrays import Float, Int, Tensor


def reconstruction(
    action: Float[Tensor, "batch action"],
    mean: Float[Tensor, "batch action"],
    log_std: Float[Tensor, "batch action"],
) -> Float[Tensor, ""]:
    """Behaviour cloning: −E log N(a; μ(s, z), σ(z)²), without the constant."""
    standardised = (action - mean) * torch.exp(-log_std)
    return (0.5 * standardised**2 + log_std).sum(-1).mean()


def kl_divergence(
    mean: Float[Tensor, "batch latent"], log_std: Float[Tensor, "batch latent"]
) -> Float[Tensor, ""]:
    """KL of the posterior to N(0, I): ½ Σ (μ² + σ² − 1 − 2 log σ)."""
    return 0.5 * (mean**2 + torch.exp(2 * log_std) - 1 - 2 * log_std).sum(-1).mean()


def rank_n_contrast(
    u: Float[Tensor, "batch projection"], label: Float[Tensor, "batch"], temperature: float
) -> Float[Tensor, ""]:
    """Rank-N-Contrast (Zha et al. 2023, eq. 1) with similarity −‖u − v‖₂.

    For anchor i and each j ≠ i the negatives are all k at least as far from i in label as j.
    Sorting each row by label distance turns every denominator into a running log-sum-exp:
    O(n² log n) in place of an n × n × n mask. Ties are broken by position, which is harmless.
    """
    num = len(label)
    off_diagonal = ~torch.eye(num, dtype=torch.bool, device=u.device)
    similarity = (-torch.cdist(u, u) / temperature)[off_diagonal].view(num, num - 1)
    distance = (label[:, None] - label[None]).abs()[off_diagonal].view(num, num - 1)
    similarity = similarity.gather(1, distance.argsort(dim=1, descending=True, stable=True))
    return -(similarity - torch.logcumsumexp(similarity, 1)).mean()


def orthonormality(weight: Float[Tensor, "objective projection latent"]) -> Float[Tensor, ""]:
    """Mean squared deviation of W_i W_iᵀ from the identity."""
    gram = weight @ weight.mT
    identity = torch.eye(weight.shape[1], device=weight.device)
    return ((gram - identity) ** 2).mean()


def info_nce(
    z: Float[Tensor, "batch latent"], policy: Int[Tensor, "batch"], temperature: float
) -> Float[Tensor, ""]:
    """InfoNCE (van den Oord et al. 2018, eq. 4), cosine similarity; a baseline, blind to returns.

    Positives are the other contexts of the same policy, negatives those of all others.
    """
    unit = torch.nn.functional.normalize(z, dim=-1)
    itself = torch.eye(len(z), dtype=torch.bool, device=z.device)
    similarity = (unit @ unit.T / temperature).masked_fill(itself, -torch.inf)
    positive = (policy[:, None] == policy[None]) & ~itself
    log_share = similarity.log_softmax(1)[positive]
    return -log_share.mean()
