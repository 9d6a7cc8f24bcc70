"""What enters on a day leaves some days later: the convolution that every lag goes through."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

Floats = NDArray[np.float64]


def delayed(entries: ArrayLike, lag: ArrayLike) -> Floats:
    """Return what leaves on each day of ``entries`` (…, D), cut at the last of them.

    ``lag`` (L,): chance to leave 0, 1, 2 … days after the entry; what is past the D-th is left out. The direct sum,
    without the ripple of a Fourier transform: ``leaves[d] = Σ_k lag[k]·entries[d − k]``.

    >>> delayed([100, 0, 0, 50], [0.0, 0.5, 0.25])
    array([ 0., 50., 25.,  0.])
    """
    days = np.asarray(entries, dtype=np.float64)
    kept = np.asarray(lag, dtype=np.float64)[: days.shape[-1]]
    leaves: Floats = ndimage.convolve1d(days, kept, axis=-1, mode="constant", origin=-(kept.size // 2))
    return leaves
