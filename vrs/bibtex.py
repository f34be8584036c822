from vrs.report.text.bibliography import scipion_bibliography
from vrs.report.text.references import REFERENCES

# Scipion reads the bibliography of a plugin from the docstring of this module.
__doc__ = scipion_bibliography(REFERENCES.values())
