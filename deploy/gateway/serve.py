"""The gateway as a process."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from deploy import system, wsgi
from deploy.demo.clock import move
from deploy.demo.doors import KeptDoors
from deploy.folder import data_folder
from deploy.gateway.app import create
from deploy.gateway.pages import Demonstration
from deploy.gateway.proxy import Gateway
from deploy.mail.box import Box
from services.contract import app as contract
from shared import log
from shared.events import SERVICES

THREADS = 16


def serve() -> None:
    """Serve at the public address, until told to stop."""
    log.configure("gateway", "web")
    config = system.config_of("contract")
    address = urlsplit(config.public_url)
    wsgi.serve(_make, f"127.0.0.1:{address.port or 80}", THREADS)


def _make() -> Gateway:
    environ, config = system.environment("contract", os.environ), system.config_of("contract")
    urls = {service: environ[f"SAMKONTRAKT_{service.upper()}_URL"] for service in SERVICES}
    return create(contract.make(config), urls, _demonstration() if config.demo else None)


def _demonstration() -> Demonstration:
    folder = data_folder()
    folder.create()
    return Demonstration(KeptDoors(folder.doors), Box(folder.mail), move)
