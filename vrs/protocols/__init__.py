"""The protocols that Scipion offers; each is one module ``protocol_*`` with its form and steps."""

from importlib import import_module
from pkgutil import iter_modules

from pwem.protocols import EMProtocol

__all__ = []

for _module in iter_modules(__path__, f"{__name__}."):
    if _module.name.startswith(f"{__name__}.protocol_"):
        for _name, _value in vars(import_module(_module.name)).items():
            _own = getattr(_value, "__module__", "") == _module.name
            if _own and isinstance(_value, type) and issubclass(_value, EMProtocol):
                globals()[_name] = _value
                __all__.append(_name)

import_module(f"{__name__}.protocol_level0").announce_maps()
