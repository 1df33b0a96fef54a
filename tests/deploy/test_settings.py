"""Settings: secrets are made once, ports are kept while they are free, each service is told its own things only."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import ports, settings, system
from deploy.folder import Folder, data_folder
from deploy.settings import Settings, prepare
from deploy.supervise.start import environment
from deploy.trouble import Trouble
from shared import config
from shared.events import SERVICES


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "data")
    folder.create()
    return folder


@pytest.fixture
def port() -> str:
    return str(ports.choose(["public"], {})["public"])


@pytest.fixture
def made(folder: Folder, port: str) -> Settings:
    return prepare(folder, {"SAMKONTRAKT_PORT": port})


@pytest.fixture
def taken(made: Settings) -> Iterator[int]:
    """A port of ours that another program has taken meanwhile."""
    with socket.create_server(("127.0.0.1", made.ports["valkey"])):
        yield made.ports["valkey"]


def test_a_second_start_finds_the_same_secrets_and_ports(made: Settings, folder: Folder, port: str) -> None:
    again = prepare(folder, {"SAMKONTRAKT_PORT": port})
    assert again.secrets == made.secrets
    assert again.ports == made.ports


def test_a_taken_port_is_chosen_anew_and_the_others_stay(made: Settings, taken: int, folder: Folder, port: str) -> None:
    again = prepare(folder, {"SAMKONTRAKT_PORT": port})
    assert again.ports["valkey"] != taken
    assert {name: n for name, n in again.ports.items() if name != "valkey"} == {
        name: n for name, n in made.ports.items() if name != "valkey"
    }


def test_a_taken_public_port_is_said_in_one_line_with_what_to_do(folder: Folder, made: Settings, taken: int) -> None:
    with pytest.raises(Trouble, match=rf"port {taken} is taken.*SAMKONTRAKT_PORT=\d+ make run"):
        prepare(folder, {"SAMKONTRAKT_PORT": str(taken)})


@pytest.mark.parametrize("said", ["", "http", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_none_is_refused(folder: Folder, said: str) -> None:
    with pytest.raises(Trouble, match="from 1 to 65535"):
        prepare(folder, {"SAMKONTRAKT_PORT": said})


def test_no_two_programs_get_one_port(made: Settings) -> None:
    assert len({made.public_port, *made.ports.values()}) == len(made.ports) + 1


def test_only_the_owner_reads_the_settings(made: Settings, folder: Folder) -> None:
    assert stat.S_IMODE(folder.settings.stat().st_mode) == 0o600


def test_secrets_are_not_shown_when_settings_are_printed(made: Settings) -> None:
    assert not any(secret in repr(made) for secret in made.secrets.values())


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_is_told_passes_its_own_judgement(made: Settings, service: str) -> None:
    judged = config.load(service, made.environment(service))
    assert judged.demo
    assert judged.public_url == made.public_url


def test_a_run_counts_what_is_asked_for_unless_it_is_told_how(made: Settings) -> None:
    made.folder.run.mkdir(parents=True, exist_ok=True)
    here = {"SAMKONTRAKT_DATA": str(made.folder.root)}
    for told, factor in (({}, 1), ({"SAMKONTRAKT_RATE_FACTOR": "100"}, 100), ({"SAMKONTRAKT_RATE_FACTOR": "0"}, 0)):
        passed_on = environment(made.folder, {**here, **told})
        assert system.config_of("contract", {**here, **passed_on}).rate_factor == factor


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_no_secret_of_the_others(made: Settings, service: str) -> None:
    told = json.dumps(made.environment(service))
    others = [s for s in SERVICES if s != service]
    foreign = [f"{other}_{part}" for other in others for part in ("database", "form_key", "audit_key")]
    foreign += [config.pair_name(*others), "postgres"]
    foreign += ["session_key"] if service != "contract" else []
    assert [name for name in foreign if made.secrets[name] in told] == []


def test_before_the_first_run_there_is_a_hint_instead_of_settings(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="make run"):
        settings.load(Folder(tmp_path / "nothing"))


def test_each_checkout_has_a_folder_of_its_own_in_the_users_share(tmp_path: Path) -> None:
    environ = {"XDG_DATA_HOME": str(tmp_path)}
    one, other = (data_folder(environ, tmp_path / name / "checkout", root=False).root for name in "ab")
    assert one.parent == other.parent == tmp_path / "samkontrakt"
    assert one != other
    assert one == data_folder(environ, tmp_path / "a" / "checkout", root=False).root


def test_root_keeps_its_data_where_the_database_server_may_go(tmp_path: Path) -> None:
    assert data_folder({}, tmp_path, root=True).root.is_relative_to("/var/lib/samkontrakt")


def test_the_environment_names_another_folder(tmp_path: Path) -> None:
    assert data_folder({"SAMKONTRAKT_DATA": str(tmp_path)}).root == tmp_path


def test_a_path_too_long_for_the_supervisors_socket_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="too long"):
        Folder(tmp_path / ("x" * 90)).create()


def test_a_folder_with_other_things_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letters").touch()
    with pytest.raises(Trouble, match="holds other things"):
        Folder(tmp_path).create()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert [one.name for one in tmp_path.iterdir()] == ["letters"]


def test_a_first_start_that_was_cut_short_may_begin_again(folder: Folder, port: str) -> None:
    (folder.root / "settings.new").write_text('{"public_port"')
    folder.logs.rmdir()
    folder.create()
    assert folder.logs.is_dir()
    made = prepare(folder, {"SAMKONTRAKT_PORT": port})
    (folder.root / "letters").touch()
    folder.create()
    assert settings.load(folder) == made
    assert {"letters", "settings.json"} <= {one.name for one in folder.root.iterdir()}
