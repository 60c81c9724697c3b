"""Opens a session with the deployment that the settings name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from api_spec import Spec, load_spec
from contract_tests.baseline import Baseline, read_baseline
from contract_tests.bundled import bundled_mock
from contract_tests.exchange import Credentials, Exchange, Secret
from contract_tests.known import read_known
from contract_tests.permission import permission_of
from contract_tests.profile import PROFILES
from contract_tests.recording import Recording, read_har
from contract_tests.rules import JUDGES
from contract_tests.run import Reporter, Run, rules_to_judge
from contract_tests.settings import Settings
from contract_tests.survey import Survey
from contract_tests.target import Known, Target
from contract_tests.transport import Transport


class UsageError(Exception):
    """The settings do not fit together. Its text says what to give."""


def read_spec(settings: Settings) -> Spec:
    """The contract to judge by. Raises SpecError, and UsageError for an operation that it lacks."""
    spec = load_spec(settings.spec)
    ids = [operation.id for operation in spec.operations]
    for wanted in settings.operations:
        if wanted not in ids:
            near = get_close_matches(wanted, ids, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise UsageError(f"--operation: no operation {wanted!r}. Known: {', '.join(ids)}.{hint}")
    for rule in spec.rules:
        if rule.id not in JUDGES:
            near = get_close_matches(rule.id, JUDGES, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise spec.document.error(rule.pointer, f"nothing judges the rule {rule.id!r}{hint}")
    return spec


@contextmanager
def opened(settings: Settings, reporters: Sequence[Reporter] = ()) -> Iterator[Run]:
    """A run that is ready to judge, for as long as the block runs.

    Raises UsageError, SpecError or FileError for what cannot be used, MockFailed when the bundled mock does not start.
    """
    spec = read_spec(settings)
    baseline = read_baseline(settings.baseline, spec) if settings.baseline else Baseline()
    with _target(settings) as target:
        permission = permission_of(settings, spec)
        transport = Transport(
            target.base_url,
            timeout=settings.timeout,
            rate=settings.rate,
            connections=settings.concurrency,
            writes=permission.granted,
        )
        survey = Survey(
            spec,
            target,
            transport.send,
            PROFILES[settings.profile],
            operations=settings.operations,
            seed=settings.seed,
            concurrency=settings.concurrency,
            heard=_telling(reporters),
            permission=permission,
            announce=_announce if settings.base_url else None,
        )
        rules = rules_to_judge(spec, settings.operations)
        run = Run(spec, target, settings, survey, rules, reporters, baseline, renew=transport.renew)
        try:
            yield run
        finally:
            _put_back(run)
            survey.close()
            transport.close()


def _announce(changed: Sequence[str], deleted: Sequence[str]) -> None:
    """Say on standard error what is about to be written to."""
    told = f"writes to these invoices, and puts them back: {', '.join(changed)}"
    if deleted:
        told += f"; deletes for good: {', '.join(deleted)}"
    _tell(told)


def _tell(text: str) -> None:
    start = "\r\033[K" if sys.stderr.isatty() else ""  # where a progress line may stand
    sys.stderr.write(f"{start}dcycle-contract: {text}\n")
    sys.stderr.flush()


def _put_back(run: Run) -> None:
    """Put back what a run changed, if it has not done so itself, and say what could not be."""
    try:
        run.put_back()
    finally:
        for request in run.survey.writing.owed():
            _tell(f"not put back; this would: {request.curl(run.target.base_url)}")


def _telling(reporters: Sequence[Reporter]) -> Callable[[Exchange], None]:
    def tell(exchange: Exchange) -> None:
        for reporter in reporters:
            reporter.heard(exchange)

    return tell


@contextmanager
def _target(settings: Settings) -> Iterator[Target]:
    told = read_known(settings.known) if settings.known else None
    if settings.base_url is None:
        if settings.organization_id or settings.api_key:
            raise UsageError("Credentials without a deployment. Name it with --base-url or DCYCLE_BASE_URL.")
        with bundled_mock(settings.spec) as target:
            yield replace(target, known=_with_ids(told or target.known, settings))
        return
    if not settings.organization_id:
        raise UsageError("No organization. Name it with --organization-id or DCYCLE_ORGANIZATION_ID.")
    if not settings.api_key:
        raise UsageError("No API key. Set DCYCLE_API_KEY, or give --api-key.")
    credentials = Credentials(settings.organization_id, Secret(settings.api_key, "$DCYCLE_API_KEY"))
    yield Target(settings.base_url, credentials, _with_ids(told or Known(), settings))


def _with_ids(known: Known, settings: Settings) -> Known:
    """The known facts, with the invoices of the settings before their own."""
    return replace(
        known,
        invoice_ids=tuple(dict.fromkeys((*settings.invoice_ids, *known.invoice_ids))),
        expendable=tuple(dict.fromkeys((*settings.expendable_invoice_ids, *known.expendable))),
    )


def recorded(path: Path, settings: Settings, reporters: Sequence[Reporter] = ()) -> Run:
    """A run over recorded traffic. Raises UsageError, SpecError or FileError for what cannot be used."""
    spec = read_spec(settings)
    baseline = read_baseline(settings.baseline, spec) if settings.baseline else Baseline()
    known = read_known(settings.known) if settings.known else Known()
    target, exchanges = read_har(path, spec, known)
    survey = Recording(spec, target, exchanges, settings.operations)
    return Run(spec, target, settings, survey, rules_to_judge(spec, settings.operations), reporters, baseline)
