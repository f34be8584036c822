"""Batches under load and with faults: ``python -m vrs.tests.load`` (``./run test load``)."""
