# ruff: noqa: ANN001, ANN201 - compiled kernels: Numba infers types, wants flat loops
"""exp(nQ) once for each generator and span: places share few of them, and a matrix exponential is what a knot costs most.

Two tables with one slot a hash: what is not there is computed and overwrites what was. A slot holds a function of its key
alone, so hits, misses and the order of places change no bit of any result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from tenure.control.kernels.chain import build_generator, matrix_exponential

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Propagators", "copy_propagator", "find_generator", "find_propagator", "make_propagators"]

_ROOM = 2**24  # bytes of each table: what a hundred generators over all spans of a study of some years need

_GOLDEN, _SHIFT = np.uint64(11400714819323198485), np.uint64(40)  # 2^64 over the golden ratio: near keys land far apart


class Propagators(NamedTuple):
    """Generators by the codes that make them, their powers by generator and span, and scratch."""

    codes: NDArray[np.int8]
    """(slots, 2 states) rate codes: changes to each state, changes from each to contested."""
    serial: NDArray[np.int64]
    """(slots,) number of the generator in the slot, 0 for none; the last entry counts them."""
    generator: NDArray[np.float64]
    key: NDArray[np.int64]
    """(slots,) generator's number and span, 0 for none."""
    power: NDArray[np.float64]
    scratch: NDArray[np.float64]


@njit(cache=True, nogil=True)
def make_propagators(states, micro):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return empty tables for chains of so many states and micro-states."""
    slots = 64
    while slots * 2 * micro * micro * 8 <= _ROOM:
        slots *= 2
    return Propagators(
        np.zeros((slots, 2 * states), np.int8),
        np.zeros(slots + 1, np.int64),
        np.zeros((slots, micro, micro)),
        np.zeros(slots, np.int64),
        np.zeros((slots, micro, micro)),
        np.zeros((2, micro, micro)),
    )


@njit(cache=True, nogil=True)
def find_generator(ci, i, b, props):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return the slot of the generator of place i in field bin b."""
    states, slots = ci.to_code.shape[2], props.key.shape[0]
    mixed = 17
    for s in range(states):
        mixed = mixed * 1000003 + ci.to_code[i, b, s]
        mixed = mixed * 1000003 + ci.con_code[i, b, s]
    slot = np.int64(np.uint64(mixed) * _GOLDEN >> _SHIFT) & (slots - 1)
    known = props.serial[slot] > 0
    if known:
        for s in range(states):
            if props.codes[slot, s] != ci.to_code[i, b, s] or props.codes[slot, states + s] != ci.con_code[i, b, s]:
                known = False
                break
    if not known:
        for s in range(states):
            props.codes[slot, s], props.codes[slot, states + s] = ci.to_code[i, b, s], ci.con_code[i, b, s]
        props.serial[slots] += 1
        props.serial[slot] = props.serial[slots]
        build_generator(ci, i, b, props.generator[slot])
    return slot


@njit(cache=True, nogil=True)
def find_propagator(slot, span, props):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Return the slot in `power` of exp(span days of the generator in the slot)."""
    key = (props.serial[slot] << 24) + span
    at = np.int64(np.uint64(key) * _GOLDEN >> _SHIFT) & (props.key.shape[0] - 1)
    if props.key[at] != key:
        props.key[at] = key
        matrix_exponential(props.generator[slot], float(span), props.power[at], props.scratch[0], props.scratch[1])
    return at


@njit(cache=True, nogil=True)
def copy_propagator(slot, span, props, out):  # type: ignore[no-untyped-def] # compiled: Numba infers
    """Fill `out` (micro-states squared) with exp(span days of the generator in the slot)."""
    at = find_propagator(slot, span, props)
    for a in range(out.shape[0]):
        for b in range(out.shape[1]):
            out[a, b] = props.power[at, a, b]
