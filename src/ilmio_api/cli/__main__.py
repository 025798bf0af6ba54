"""Run the command line as `python -m ilmio_api.cli`, which works where no script was installed."""

from ilmio_api.cli.commands import app

app(prog_name="ilmio")
