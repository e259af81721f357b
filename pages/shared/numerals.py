"""How numbers are written, everywhere alike: thousands with a comma, a true minus sign."""


def whole(value: float, sign: str = "") -> str:
    """No decimals; ``sign`` "+" shows the sign of positive ones, too."""
    return minus(f"{value:{sign},.0f}")


def spread(mean: float, std: float) -> str:
    """Mean ± standard deviation, no decimals."""
    return f"{whole(mean)} ± {whole(std)}"


def minus(text: str) -> str:
    """Numbers with a true minus sign."""
    return text.replace("-", "−")
