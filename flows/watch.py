"""The flow ``watch``: looks whether articles came, changed or went, and ingests only then.

To be scheduled every minute or so: a look at a folder in which nothing changed reads no article and writes nothing.
"""

from __future__ import annotations

from prefect import flow
from prefect.logging import get_run_logger

from flows.ingest import Parameters, ingest
from pipeline import ingest as steps
from pipeline.ingest import Summary, seen
from pipeline.storage import place_of


@flow(name="watch", flow_run_name="watch for {parameters.out}", persist_result=False)
def watch(parameters: Parameters) -> Summary | None:
    """Ingest if anything changed since the last look that ended well; what came of it, or nothing."""
    out = place_of(parameters.out)
    job = steps.prepare(parameters.sources, out, parameters.names, batch_size=parameters.batch_size)
    state = seen.state_of(job)
    if seen.is_seen(out, state) and not parameters.full_refresh:
        get_run_logger().info("nothing has changed since the last look")
        return None
    summary = ingest(parameters)
    seen.remember(out, state, summary.version)
    return summary
