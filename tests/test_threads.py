"""A decoder, which all that is measured comes from, does not depend on how many threads compute."""

import numpy as np
from threadpoolctl import threadpool_limits

from backend.representation.decoded import DecoderWeights
from backend.studio import Studio
from tests.toys import ATLAS


def test_a_decoder_is_the_same_on_any_number_of_threads() -> None:
    model = Studio().atlas(ATLAS).representation
    folded = []
    for num in (1, 2):
        with threadpool_limits(num):
            folded.append(DecoderWeights.fold(model).second_w)
    assert np.array_equal(*folded)
