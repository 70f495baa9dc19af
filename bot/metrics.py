"""What the process counts about itself, for Prometheus. ``bot.monitoring`` serves it.

Names follow https://prometheus.io/docs/practices/naming/; no label names a person, a server or what was asked.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY: Final = CollectorRegistry()

QUESTIONS: Final = Counter("daily_papers_questions", "Questions by their outcome", ["outcome"], registry=REGISTRY)
SECONDS: Final = Histogram(
    "daily_papers_event_seconds",
    "Seconds from the arrival of a command, press, form or message until it was dealt with",
    ["kind"],
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 30),
    registry=REGISTRY,
)
REFUSALS: Final = Counter("daily_papers_refusals", "Refusals in words, by their reason", ["reason"], registry=REGISTRY)
DEFECTS: Final = Counter("daily_papers_defects", "Errors that are defects of the program", registry=REGISTRY)

INSIDE: Final = Gauge("daily_papers_places_taken", "People who wait or are being answered", registry=REGISTRY)
QUEUE: Final = Gauge("daily_papers_queue_length", "People who wait for their turn", registry=REGISTRY)
DELIVERIES: Final = Gauge(
    "daily_papers_deliveries", "Deliveries by kind and state", ["kind", "state"], registry=REGISTRY
)
JOB_RUN: Final = Gauge(
    "daily_papers_job_last_run_timestamp_seconds", "When a background job last began", ["job"], registry=REGISTRY
)
JOB_FAILURES: Final = Gauge("daily_papers_job_failures", "Failed runs of a job in a row", ["job"], registry=REGISTRY)
SOURCE_AGE: Final = Gauge(
    "daily_papers_source_age_seconds", "Seconds since a source was last read", ["source"], registry=REGISTRY
)
LATENCY: Final = Gauge("daily_papers_gateway_latency_seconds", "Of the last heartbeat to Discord", registry=REGISTRY)
READY: Final = Gauge("daily_papers_ready", "Whether the bot is connected to Discord", registry=REGISTRY)
