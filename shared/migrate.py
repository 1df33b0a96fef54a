"""Numbered migrations, by Alembic, without an ini file: ``services/<service>/migrations/0001_….py`` and so on. Each names
its service (``contract_0001``), so that a database says whose it is."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

ROOT = Path(__file__).parent.parent
LOCK = 7_310_002
LOCK_TIMEOUT = "5s"

FIRST = '''"""{title}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{number}"
down_revision = {before}


def upgrade() -> None:
    {body}
'''


def upgrade(service: str, url: str) -> list[str]:
    """Bring one service's database to the newest migration, one process at a time. Returns the revisions applied."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    script = _scripts(service)
    applied: list[str] = []
    with engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))

        def steps(at: Any, _context: MigrationContext) -> Any:
            todo = script._upgrade_revs("head", at)
            applied.extend(step.revision.revision for step in todo)
            return todo

        with EnvironmentContext(Config(), script, fn=steps) as environment:
            environment.configure(connection=connection, transaction_per_migration=False)
            environment.run_migrations()
    engine.dispose()
    return applied


def drift(metadata: sa.MetaData, url: str) -> list[Any]:
    """The differences between the tables in code and a migrated database; empty when they agree."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _ours})
        found: list[Any] = compare_metadata(context, metadata)
    engine.dispose()
    return found


def draft(service: str, metadata: sa.MetaData, url: str, extra: str = "") -> Path:
    """Write the first migration of an unreleased service from its tables, against an empty database at ``url``."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        operations = produce_migrations(context, metadata).upgrade_ops
        body = render_python_code(operations, migration_context=context) if operations else "pass"
    engine.dispose()
    path = _folder(service) / "0001_first_tables.py"
    text = FIRST.format(title="The first tables", number=f"{service}_0001", before=None, body=body + extra)
    path.write_text(text)
    return path


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare: Any) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _folder(service: str) -> Path:
    return ROOT / "services" / service / "migrations"


def _scripts(service: str) -> ScriptDirectory:
    folder = _folder(service)
    return ScriptDirectory(str(folder), version_locations=[str(folder)])


def _main(arguments: list[str]) -> None:
    service, url = arguments
    module = importlib.import_module(f"services.{service}.app")
    from shared.audit.tables import ONLY_ADD

    path = draft(service, module.METADATA, url, f'\n    op.execute("""{ONLY_ADD}""")\n')
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    _main(sys.argv[1:])
