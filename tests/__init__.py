"""The tests, and what the toys in them may do: toys stand in no table of the product's."""

from shared.rights import TABLE, Row

TABLE.update(
    {
        ("toy", "read"): Row(frozenset({"patient", "contact"}), "toy"),
        ("toy", "change"): Row(frozenset({"patient"}), "toy"),
        ("toy", "break"): Row(frozenset({"patient"}), "toy"),
        ("toy", "ask"): Row(frozenset({"signed_in"}), "toy"),
        ("diary", "read"): Row(frozenset({"patient"}), "toy"),
        ("diary", "write"): Row(frozenset({"patient"}), "toy"),
        ("test", "handle"): Row(frozenset({"service"}), "toy"),
        ("trace", "leave"): Row(frozenset({"service"}), "toy"),
        ("bench", "handle"): Row(frozenset({"service"}), "toy"),
        ("x", "y"): Row(frozenset({"operator"}), "toy"),
    }
)
