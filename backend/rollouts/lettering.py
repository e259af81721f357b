"""Text in pictures, set in the typeface that ships inside Pillow: floor numerals and captions."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from backend.arrays import Array, Float32, UInt8

NUMERAL_PX = 64
"Pixels of texture from the top to the bottom of a floor numeral."
MISSING_GLYPHS = str.maketrans({"\u2212": "\u2013", "→": "->", "≤": "<=", "≥": ">=", "≈": "~"})
"What Pillow's typeface lacks, and what is drawn instead."
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
        size = max(11, round(height / 24))
        font = ImageFont.load_default(size)
        while font.getlength(text) > width - 4 * size and size > 8:
            size -= 1
            font = ImageFont.load_default(size)
        margin, pad = round(size * 0.7), round(size * 0.55)
        right = min(width - margin, margin + 2 * pad + round(font.getlength(text)))
        label = Image.new("RGBA", (width, 2 * margin + 2 * pad + size), (*CAPTION_PAPER, 0))
        draw = ImageDraw.Draw(label)
        box = (margin, margin, right, margin + 2 * pad + size)
        draw.rounded_rectangle(box, radius=pad, fill=(*CAPTION_PAPER, round(255 * CAPTION_OPACITY)))
        baseline = margin + pad + round(size * 0.86)
        draw.text((margin + pad, baseline), text, font=font, fill=(*CAPTION_INK, 255), anchor="ls")
        pixels = np.asarray(label, np.float32)[:height]
        self._alpha = pixels[..., 3:] / 255
        self._ink = pixels[..., :3] * self._alpha + 0.5

    def stamp(self, frame: UInt8[Array, "height width 3"]) -> None:
        """Draw the caption onto a frame, in place."""
        strip = frame[: len(self._alpha)]
        strip[:] = strip * (1 - self._alpha) + self._ink
