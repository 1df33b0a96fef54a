"""The bugs that are planted: what is put where, the test that must fail of it, and what it says then."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import commonpath

from lxml import etree

BUS = "tests/shared/bus/test_bus.py"
RELAY = "tests/shared/bus/test_relay.py"
FORMS = "tests/services/contract/test_texts_of_forms.py"
LOG = "tests/shared/audit"
OIDC = "tests/services/contract/signin/oidc/test_oidc.py"
STEP_UP = "tests/shared/web/test_stepup.py"
CODES = "tests/services/contract/signin/codes/test_codes.py"
GLASS = "tests/services/contract/break_glass/test_break_glass.py"
BLOCKS = "tests/services/contract/blocks/test_blocks.py"
LEDGER = "tests/services/notify/delivery/test_ledger.py"
DOORS = "tests/services/rights"
SELFCARE, NOTIFY = "tests/services/selfcare/rights", "tests/services/notify/rights"
CRASH = "tests/faults/test_crash_points.py::test_P3_P4_P10_P19_killed_at_every_crash_point_nothing_is_lost_and_nothing_said_twice"


@dataclass(frozen=True)
class Plant:
    """One bug: what is replaced where, each text exactly once there, the test that must fail of it and what it says then."""

    name: str
    caught_by: str
    says: str
    changes: tuple[tuple[str, str, str], ...]

    @property
    def changes_tables(self) -> bool:
        """Whether the databases of the sound source are not those of this one."""
        return any("/migrations/" in place or place.endswith("tables.py") for place, _, _ in self.changes)

    def minds(self, other: Plant) -> bool:
        """Whether the two can't be planted together: the bus is under everything, and a failure must say which bug it is."""
        catching = self.caught_by, other.caught_by
        if any(one.startswith(("tests/shared/bus", "tests/faults")) for one in catching):
            return True
        same_files = {place for place, _, _ in self.changes} & {place for place, _, _ in other.changes}
        return bool(same_files) or commonpath(catching) in catching

    def is_caught_by(self, case: etree._Element) -> bool:
        """Whether it is its own test that ``case`` of a run's report tells of."""
        file, _, name = self.caught_by.partition("::")
        module = file.removesuffix(".py").replace("/", ".")
        return case.get("classname", "").startswith(module) and case.get("name", "").startswith(name)


PLANTS = [
    Plant(
        "a block is never lifted",
        f"{BLOCKS}::test_B10_a_block_is_made_in_one_touch_kept_with_its_days_and_told_in_both_languages",
        "Lifted before",
        (("services/contract/blocks/actions.py", "        block.ends = ctx.now\n", "        pass\n"),),
    ),
    Plant(
        "a block lets in who was a contact lately",
        f"{BLOCKS}::test_B10_P35_who_works_at_a_blocked_unit_reads_no_more_from_the_next_request_on_and_again_when_it_is_lifted",
        "not even for a while",
        (
            (
                "shared/register/blocks.py",
                "roles_ended=facts.roles_ended | frozenset(shut_out),",
                "roles_ended=facts.roles_ended,",
            ),
        ),
    ),
    Plant(
        "a block keeps out who works elsewhere too",
        f"{BLOCKS}::test_B10_somebody_who_works_at_another_unit_too_acts_from_there",
        "errors.Refused",
        (("shared/register/blocks.py", "if at <= units)", "if at & units)"),),
    ),
    Plant(
        "a block leaves nobody to turn to",
        f"{BLOCKS}::test_B4_K_the_patient_is_told_what_to_do_first",
        "'End the agreement first' in",
        (
            (
                "services/contract/blocks/domain.py",
                "if any(facts.unit.unit_id == unit_id for facts in covers):",
                "if unit_id in ():",
            ),
        ),
    ),
    Plant(
        "an emergency opens everybody's pages",
        f"{GLASS}::test_B10_point_3_with_a_reason_one_patients_pages_open_to_read_for_an_hour",
        "one patient, no other",
        (
            (
                "shared/relations.py",
                "return glass.patient_id == patient and (",
                "return (",
            ),
        ),
    ),
    Plant(
        "an emergency outlives the role",
        f"{GLASS}::test_B10_point_3_it_ends_with_the_role_and_with_the_next_patient",
        "a role elsewhere is not the one it was opened in",
        (
            (
                "shared/relations.py",
                "return glass if glass and glass.unit_id in at_work(ctx.viewer.roles) else None",
                "return glass",
            ),
        ),
    ),
    Plant(
        "an emergency never ends",
        f"{GLASS}::test_B10_point_3_a_unit_says_how_long_and_never_more_than_an_hour",
        "assert not True",
        (
            (
                "shared/register/store.py",
                "glass.c.person_id == person_id, glass.c.until > at)",
                "glass.c.person_id == person_id)",
            ),
        ),
    ),
    Plant(
        "the log forgets in which emergency",
        f"{GLASS}::test_B10_point_3_all_that_was_opened_stands_in_the_log_as_an_emergency_and_the_patient_reads_why",
        "opened, read",
        (("shared/relations.py", "    ctx.glasses[patient] = glass\n", ""),),
    ),
    Plant(
        "no inbox check",
        f"{BUS}::test_P20_a_stream_read_afresh_handles_nothing_twice",
        "assert 2 == 1",
        (
            (
                "services/notify/migrations/0001_first_tables.py",
                "    sa.UniqueConstraint('event_id', name=op.f('uq_inbox_event_id')),\n",
                "",
            ),
            (
                "shared/bus/tables.py",
                '    sa.Column("generation", sa.Integer, nullable=False),\n'
                '    sa.Column("seq", sa.BigInteger, nullable=False),\n'
                '    sa.Column("event_id", sa.Uuid, nullable=False, unique=True),\n',
                '    sa.Column("generation", sa.Integer, nullable=False),\n'
                '    sa.Column("seq", sa.BigInteger, nullable=False),\n'
                '    sa.Column("event_id", sa.Uuid, nullable=False),\n',
            ),
        ),
    ),
    Plant(
        "cursor moved before the events are committed",
        f"{CRASH}[inbox.written]",
        "not settled",
        (
            (
                "shared/bus/inbox.py",
                "if where(session, stream, lock=True) != asked:",
                "if where(session, stream) != asked:",
            ),
            (
                "shared/bus/inbox.py",
                "        session.execute(sa.update(cursor).where(cursor.c.stream == stream).values(gap_since=None, **values))\n",
                "        with database.begin() as early:\n"
                "            early.execute(sa.update(cursor).where(cursor.c.stream == stream).values(gap_since=None, **values))\n",
            ),
        ),
    ),
    Plant(
        "outbox written after the commit",
        f"{CRASH}[act.committed]",
        "not everything got a number",
        (
            (
                "services/selfcare/reminders/claim/actions.py",
                "        outbox.record(ctx.session, service.sealer, [event for row in rows for event in _facts(row, ctx.now)])\n",
                "        events = [event for row in rows for event in _facts(row, ctx.now)]\n",
            ),
            (
                "services/selfcare/reminders/claim/actions.py",
                '    crash.here("act.committed")\n',
                '    crash.here("act.committed")\n'
                "    with service.act() as ctx:\n"
                "        outbox.record(ctx.session, service.sealer, events)\n",
            ),
        ),
    ),
    Plant(
        "outbox written outside the business transaction",
        f"{BUS}::test_P2_an_event_of_a_rolled_back_change_is_never_told",
        "== []",
        (
            (
                "shared/service.py",
                "        outbox.record(session, self.sealer, [event])\n",
                "        with self.database.begin() as other:\n"
                "            outbox.record(other, self.sealer, [event])\n",
            ),
        ),
    ),
    Plant(
        "a lease is never fenced",
        f"{LEDGER}::test_P10_a_stale_token_can_mark_nothing",
        "[Settled(",
        (
            (
                "services/notify/delivery/sending/store.py",
                "WHERE delivery.id = ending.id AND delivery.claim_token = :token AND delivery.state = 'claimed'",
                "WHERE delivery.id = ending.id AND CAST(:token AS uuid) IS NOT NULL",
            ),
        ),
    ),
    Plant(
        "marked before sending",
        f"{CRASH}[letter.allowed]",
        "[] == [True]",
        (
            (
                "services/notify/delivery/sending/window/actions.py",
                "        deadline = self._lease.total_seconds() * WINDOW\n",
                "        deadline = self._lease.total_seconds() * WINDOW\n"
                "        self._write_down([_ending(one, Outcome(Fate.ACCEPTED)) for one in held])\n",
            ),
        ),
    ),
    Plant(
        "an exception is swallowed in a batch",
        f"{BUS}::test_P21_a_poison_event_parks_its_aggregate_only",
        "assert [UUID(",
        (
            (
                "shared/bus/handling.py",
                "        handler(session, *events.values())\n",
                "        try:\n            handler(session, *events.values())\n        except Exception:\n            pass\n",
            ),
        ),
    ),
    Plant(
        "attempts are not counted first",
        f"{BUS}::test_P4_P21_a_handler_that_kills_its_process_parks_its_aggregate_only",
        "and the other aggregate is done",
        (
            ("shared/bus/handling.py", '{"attempts": inbox.c.attempts + 1, ', '{"attempts": inbox.c.attempts, '),
            ("shared/bus/handling.py", '{**vars(row), "attempts": row.attempts + 1}', "{**vars(row)}"),
        ),
    ),
    Plant(
        "two leaders, for the lock is not asked",
        f"{RELAY}::test_fault_31_of_two_relays_one_leads_and_the_other_takes_over_when_it_is_gone",
        "two lead",
        (("shared/bus/relay.py", "        if not row or not row[0]:\n", "        if not row:\n"),),
    ),
    Plant(
        "two leaders, for numbers are not fenced",
        f"{BUS}::test_P19_a_deposed_leader_numbers_nothing",
        "assert 1 == 0",
        (("shared/bus/outbox.py", "WHERE name = :stream AND leader = :leader", "WHERE name = :stream"),),
    ),
    Plant(
        "who stands in outlives its relay",
        "tests/faults/test_crash_points.py::test_fault_1_who_stands_in_for_the_worker_ends_with_the_relay",
        "it works on, for nobody",
        (("shared/bus/standing_in.py", " and (relay is None or relay.is_alive())", ""),),
    ),
    Plant(
        "what somebody wrote is taken for markup",
        f"{FORMS}::test_C_what_is_written_in_a_field_is_kept_and_shown_as_it_was_written_or_refused",
        "markup that is not ours",
        (
            (
                "services/contract/agreement/keeping/templates/keeping/one.html",
                "<q>{{ row.words }}</q>",
                "<q>{{ row.words|safe }}</q>",
            ),
        ),
    ),
    Plant(
        "a row of the access log is left out of the chain",
        f"{LOG}/test_verifying.py::test_P34_what_nobody_touched_is_clean",
        "<Broken.ADDED: 'added'>",
        (("shared/audit/chaining.py", "enumerate(entries, seq + 1)", "enumerate(entries[1:], seq + 1)"),),
    ),
    Plant(
        "a link of the access log knows nothing of the one before",
        f"{LOG}/test_verifying.py::test_P34_a_chain_made_anew_is_found_by_the_head_that_was_signed",
        "<Broken.REWRITTEN: 'rewritten'>",
        (("shared/audit/domain.py", "sha256(before + canonical(entry))", "sha256(canonical(entry))"),),
    ),
    Plant(
        "the report of who has looked is everybody's",
        f"{LOG}/test_looked.py::test_B8_only_the_patient_reads_it",
        "another patient's log",
        (("shared/audit/looked/store.py", ".where(log.patient_id == patient_id)\n    if", "\n    if"),),
    ),
    Plant(
        "any nonce will do",
        f"{OIDC}::test_P38_a_token_that_is_not_for_this_round_opens_nothing",
        "{'nonce': 'another'}",
        (
            ("services/contract/signin/oidc/peer/actions.py", '"nonce": {"essential": True, "value": nonce},', ""),
            ("services/contract/signin/oidc/peer/actions.py", 'params = {"nonce": nonce, ', "params = {"),
        ),
    ),
    Plant(
        "a round lets somebody in twice",
        f"{OIDC}::test_a_round_opens_one_session_even_where_the_provider_takes_its_code_twice",
        "assert 303 == 403",
        (("services/contract/signin/oidc/store.py", ".one_or_none() is not None", ".all() is not None"),),
    ),
    Plant(
        "an answer to another browser's round is taken",
        f"{OIDC}::test_another_browser_can_not_end_a_round_so_nobody_is_signed_in_as_somebody_else",
        "took too long",
        (("services/contract/signin/oidc/pages.py", "if asked and asked.is_answered_by(key, ", "if (key, "),),
    ),
    Plant(
        "a provider's secret goes wherever its description says",
        f"{OIDC}::test_a_secret_never_goes_to_a_host_that_is_not_the_providers",
        "assert ['/token'] == []",
        (("services/contract/signin/oidc/line/actions.py", "if not self._provider.may_call(url):", "if not url:"),),
    ),
    Plant(
        "signing in once more is asked of pages alone, not of forms",
        f"{STEP_UP}::test_a_form_is_kept_and_not_done",
        "'/notify/family'",
        (
            (
                "shared/web/stepup.py",
                "if not declared.fresh or ctx.viewer.vouched:",
                'if not declared.fresh or ctx.viewer.vouched or request.method == "POST":',
            ),
        ),
    ),
    Plant(
        "signing in once more is not asked where a script asks for a part",
        f"{STEP_UP}::test_a_part_of_a_page_sends_the_whole_page_to_sign_in",
        "assert (200",
        (
            (
                "shared/web/stepup.py",
                "if not declared.fresh or ctx.viewer.vouched:",
                'if not declared.fresh or ctx.viewer.vouched or "HX-Request" in request.headers:',
            ),
        ),
    ),
    Plant(
        "a provider need not have seen anew who signs in once more",
        f"{OIDC}::test_a_provider_that_did_not_see_them_anew_vouches_for_nobody",
        "assert 303 == 403",
        (("services/contract/signin/oidc/domain.py", "if since and (told is None or told < since):", "if since < 0:"),),
    ),
    Plant(
        "a wrong guess does not count",
        f"{CODES}::test_P39_the_fifth_wrong_guess_is_the_last",
        "assert [False",
        (("services/contract/signin/codes/actions.py", "    asked.tries += 1\n", ""),),
    ),
    Plant(
        "a code opens in any browser",
        f"{CODES}::test_another_browser_can_not_use_a_code_that_it_did_not_ask_for",
        "assert 303 == 422",
        (
            (
                "services/contract/signin/codes/store.py",
                "sa.select(SigninCode).where(SigninCode.browser_hash == browser_hash)",
                "sa.select(SigninCode)",
            ),
        ),
    ),
    Plant(
        "nobody waits who asks again and again",
        f"{CODES}::test_P39_who_asks_again_and_again_waits_and_is_told_until_when",
        "303, 303, 303, 303",
        (("services/contract/signin/throttle/actions.py", "        return longest\n", "        pass\n"),),
    ),
    Plant(
        "a patient's times are everybody's own",
        f"{DOORS}/test_outsider.py::test_P32_an_outsider_reads_nothing_and_changes_nothing_and_is_noted[selfcare-another patient]",
        "GET /selfcare/times/<uuid:patient_id>",
        (
            (
                "services/selfcare/reminders/times/pages.py",
                "return Subject(patient_id=patient_id, scope=actions.SEE) if known else None",
                "return Subject(patient_id=ctx.viewer.person_id, scope=actions.SEE) if known else None",
            ),
        ),
    ),
    Plant(
        "a time at a ward whose name tells too much is called what it is",
        f"{SELFCARE}/test_leaks.py",
        "Du \u00e5ker hem",
        (
            (
                "services/selfcare/reminders/times/actions.py",
                "replace(one, kind=kinds.get(one.unit_id, one.kind))",
                "replace(one, kind=one.kind)",
            ),
        ),
    ),
    Plant(
        "what somebody let others do outlives them",
        f"{SELFCARE}/test_changes.py::test_K17_what_is_a_dead_persons_is_shut_to_their_session_and_to_whoever_helped_them",
        "a helper of somebody who has died",
        (
            (
                "shared/register/grants.py",
                "sa.or_(ends.is_(None), ends > at), _patient_lives()",
                "sa.or_(ends.is_(None), ends > at)",
            ),
        ),
    ),
    Plant(
        "a question is read by whoever may ask for the patient",
        f"{DOORS}/test_every_door.py::test_P32_some_are_let_in_exactly_where_the_table_says[notify-a helper with every scope]",
        "GET /notify/my/requests/<uuid:request_id>",
        (
            (
                "services/notify/requests/mine/store.py",
                "if row is None or viewer not in (row.patient_id, row.asked_by):",
                "if row is None:",
            ),
        ),
    ),
    Plant(
        "patients read what colleagues wrote to each other",
        f"{NOTIFY}/test_leaks.py",
        "canary words between colleagues",
        (
            (
                "services/notify/requests/mine/pages.py",
                "requests.messages(ctx.session, row.id, internal=False)",
                "requests.messages(ctx.session, row.id, internal=True)",
            ),
        ),
    ),
    Plant(
        "a service reads another's stream",
        f"{DOORS}/test_outsider.py::test_P40_a_stolen_token_reads_nothing_and_changes_nothing_and_is_noted[notify-contract]",
        "internal/v1/streams/<stream>",
        (("shared/web/feed.py", "if stream != outbox.stream_name(ctx.service, ctx.viewer.name):", "if not stream:"),),
    ),
]
