"""Addresses of entries, models and papers, made from identifiers that were checked.

An address is never taken from a header: a link leads to a known server, or there is none.
"""

from __future__ import annotations

import re
from urllib.parse import quote

_EMDB = re.compile(r"EMD-\d{4,8}", re.ASCII)
_PDB = re.compile(r"\d[A-Za-z0-9]{3}|pdb_[A-Za-z0-9]{8}", re.ASCII)
_DOI = re.compile(r"10\.\d{4,9}/[!-~]{1,200}", re.ASCII)
_PAGE = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?][!\"$-~]*)?", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_LONGEST_PAGE = 300


def entry_page(identifier: str) -> str:
    """The page of an entry of EMDB, "" for what is no identifier of one.

    Examples
    --------
    >>> entry_page("EMD-3488"), entry_page("EMD-1/../x")
    ('https://www.ebi.ac.uk/emdb/EMD-3488', '')
    """
    known = _EMDB.fullmatch(identifier)
    return f"https://www.ebi.ac.uk/emdb/{identifier}" if known else ""


def model_page(identifier: str) -> str:
    """The page of an entry of the PDB, "" for what is no identifier of one.

    Examples
    --------
    >>> model_page("5ME2"), model_page("5ME2?")
    ('https://www.ebi.ac.uk/pdbe/entry/pdb/5me2', '')
    """
    known = _PDB.fullmatch(identifier)
    return f"https://www.ebi.ac.uk/pdbe/entry/pdb/{identifier.lower()}" if known else ""


def doi_page(doi: str) -> str:
    """The address of a digital object identifier, "" for what is none.

    Examples
    --------
    >>> doi_page("10.1101/087841"), doi_page("10.1002/(SICI)<1>"), doi_page("javascript:1")
    ('https://doi.org/10.1101/087841', 'https://doi.org/10.1002/(SICI)%3C1%3E', '')
    """
    return f"https://doi.org/{quote(doi, safe='/:;().,_-')}" if _DOI.fullmatch(doi) else ""


def web_page(address: str) -> str:
    """An http(s) address as it is, "" for anything else.

    Examples
    --------
    >>> web_page("https://example.org/vrs"), web_page("file:///etc/passwd")
    ('https://example.org/vrs', '')
    """
    known = len(address) <= _LONGEST_PAGE and _PAGE.fullmatch(address)
    return address if known else ""


def mail_to(email: str) -> str:
    """The address that opens a letter to somebody, "" for what is no e-mail address.

    Examples
    --------
    >>> mail_to("help@example.org"), mail_to("help")
    ('mailto:help@example.org', '')
    """
    known = len(email) <= _LONGEST_PAGE and _EMAIL.fullmatch(email)
    return f"mailto:{email}" if known else ""
