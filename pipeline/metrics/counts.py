"""What only ever grows: how often, how long, how many bytes."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from pipeline.integrations import frameio_calls
from pipeline.models import Tally, UploadJob
from pipeline.tallies import UP_TO

State = UploadJob.State
What = Tally.What

RESULTS = [State.DONE, State.FAILED, State.CANCELLED]
ERRORS = [*UploadJob.Hold.values, "temporary", "permanent", "database", "unexpected"]
RENEWALS = ("POST /ims/token/v3 refresh_token", "POST /ims/token/v3 client_credentials")


def of_jobs() -> Iterator[Metric]:
    rows = {(row.what, row.label, row.up_to): row for row in Tally.objects.all()}

    def times(what: What, label: str = "", up_to: str = "") -> int:
        row = rows.get((what, label, up_to))
        return row.times if row else 0

    durations = [row for row in rows.values() if row.what == What.DURATION]
    took = HistogramMetricFamily(
        "postflow_upload_duration_seconds",
        "From the start of an upload's last attempt to its arrival.",
    )
    took.add_metric(
        [],
        _buckets(UP_TO, {row.up_to: row.times for row in durations}),
        sum(row.amount for row in durations),
    )
    yield took

    uploads = CounterMetricFamily(
        "postflow_uploads", "Uploads that came to an end, by how.", labels=["result"]
    )
    for state in RESULTS:
        uploads.add_metric([state], times(What.MOVE, state))
    yield uploads

    processed = times(What.MOVE, State.DONE) + times(What.MOVE, State.FAILED)
    yield CounterMetricFamily(
        "postflow_files_processed", "Files that arrived or failed.", value=processed
    )
    errors = CounterMetricFamily(
        "postflow_errors",
        "Attempts that were held, tried again or given up, by why.",
        labels=["type"],
    )
    for kind in ERRORS:
        errors.add_metric([kind], times(What.ERROR, kind))
    yield errors

    yield CounterMetricFamily(
        "postflow_lease_losses",
        "Uploads whose worker died or stood still.",
        value=times(What.LEASE_LOST),
    )
    arrived = rows.get((What.BYTES, "", ""))
    yield CounterMetricFamily(
        "postflow_uploaded_bytes",
        "Bytes that have arrived.",
        value=arrived.amount if arrived else 0,
    )


def of_calls() -> Iterator[Metric]:
    calls = frameio_calls.calls()
    yield _durations(calls)
    waited = CounterMetricFamily(
        "postflow_frameio_limit_wait_seconds",
        "What Frame.io's limits kept calls waiting before they were made.",
        labels=["operation"],
    )
    for operation in sorted({call.operation for call in calls}):
        alike = [call.waited for call in calls if call.operation == operation]
        waited.add_metric([operation], sum(alike))
    yield waited
    renewals = CounterMetricFamily(
        "postflow_token_refreshes", "New tokens asked of Adobe, by the answer.", labels=["result"]
    )
    answered = [call for call in calls if call.operation in RENEWALS]
    well = sum(call.number for call in answered if call.status == "200")
    renewals.add_metric(["success"], well)
    renewals.add_metric(["failure"], sum(call.number for call in answered) - well)
    yield renewals


def _durations(calls: Iterable[frameio_calls.Calls]) -> Metric:
    took = HistogramMetricFamily(
        "postflow_frameio_request_duration_seconds",
        "Calls to Frame.io's API and Adobe's login. Status none: there was no answer.",
        labels=["operation", "status"],
    )
    by_answer: dict[tuple[str, str], list[frameio_calls.Calls]] = {}
    for call in calls:
        by_answer.setdefault((call.operation, call.status), []).append(call)
    for (operation, status), alike in by_answer.items():
        numbers = {call.up_to: call.number for call in alike}
        took.add_metric(
            [operation, status],
            _buckets(frameio_calls.UP_TO, numbers),
            sum(call.seconds for call in alike),
        )
    return took


def _buckets(bounds: Iterable[str], numbers: Mapping[str, int]) -> list[tuple[str, float]]:
    """Each with all that are below it, as Prometheus wants them."""
    each = [(bound, numbers.get(bound, 0)) for bound in bounds]
    sums = accumulate(number for _bound, number in each)
    return [(bound, total) for (bound, _number), total in zip(each, sums, strict=True)]
