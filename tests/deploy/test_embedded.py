"""The embedded servers: each service's role opens its own database and nothing else."""

from __future__ import annotations

import os

import psycopg
import pytest
import redis

from deploy.embedded import databases
from deploy.embedded.postgres import Cluster
from tests.support.servers import Servers

READER, WRITER = (f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}" for name in ("reader", "writer"))
PASSWORDS = {READER: "r" * 40, WRITER: "w" * 40}


@pytest.fixture(scope="module")
def cluster(servers: Servers) -> Cluster:
    cluster = servers.postgres()
    for role, password in PASSWORDS.items():
        databases.ensure(cluster.conninfo(), role, password)
    return cluster


def connect(cluster: Cluster, role: str, database: str, password: str | None = None) -> psycopg.Connection:
    said = password or PASSWORDS[role]
    return psycopg.connect(host="127.0.0.1", port=cluster.port, user=role, password=said, dbname=database)


def test_a_role_opens_its_own_database(cluster: Cluster) -> None:
    with connect(cluster, READER, READER) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (READER,)


@pytest.mark.parametrize("database", [WRITER, "postgres", "template1"], ids=["another", "postgres", "template1"])
def test_a_role_opens_no_other_database(cluster: Cluster, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(cluster, READER, database)


def test_nobody_is_trusted_without_the_password(cluster: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(cluster, READER, READER, "w" * 40)


def test_making_the_databases_again_changes_the_password_and_keeps_the_rest(cluster: Cluster) -> None:
    with connect(cluster, READER, READER) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
    databases.ensure(cluster.conninfo(), READER, "n" * 40)
    with connect(cluster, READER, READER, "n" * 40) as connection:
        connection.execute("SELECT * FROM kept")
    databases.ensure(cluster.conninfo(), READER, PASSWORDS[READER])


def test_a_station_cannot_be_booked_twice_needs_btree_gist(cluster: Cluster) -> None:
    with connect(cluster, WRITER, WRITER) as connection:
        booking = (
            "CREATE TEMP TABLE b (station int, during tstzrange, EXCLUDE USING gist (station WITH =, during WITH &&))"
        )
        connection.execute(booking.encode())


def test_the_broker_asks_for_its_password_and_evicts_nothing(servers: Servers) -> None:
    server = servers.valkey()
    with redis.Redis(port=server.port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    with redis.Redis.from_url(server.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}
