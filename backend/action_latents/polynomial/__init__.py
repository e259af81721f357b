"""Maximum-entropy polynomial policies.

Liu, Teng and Ghaffari (2026), *MePoly: Max Entropy Polynomial Policy Optimization*, arXiv
2602.17832. "MePoly" in this package is that paper.
"""
