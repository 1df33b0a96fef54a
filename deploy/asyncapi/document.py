"""The AsyncAPI 3 document: a channel per stream, a message per event and reader, the token that opens a stream."""

from __future__ import annotations

from typing import Any

from deploy.asyncapi import schemas
from shared.bus import envelope
from shared.bus.client import feed_path
from shared.bus.outbox import streams_from
from shared.events import EVENTS, SERVICES, Event

ABOUT = (
    "Facts that the services tell each other. A stream is read, never pushed: GET the channel's address with the number "
    "of the last event stored and its id; asking is the confirmation. The answer is a CloudEvents 1.0 batch in JSON, "
    "events in the order of their numbers, at most `limit` of them. 409: the producer no longer has that event (it was "
    "restored); read from 0 again and recognise events by their id. `data` travels sealed with the secret of the pair; "
    "the payloads here are what is inside. Readers pass over fields they do not know; another meaning is another version."
)
QUERY = {
    "type": "object",
    "properties": {
        "after": {"type": "integer", "minimum": 0, "description": "The number of the last event stored; 0 at first."},
        "last": {"type": "string", "format": "uuid", "description": "The id of that event."},
        "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
    },
}


def document() -> dict[str, Any]:
    """The whole document, ready for JSON; the same for the same event classes."""
    streams = [stream for service in SERVICES for stream in streams_from(service)]
    told = {stream: _told(stream) for stream in streams}
    messages = {_name(event, stream): _message(event, stream) for stream in streams for event in told[stream]}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Samkontrakt: what the services tell each other", "version": "1.0.0", "description": ABOUT},
        "defaultContentType": "application/json",
        "servers": {service: _server(service) for service in SERVICES},
        "channels": {stream: _channel(stream, told[stream]) for stream in streams},
        "operations": {name: operation for stream in streams for name, operation in _operations(stream)},
        "components": {
            "messages": messages,
            "messageTraits": {"cloudevent": {"headers": _attributes()}},
            "schemas": schemas.parts(list(EVENTS.values())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "For this stream and one minute, signed with the secret of the pair.",
                }
            },
        },
    }


def _told(stream: str) -> list[type[Event]]:
    producer, reader = stream.split(".")
    return [e for name, e in sorted(EVENTS.items()) if name.split(".")[2] == producer and reader in e.readers]


def _name(event: type[Event], stream: str) -> str:
    return f"{event.type}.for.{stream.split('.')[1]}"


def _message(event: type[Event], stream: str) -> dict[str, Any]:
    payload = schemas.of_event(event, stream.split(".")[1])
    return {
        "name": event.type,
        "summary": payload["description"],
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": payload,
    }


def _server(service: str) -> dict[str, Any]:
    return {
        "host": f"{{{service}}}",
        "protocol": "http",
        "description": f"The web role of {service}, inside: no gateway passes these addresses on.",
        "variables": {service: {"default": service, "description": "Its host and port."}},
        "security": [{"$ref": "#/components/securitySchemes/token"}],
    }


def _channel(stream: str, events: list[type[Event]]) -> dict[str, Any]:
    producer, reader = stream.split(".")
    names = [_name(event, stream) for event in events]
    return {
        "address": feed_path(stream),
        "description": f"What {producer} tells {reader}.",
        "servers": [{"$ref": f"#/servers/{producer}"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
    }


def _operations(stream: str) -> list[tuple[str, dict[str, Any]]]:
    producer, reader = stream.split(".")
    channel = {"channel": {"$ref": f"#/channels/{stream}"}}
    http = {"bindings": {"http": {"method": "GET", "query": QUERY, "bindingVersion": "0.3.0"}}}
    return [
        (f"{stream}.tell", {"action": "send", **channel, "summary": f"{producer} tells {reader}."}),
        (f"{stream}.hear", {"action": "receive", **channel, "summary": f"{reader} reads {producer}.", **http}),
    ]


def _attributes() -> dict[str, Any]:
    """The CloudEvents attributes of every event, beside its data."""
    text = {"type": "string", "minLength": 1}
    attributes: dict[str, dict[str, Any]] = {
        "specversion": {"type": "string", "const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"type": "string", "enum": [f"/{service}" for service in SERVICES]},
        "type": text,
        "subject": {**text, "description": "The thing it is about: events of one subject are handled in their order."},
        "time": {"type": "string", "format": "date-time"},
        "sequence": {"type": "string", "pattern": "^[0-9]{20}$", "description": "Its number, without gaps from 1."},
        "datacontenttype": {"type": "string", "const": envelope.SEALED},
    }
    return {"type": "object", "properties": attributes, "required": list(attributes)}
