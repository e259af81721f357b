"""Text in pictures, in the typeface that ships inside Pillow: numerals, captions, readouts."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from backend.arrays import Array, Float32, UInt8

NUMERAL_PX = 64
"Pixels of texture from the top to the bottom of a floor numeral."
MISSING_GLYPHS = str.maketrans(
    {"\u2212": "-", "–": "-", "—": "-", "→": "->", "≤": "<=", "≥": ">=", "≈": "~"}
    | {"Σ": "sum ", "‖": "|", "²": "^2", "×": "x"}
)
"What Pillow's typeface lacks, and what is drawn instead."
SMALLEST_PX = 7
"Size of a letter below which a text rather leaves its place than shrinks."
READOUT_HEADING = ("summed", "so far")
"What the numbers of a readout are, in two lines."
FAINT_INK, BAND_PAPER, BAND_RULE = (96, 106, 122), (246, 248, 251), (214, 220, 228)
CAPTION_INK, CAPTION_PAPER, CAPTION_OPACITY = (32, 40, 54), (255, 255, 255), 0.82


@lru_cache(maxsize=64)
def numeral(text: str, blur_x: int, blur_y: int) -> Float32[Array, "texel_y texel_x"]:
    """Coverage of ``text`` on a texture ``NUMERAL_PX`` tall, blurred to the pixel's footprint."""
    font = ImageFont.load_default(NUMERAL_PX * 1.3)
    left, top, right, bottom = font.getbbox(text)
    pad = 12
    size = (int(right - left) + 2 * pad, NUMERAL_PX + 2 * pad)
    image = Image.new("L", size)
    offset = (pad - left, pad - top + (NUMERAL_PX - (bottom - top)) / 2)
    ImageDraw.Draw(image).text(offset, text, font=font, fill=255)
    coverage = np.asarray(image, np.float32) / 255
    return _box_blur(_box_blur(coverage, blur_y, axis=0), blur_x, axis=1)


def _box_blur(values: Float32[Array, "y x"], length: int, axis: int) -> Float32[Array, "y x"]:
    if length < 2:
        return values
    kernel = np.full(length, 1 / length, np.float32)
    return np.apply_along_axis(np.convolve, axis, values, kernel, mode="same")


class Caption:
    """One line of text on a light label, upper left; drawn once and stamped on frames."""

    def __init__(self, text: str, width: int, height: int) -> None:
        text = text.translate(MISSING_GLYPHS)
        font = _fitting(text, max(11, round(height / 24)), 0.8 * width)
        size = round(font.size)
        margin, pad = round(size * 0.7), round(size * 0.55)
        right = min(width - margin, margin + 2 * pad + round(font.getlength(text)))
        label = Image.new("RGBA", (width, 2 * margin + 2 * pad + size), (*CAPTION_PAPER, 0))
        draw = ImageDraw.Draw(label)
        box = (margin, margin, right, margin + 2 * pad + size)
        draw.rounded_rectangle(box, radius=pad, fill=(*CAPTION_PAPER, round(255 * CAPTION_OPACITY)))
        baseline = margin + pad + round(size * 0.86)
        draw.text((margin + pad, baseline), text, font=font, fill=(*CAPTION_INK, 255), anchor="ls")
        pixels = np.asarray(label, np.float32)[:height]
        self.height = margin + 2 * pad + size
        "Pixels from the top of the picture to the label's lower edge."
        self._alpha = pixels[..., 3:] / 255
        self._ink = pixels[..., :3] * self._alpha + 0.5

    def stamp(self, frame: UInt8[Array, "height width 3"]) -> None:
        """Draw the caption onto a frame, in place."""
        strip = frame[: len(self._alpha)]
        strip[:] = strip * (1 - self._alpha) + self._ink


class Readout:
    """A band of numbers that change from frame to frame: title and number, below them the unit.

    Each reading has a ``title``, a ``unit`` and the ``values`` of all frames.
    """

    def __init__(self, readings: Sequence[Mapping[str, Any]], width: int, height: int) -> None:
        size = max(10, round(height / 30))
        self.height = round(3.4 * size)
        "Pixels that the band takes from a picture of ``height``."
        self._readings, self._pad = readings, round(0.8 * size)
        self._lines = round(1.5 * size), round(2.8 * size)
        self._font = ImageFont.load_default(size + 4)
        self._plain = Image.new("RGB", (width, self.height), BAND_PAPER)
        first = self._draw_heading(size)
        self._edges = np.linspace(first, width, len(readings) + 1).round().astype(int).tolist()
        self._draw_words("title", 0, size, CAPTION_INK)
        self._draw_words("unit", 1, size, FAINT_INK)

    def _draw_heading(self, size: int) -> int:
        """What all numbers are, before the first one; returns where it ends."""
        draw, font = ImageDraw.Draw(self._plain), ImageFont.load_default(size)
        draw.line((0, 0, self._plain.width, 0), fill=BAND_RULE)
        for text, y in zip(READOUT_HEADING, self._lines, strict=True):
            draw.text((self._pad, y), text, font=font, fill=FAINT_INK, anchor="ls")
        return round(2 * self._pad + max(map(font.getlength, READOUT_HEADING)))

    def _draw_words(self, name: str, line: int, size: int, ink: tuple[int, int, int]) -> None:
        """A word of all readings, equally large, on one of the two lines."""
        words = [reading[name].translate(MISSING_GLYPHS) for reading in self._readings]
        lefts, rights = self._edges[:-1], self._edges[1:]
        spaces = [right - left - 2.0 * self._pad for left, right in zip(lefts, rights, strict=True)]
        if line == 0:  # the number stands there too
            spaces = [s - self._widest(r) for s, r in zip(spaces, self._readings, strict=True)]
        fonts = [_fitting(word, size, space) for word, space in zip(words, spaces, strict=True)]
        draw, font = ImageDraw.Draw(self._plain), min(fonts, key=lambda font: font.size)
        for word, left, space in zip(words, lefts, spaces, strict=True):
            place = (left + self._pad, self._lines[line])
            draw.text(place, _cut(word, font, space), font=font, fill=ink, anchor="ls")
            draw.line((left, self._pad, left, self.height - self._pad), fill=BAND_RULE)

    def _widest(self, reading: Mapping[str, Any]) -> float:
        """Pixels of a reading's longest number, with air before it."""
        values = reading["values"]
        texts = [_number(value, values) for value in (min(values), max(values))]
        return self._pad / 2 + max(map(self._font.getlength, texts))

    def band(self, frame: int) -> UInt8[Array, "band width 3"]:
        """The band of one frame of the clip."""
        image = self._plain.copy()
        draw = ImageDraw.Draw(image)
        for reading, right in zip(self._readings, self._edges[1:], strict=True):
            text = _number(reading["values"][frame], reading["values"])
            place = (right - self._pad, self._lines[0])
            draw.text(place, text, font=self._font, fill=CAPTION_INK, anchor="rs")
        return np.asarray(image)


def _fitting(text: str, size: int, space: float) -> ImageFont.FreeTypeFont:
    """The typeface at ``size`` pixels, or as much smaller as the text needs; 7 at least."""
    while (font := ImageFont.load_default(size)).getlength(text) > space and size > SMALLEST_PX:
        size -= 1
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _cut(text: str, font: ImageFont.FreeTypeFont, space: float) -> str:
    """As much of a text as fits, with dots where something was left out."""
    if font.getlength(text) <= space:
        return text
    fitting = (n for n in range(len(text), 0, -1) if font.getlength(text[:n] + "...") <= space)
    return text[: next(fitting, 0)] + "..."


def _number(value: float, among: Sequence[float]) -> str:
    """Whole where the clip counts past 100, else with a decimal."""
    digits = 0 if max(map(abs, among)) >= 100 else 1
    return f"{round(value, digits) + 0.0:.{digits}f}"  # never "-0"
