"""Steering under value constraints in the latent space of ``backend.representation``.

Tangent-projected descent is that of Li et al. 2026 (arXiv 2601.22350); the margin on bounds,
verification and correction by rollouts, and walks are ours.
"""
