"""``keys``: new secrets without anybody being signed out."""

from __future__ import annotations

import os

import click

from deploy.cli.base import Commands, say
from deploy.folder import data_folder
from deploy.trouble import Trouble
from shared.policy import Who, policy


@click.group(cls=Commands)
def keys() -> None:
    """Replace the secrets by which sessions are signed, forms are known and the services trust each other."""


@keys.command()
@policy("keys", "rotate", Who.OPERATOR)
def rotate() -> None:
    """Replace every secret by a new one while the system works.

    Nobody is signed out. The secrets of before are still known, so that what was signed or sealed with them opens;
    those of before the last rotation are not. A system named by the environment is rotated by hand: README.md says how.
    """
    from deploy import rotation

    _here()
    rotation.rotate(data_folder(), say)


@keys.command()
@policy("keys", "forget", Who.OPERATOR)
def forget() -> None:
    """Know only the newest secrets from now on, when an older one is in wrong hands.

    Answer links in messages sent before the last rotation no longer open, nor do events told before it.
    """
    from deploy import rotation

    _here()
    rotation.forget(data_folder(), say)


def _here() -> None:
    from deploy import system

    if not system.is_here(os.environ):
        raise Trouble("this system has its secrets from the environment: README.md says how they are rotated there")
