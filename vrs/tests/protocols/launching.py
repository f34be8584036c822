"""Runs of a project, launched as Scipion does."""

from __future__ import annotations

from typing import Any, Callable

Launch = Callable[..., Any]


def launcher(project: Any) -> Launch:
    """A function that launches a protocol in a process of its own and waits for its end."""

    def launch(protocol_class: Any, **values: Any) -> Any:
        protocol = configured(project, protocol_class, **values)
        project.launchProtocol(protocol, wait=True)
        return protocol

    return launch


def configured(project: Any, protocol_class: Any, **values: Any) -> Any:
    """A new run with these values of its form; a pointer is a pair of a run and its output."""
    protocol = project.newProtocol(protocol_class)
    for name, value in values.items():
        parameter = getattr(protocol, name)
        if parameter.isPointer():
            owner, output = value
            parameter.set(owner)
            parameter.setExtended(output)
        else:
            parameter.set(value)
    return protocol
