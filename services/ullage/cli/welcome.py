"""What a person reads when the service runs: where everything is, and what to try."""

from rich.console import Console

from ullage.cli import addresses
from ullage.cli.up import Running


def where_to_look(running: Running) -> None:
    """Print addresses, logs and the first commands; the password stays in its file."""
    console = Console(highlight=False, width=100)
    environment = addresses.environment_file(running.settings.data)
    database = running.servers.database.rpartition("@")[2]
    console.print(f"[bold]Kafka[/] {running.servers.kafka}   [bold]PostgreSQL[/] {database}")
    console.print(f"[bold]data and logs[/] {running.settings.data.resolve()}", soft_wrap=True)
    for worker in running.workers.workers:
        health = f"http://127.0.0.1:{worker.health_port}"
        console.print(
            f"[bold]{', '.join(worker.processors)}[/] {health}/ready {health}/metrics"
        )
    console.print(
        "In another terminal, in this directory: [bold]ullage report valuation[/], "
        "[bold]ullage report cogs --by week[/],\n[bold]ullage report journals --daily[/], "
        "[bold]ullage explain ID[/] (of an order, a receipt, a record), "
        "[bold]ullage tail ledger -f[/]"
    )
    console.print(f"Elsewhere, first: [bold]set -a; . {environment.resolve()}; set +a[/]")
    console.print("Ctrl-C stops it.")
