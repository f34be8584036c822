"""The workflow: environment, template, runner, output folder, progress."""
