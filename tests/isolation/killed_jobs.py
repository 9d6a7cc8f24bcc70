"""A worker to be killed: `python -m tests.isolation.killed_jobs` forks a process for each job named on its input.

The job's effect is one audit row for each of its steps, written slowly, so that a kill falls between them.
"""

from __future__ import annotations

import os
import sys
import time
from uuid import UUID

import django

STEPS, SECONDS_A_STEP = 5, 0.006
VERB = "test.step"


def main() -> None:
    django.setup()
    from tenants.access import SYSTEM
    from tenants.actions import audit
    from tenants.tasks import JobContext, run

    def body(context: JobContext) -> None:
        for step in range(STEPS):
            audit.record(by=SYSTEM, verb=VERB, detail={"job": str(context.job_id), "step": step})
            time.sleep(SECONDS_A_STEP)

    print("ready", flush=True)
    for line in sys.stdin:
        organisation, job = line.split()
        child = os.fork()
        if child == 0:
            over = run(body, UUID(organisation), UUID(job))
            os._exit(0 if over else 75)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
