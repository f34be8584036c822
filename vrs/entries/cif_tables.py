"""The categories of an mmCIF file as rows, under the names of PDBx whatever the file calls them."""

from __future__ import annotations

from typing import Dict, Iterator, List, Mapping, Optional, Tuple

from gemmi import cif

from vrs.entries.errors import EntryError
from vrs.entries.values import text
from vrs.maps.printing import grouped

MOST_ROWS = 100_000
"""Of a category; the longest lists of programs or authors have hundreds."""

EMD_NAMES: Dict[str, str] = {
    "em_3d_reconstruction": "emd_final_reconstruction",
    "em_experiment": "emd_structure_determination",
    "em_single_particle_entity": "emd_symmetry_point",
    "em_helical_entity": "emd_helical_parameters",
    "em_entity_assembly": "emd_supramolecule",
    "em_entity_assembly_molwt": "emd_molecular_mass",
    "em_db_reference": "emd_crossreference",
    "em_imaging": "emd_microscopy",
}
"""Categories that the archive's own files name otherwise than by "emd_" for "em_"."""

EMD_ITEMS: Dict[str, str] = {
    "emd_id": "entry_id",
    "number_images_used": "num_particles",
    "emd_image_processing_id": "image_processing_id",
    "method": "reconstruction_method",
    "group": "point_symmetry",
    "delta_z": "axial_rise_per_subunit",
    "delta_phi": "angular_rotation_per_subunit",
    "emd_supramolecule_id": "entity_assembly_id",
    "experimental": "experimental_flag",
    "microscope": "microscope_model",
}
"""Items of those files and their names in PDBx."""

Row = Mapping[str, Optional[str]]


class Tables:
    """The categories of a file, with None for "?" and ".".

    Parameters
    ----------
    content : str -- the file
    name : str -- for the sentence of an error

    Raises
    ------
    EntryError
        If it is no complete mmCIF file.
    """

    def __init__(self, content: str, name: str) -> None:
        self._name = name
        try:
            document = cif.read_string(content)
        # The library raises the second for an item that is repeated.
        except (ValueError, RuntimeError) as error:
            raise EntryError(
                f"{name} is not a complete mmCIF file", "fetch the header again"
            ) from error
        self._categories: Dict[str, Dict[str, List[str]]] = {}
        for item, values in _items(document):
            category, dot, column = item.lower().partition(".")
            if dot:
                self._categories.setdefault(category[1:], {}).setdefault(column, values)

    def rows(self, category: str) -> List[Row]:
        """The rows of a category; columns that are not complete are left out.

        Raises
        ------
        EntryError
            If there are more than ``MOST_ROWS``.
        """
        other = EMD_NAMES.get(category, category.replace("em_", "emd_", 1))
        columns = self._categories.get(category)
        if columns is None:
            named = self._categories.get(other, {})
            columns = {EMD_ITEMS.get(column, column): values for column, values in named.items()}
        length = max(map(len, columns.values()), default=0)
        if length > MOST_ROWS:
            raise EntryError(
                f"{self._name} has more than {grouped(str(MOST_ROWS))} rows of {category}, as no "
                "header has",
                "use emd-N.xml of the entry",
            )
        complete = {name: values for name, values in columns.items() if len(values) == length}
        return [
            {name: text(values[index]) for name, values in complete.items()}
            for index in range(length)
        ]

    def first(self, category: str) -> Row:
        """The first row of a category, an empty one if there is none."""
        return next(iter(self.rows(category)), {})


def _items(document: cif.Document) -> Iterator[Tuple[str, List[str]]]:
    """The items of a file with their values, without quotation marks."""
    for block in document:
        for item in block:
            if item.pair is not None:
                tags, values = [str(item.pair[0])], [str(item.pair[1])]  # type: ignore[index]
            elif item.loop is not None:
                tags, values = list(item.loop.tags), list(item.loop.values)
            else:
                continue
            for place, tag in enumerate(tags):
                yield tag, [cif.as_string(value) for value in values[place :: len(tags)]]


def states(row: Row, value: str, item: str = "type") -> bool:
    """Whether an item of a row has a value, in capitals or not."""
    return (row.get(item) or "").upper() == value.upper()
