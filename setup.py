"""Installation of scipion-em-vrs; what the build needs is in pyproject.toml."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent


def version() -> str:
    """The version written in vrs/__init__.py, read as text because importing it needs Scipion."""
    text = (HERE / "vrs" / "__init__.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE).group(1)


def description() -> str:
    """The README without its picture and its links to files, which a package index has not."""
    text = (HERE / "README.rst").read_text(encoding="utf-8")
    text = re.sub(r"^\.\. image::.*\n(?: +\S.*\n)*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"`([^`<]+?)\s+<(?!https?:)[^>]+>`_", r"\1", text)


setup(
    name="scipion-em-vrs",
    version=version(),
    description="Scipion plugin for the validation of cryo-EM maps: checks, workflow and report",
    long_description=description(),
    long_description_content_type="text/x-rst",
    author="The scipion-em-vrs developers",
    license="GPL-3.0-or-later",
    project_urls={
        "Scipion": "https://scipion.i2pc.es",
        "Publication": "https://doi.org/10.1039/D2FD00059H",
    },
    keywords="scipion cryoem cryo-em validation map emdb",
    classifiers=[
        "Development Status :: 4 - Beta",
        "Environment :: Console",
        "Intended Audience :: Science/Research",
        "License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3 :: Only",
        *(f"Programming Language :: Python :: 3.{minor}" for minor in range(8, 13)),
        "Topic :: Scientific/Engineering :: Bio-Informatics",
        "Topic :: Scientific/Engineering :: Chemistry",
        "Typing :: Typed",
    ],
    # The tests and their maps stay in the repository and the source distribution, but for those
    # that ``scipion3 tests`` runs, and their map.
    packages=find_packages(include=["vrs", "vrs.*"], exclude=["vrs.tests", "vrs.tests.*"]),
    py_modules=["vrs.tests.test_in_scipion"],
    package_data={
        "vrs": ["*.conf", "*.png", "py.typed", "tests/data/maps/emd_1997.map.gz"],
        "vrs.batch": ["*.json"],
        "vrs.level0": ["*.json"],
        "vrs.numerics": ["*.json"],
        "vrs.networks": ["*.json", "*.onnx"],
        "vrs.report": ["figures/font/*", "html/templates/*"],
        "vrs.templates": ["*.json.template"],
    },
    # 3.13 has no wheel of the Pillow that Scipion pins.
    python_requires=">=3.8,<3.13",
    install_requires=[
        "scipion-pyworkflow>=3.11",
        "scipion-em>=3.11",
        "numpy",
        "scipy",
        "mrcfile",
        "matplotlib",
        "onnxruntime",
        # A copy of a process cannot be told otherwise how many cores numpy may use.
        "threadpoolctl",
        "pylatex",
        "jinja2",
        # The types of everything that goes to disk; 0.18 is the last for Python 3.8.
        "msgspec>=0.18",
        "rich",
        "bibtexparser",
        "pylatexenc",
        "Pillow",
        # Headers of EMDB entries: a safe XML parser, mmCIF, and the archive.
        "defusedxml",
        "gemmi",
        "requests",
        # The first that gives what has arrived instead of waiting for more, with wheels for 3.8.
        "urllib3>=2.2",
        "psutil",
        # 9.4 draws without a screen, and has wheels for every Python here.
        "vtk>=9.4",
        # Faster Fourier transforms than scipy's, which serve where it would have to be compiled.
        # A version is named because pip compiles a newer one that has no wheel.
        'ducc0<=0.42.0; sys_platform == "linux" and platform_machine == "x86_64"'
        ' and python_version > "3.8"',
        # The last version with a wheel for Python 3.8.
        'ducc0==0.41.0; sys_platform == "linux" and platform_machine == "x86_64"'
        ' and python_version == "3.8"',
    ],
    extras_require={
        # The Scipion application: `python -m scipion` and its windows. An existing Scipion has it.
        "app": ["scipion-app"],
        # Engines that measure in place of the built-in one. The plugin of Xmipp imports six without
        # asking for it; the programs of Xmipp themselves are no Python package.
        "xmipp": ["scipion-em-xmipp", "six"],
        "ucm": ["scipion-em-ucm>=1.0"],
        "test": [
            "pytest>=7", "pytest-cov", "pytest-xdist", "ruff", "mypy", "jsonschema",
        ],
    },
    entry_points={
        "pyworkflow.plugin": ["vrs = vrs"],
        "console_scripts": ["vrs = vrs.cli.main:main"],
    },
)
