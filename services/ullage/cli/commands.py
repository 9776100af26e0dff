"""What can be typed: names, arguments and help.

Each command imports what it needs when it runs, so that `ullage --help` answers at once.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ullage.cli.failure import Refused, WrongUse
from ullage.cli.questions import check, explain, report

app = typer.Typer(
    name="ullage",
    help="Cost layers, COGS and the gap between count and books, from Kafka to PostgreSQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[Path | None, typer.Option(help="directory of the local stack [.ullage]")]
KafkaPort = Annotated[int | None, typer.Option(min=1, max=65535, help="[any free one]")]
DatabasePort = Annotated[int | None, typer.Option(min=1, max=65535, help="[any free one]")]
WebPort = Annotated[int | None, typer.Option(min=1, max=65535, help="no web page yet")]


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 refused or found wrong, 2 used wrongly."""
    try:
        app()
    except WrongUse as reason:
        _end(reason, 2)
    except Refused as reason:
        _end(reason, 1)


def _end(reason: Exception, status: int) -> None:
    for sentence in str(reason).splitlines():
        print(f"ullage: {sentence}", file=sys.stderr)
    sys.exit(status)


@app.command()
def topics(
    repartition: Annotated[
        bool,
        typer.Option(
            "--repartition", help="go over to more partitions; all workers must be stopped"
        ),
    ] = False,
) -> None:
    """Create the topics; report those that are not as they must be."""
    from ullage.cli import addresses
    from ullage.cli.admin import create_topics

    known = addresses.settings()
    if repartition:
        _repartition(addresses.kafka(known), known.partitions)
    found = create_topics(addresses.kafka(known), known.partitions)
    print(
        f"created {len(found.created)} topics" + "".join(f"\n  {one}" for one in found.created)
    )
    if found.wrong:
        raise Refused("\n".join(found.wrong))


def _repartition(bootstrap: str, partitions: int) -> None:
    from ullage.cli.repartition.command import repartition

    if repartition(bootstrap, partitions):
        print(f"all keys are where {partitions} partitions put them; start the workers")
    else:
        print(f"there are {partitions} partitions already")


@app.command()
def send(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="'-': standard input")],
) -> None:
    """Send events (JSON lines) to their input topics."""
    from ullage.cli import addresses, send

    sent = send.send(addresses.kafka(addresses.settings()), files)
    print(f"sent {sent.total()} events" + "".join(f"\n  {n:>9,} {t}" for t, n in sent.items()))


@app.command(name="import")
def import_balances(
    file: Annotated[
        Path, typer.Argument(help="CSV: sku, warehouse, quantity, unit_cost or value")
    ],
    at: Annotated[
        str | None, typer.Option(help="when the balances hold: 2026-10-01T00:00:00Z")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="send them; else only show")] = False,
) -> None:
    """Take in opening balances; shows them first."""
    from ullage.cli import addresses, importing

    found = importing.preview(file, at)
    if not apply:
        print("nothing was sent; with --apply these balances are")
        return
    sent = importing.apply(addresses.kafka(addresses.settings()), found)
    print(f"sent {sent} adjustments; those sent before change nothing")


@app.command()
def tail(
    topic: Annotated[str, typer.Argument(help="such as movements, cogs, dead-letters")],
    from_start: Annotated[
        bool, typer.Option("--from-start", help="from the oldest on, not the last few")
    ] = False,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="wait for more")] = False,
) -> None:
    """Print the records of a topic as JSON lines."""
    from ullage.cli import addresses, tail

    tail.tail(
        addresses.kafka(addresses.settings()), topic, from_start=from_start, follow=follow
    )


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from ullage.cli import addresses
    from ullage.cli.admin import migrate

    known = addresses.settings()
    applied = migrate(addresses.database(known))
    print(f"applied {len(applied)} migrations" + "".join(f"\n  {one}" for one in applied))


@app.command()
def replay(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="'-': standard input")
    ] = None,
    log: Annotated[Path | None, typer.Option(help="a dump of movements, not events")] = None,
    out: Annotated[Path | None, typer.Option(help="a directory: one file a topic")] = None,
    partitions: Annotated[
        int | None,
        typer.Option(min=1, help="of the log, for --log where the dump holds no policy"),
    ] = None,
) -> None:
    """Run events (JSON lines) through the books without a broker."""
    from ullage.cli import replay, results

    if bool(files) == bool(log):
        raise WrongUse("replay takes files of events, or --log with a dump of movements")
    sources = [log] if log else files or []
    with (
        results.to_directory(out, sources, movements=not log)
        if out
        else results.to_stream(sys.stdout.buffer)
    ) as write:
        told, figures = (
            replay.replay_log(log, write, partitions)
            if log
            else (replay.replay(sources, write), [])
        )
    for figure in figures:
        print(figure, file=sys.stderr)
    for name, number in sorted(told.items()):
        print(f"{number:>9,} {name}", file=sys.stderr)


@app.command()
def up(
    data: Data = None,
    kafka_port: KafkaPort = None,
    database_port: DatabasePort = None,
    web_port: WebPort = None,
    servers: Annotated[
        bool, typer.Option("--servers", help="broker and database alone")
    ] = False,
) -> None:
    """Run everything on this machine: broker, database, processors."""
    from ullage.cli import addresses, up
    from ullage.cli.welcome import where_to_look

    _say_web_comes_later(web_port)
    known = addresses.settings(data=data)
    ports = up.Ports(kafka_port, database_port)
    with up.ended_by_signals(), up.running(known, ports, servers_only=servers) as running:
        where_to_look(running)
        running.watch()


@app.command()
def demo(
    data: Data = None,
    kafka_port: KafkaPort = None,
    database_port: DatabasePort = None,
    web_port: WebPort = None,
    leave: Annotated[bool, typer.Option("--exit", help="stop when it has played")] = False,
) -> None:
    """Run everything, and play a worked story and a month of a small shop."""
    from ullage.cli import addresses, up
    from ullage.cli.demo import play
    from ullage.cli.welcome import where_to_look

    _say_web_comes_later(web_port)
    known = addresses.settings(data=data)
    ports = up.Ports(kafka_port, database_port)
    with up.ended_by_signals(), up.running(known, ports, servers_only=False) as running:
        play(running)
        if leave:
            print(f"The books stay in {known.data}; `ullage up` opens them again.")
            return
        where_to_look(running)
        running.watch()


@app.command()
def worker(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="intake, shipments, builds, ledger, sink"),
    ],
    name: Annotated[
        str | None,
        typer.Option(help="of this worker: unlike all others, the same after a restart"),
    ] = None,
    data: Data = None,
) -> None:
    """Run processors against a cluster."""
    from ullage.cli import addresses, worker

    worker.work(addresses.settings(worker_name=name, data=data), names)


app.command()(report)
app.command()(explain)
app.command()(check)


def _say_web_comes_later(web_port: int | None) -> None:
    if web_port is not None:
        print("ullage: there is no web page yet; --web-port has no effect", file=sys.stderr)
