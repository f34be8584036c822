"""Broken JSON: values of wrong types and sizes, missing and unknown names, and broken bytes."""

from __future__ import annotations

import copy
import json
import os
import random
from pathlib import Path
from typing import Any, Callable, List, Tuple

Container = Any
"""A dict or a list."""

_HUGE_INTEGER = 10**400
_STOP = 0.2
"""Probability that a change happens at a container, and not further inside."""

_TEXTS = (".csv", ".json", ".svg", ".html", ".tex", ".bib", ".cxc")

ODD_VALUES: Tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 7, 10**9, 2**63, -(2**63) - 1, _HUGE_INTEGER, 1e308, -1e308,
    5e-324, 3e38, 0.1, -0.0, float("nan"), float("inf"), float("-inf"), "", " ", "0", "-1", "nan",
    "1e999", "0.a", "9.z", "ok", "\x00", "\x1b[31m", "\n", "\ud800", "ä€𝄞", "{0}", "{}", "%s", "%",
    "\\input{/etc/passwd}", "<script>", "{{ 7 * 7 }}", "../../etc/passwd", "/etc/passwd",
    "/dev/zero", "a" * 5000, ".99999999999f", ".2f", "d", "1.outputVolume", "99.outputVolume", "1.",
    ".",
    [], {}, [[]], [None], [1], [1, 2], [1, 2, 3], [0, 0, 0], [-1, -1, -1], [1e308] * 3, ["a"],
    {"a": 1}, {"kind": "slices"}, {"": {}}, [[1, 2], [3]], list(range(2000)),
)  # fmt: skip


def break_json(draw: random.Random, content: Any) -> bytes:
    """JSON with one to four changes; sometimes its bytes are changed instead."""
    changed = copy.deepcopy(content)
    if draw.random() < 0.15:
        return break_bytes(draw, encode(changed))
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        changed = draw.choice(_CHANGES)(draw, changed)
    return encode(changed)


def encode(content: Any) -> bytes:
    """JSON as Python writes it, with NaN, Infinity and lone surrogates."""
    return json.dumps(content, indent=1).encode("utf-8")


def break_bytes(draw: random.Random, data: bytes) -> bytes:
    """Bytes with something cut, inserted, repeated or replaced."""
    place = draw.randrange(len(data) + 1)
    end = min(len(data), place + draw.choice((1, 3, 100, 10000)))
    junk = draw.choice(
        (b"", b"\x00", b"\xff\xfe", b"[" * 200_000, b'{"a":' * 50_000, b"1" * 20_000, b'"', b",",
         b"NaN", b"\xed\xa0\x80", b"1e999999", b"/*", bytes(draw.randrange(256) for _ in range(50)))
    )  # fmt: skip
    return draw.choice(
        (
            b"",
            b"\xef\xbb\xbf" + data,
            data.decode("utf-8").encode("utf-16"),
            data[:place],
            data[:place] + data[end:],
            data[:place] + junk + data[place:],
            data[:place] + junk + data[end:],
            data + data,
            data[:end] + data[place:],
        )
    )


def _places(content: Any) -> List[Tuple[Container, Any]]:
    """Every place in the content, as a container and a key."""
    places: List[Tuple[Container, Any]] = []
    waiting = [content]
    while waiting:
        container = waiting.pop()
        if not isinstance(container, (dict, list)):
            continue
        keys = list(container) if isinstance(container, dict) else range(len(container))
        for key in keys:
            places.append((container, key))
            waiting.append(container[key])
    return places


def _place(draw: random.Random, content: Any) -> Tuple[Container, Any]:
    """A place on a random way into the content, so that long tables do not take all changes."""
    inside, container, key = content, [content], 0
    while isinstance(inside, (dict, list)) and inside:
        if inside is not content and draw.random() < _STOP:
            break
        container = inside
        key = draw.choice(list(inside) if isinstance(inside, dict) else range(len(inside)))
        inside = container[key]
    return container, key


def _replace(draw: random.Random, content: Any) -> Any:
    container, key = _place(draw, content)
    container[key] = draw.choice(ODD_VALUES)
    return content


def _remove(draw: random.Random, content: Any) -> Any:
    container, key = _place(draw, content)
    del container[key]
    return content


def _add(draw: random.Random, content: Any) -> Any:
    container, key = _place(draw, content)
    if isinstance(container, dict):
        container[draw.choice(("", "extra", "id", "object.id", key.upper(), f" {key}"))] = (
            draw.choice(ODD_VALUES)
        )
    else:
        container.insert(key, draw.choice(ODD_VALUES))
    return content


def _repeat(draw: random.Random, content: Any) -> Any:
    """An item of a list again, or a value under another name."""
    container, key = _place(draw, content)
    if isinstance(container, list):
        again = copy.deepcopy(container[key])
        container[key:key] = [again] * draw.choice((1, 1, 5))
    else:
        container[draw.choice(list(container))] = copy.deepcopy(container[key])
    return content


def _exchange(draw: random.Random, content: Any) -> Any:
    """A value of the content in the place of another."""
    source, its_key = _place(draw, content)
    value = copy.deepcopy(source[its_key])
    container, key = _place(draw, content)
    container[key] = value
    return content


def _scale(draw: random.Random, content: Any) -> Any:
    """A number of the right type, and out of range."""
    numbers = [
        (container, key)
        for container, key in _places(content)
        if isinstance(container[key], (int, float)) and not isinstance(container[key], bool)
    ]
    if numbers:
        container, key = draw.choice(numbers)
        value = container[key]
        container[key] = draw.choice(
            (-value, 0, 0.0, value + 1, value - 1, 1000 * value, value // 1000, 1e300, -1e300)
        )
    return content


def _misspell(draw: random.Random, content: Any) -> Any:
    texts = [(c, key) for c, key in _places(content) if isinstance(c[key], str)]
    if texts:
        container, key = draw.choice(texts)
        text = container[key]
        place = draw.randrange(len(text) + 1)
        container[key] = draw.choice(
            (text[:place], text[place:], text.upper(), text[:place] + "\x1b\x00\n" + text[place:],
             text + text, text[:place] + "é" + text[place:], f"../{text}", text * 300)
        )  # fmt: skip
    return content


def _nest(draw: random.Random, content: Any) -> Any:
    container, key = _place(draw, content)
    for _ in range(draw.choice((1, 2, 300))):
        container[key] = draw.choice(([container[key]], {"a": container[key]}))
    return content


_CHANGES: Tuple[Callable[[random.Random, Any], Any], ...] = (
    _replace, _replace, _replace, _remove, _remove, _add, _repeat, _exchange, _exchange, _scale,
    _misspell, _nest,
)  # fmt: skip


def break_file(draw: random.Random, file: Path) -> None:
    """Replace a file by a broken copy; a file with more than one name keeps the others whole."""
    data = file.read_bytes()
    file.unlink()
    kind = draw.random()
    if kind < 0.1:
        return
    if kind < 0.2:
        file.mkdir()
    elif kind < 0.3:
        os.mkfifo(file)
    elif file.suffix in _TEXTS:
        file.write_bytes(break_bytes(draw, data))
    else:
        file.write_bytes(_break_binary(draw, data))


def _break_binary(draw: random.Random, data: bytes) -> bytes:
    place = draw.randrange(min(len(data), 1100))
    junk = bytes(draw.randrange(256) for _ in range(draw.choice((1, 4, 40))))
    return draw.choice(
        (b"", data[:place], data[: len(data) // 2], data[:place] + junk + data[place + len(junk) :])
    )
