"""What the runs of a report do, from folder to folder; without Scipion, whose protocols call it."""
