"""The outputs that a protocol announces, as the Enum that Scipion asks for."""

from __future__ import annotations

from enum import Enum
from typing import Any, Type


class Output(Enum):
    """An output: its name, and its type as the value.

    Two members of an Enum with the same value would be one, but two outputs may have one type; so
    the value that is stored has the name too.
    """

    @property
    def value(self) -> Any:
        """Type of the output."""
        return self._value_[1]


def outputs(**types: type) -> Type[Output]:
    """The Enum of outputs with these names and types.

    Examples
    --------
    >>> [(output.name, output.value) for output in outputs(first=int, second=int)]
    [('first', <class 'int'>), ('second', <class 'int'>)]
    """
    members = [(name, (name, kind)) for name, kind in types.items()]
    made: Any = Output
    return made("Output", members)  # type: ignore[no-any-return]
