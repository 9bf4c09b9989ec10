"""The table of all metrics, and their format for Prometheus. ``docs/reference/metrics.md`` is generated from
this table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

#: A sample of a metric: its labels by name, and its value.
Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``about`` is its help text. ``scope`` is ``service`` if every process shows the same value,
    and ``process`` if each process shows its own value."""

    name: str
    type: Literal["gauge", "counter"]
    unit: str
    scope: Literal["service", "process"]
    about: str
    labels: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Return the name that Prometheus sees, with the prefix of the service."""
        return f"storytroupe_{self.name}"

    def lines(self, samples: Iterable[Sample]) -> list[str]:
        """Return the metric in text format. ``samples`` may have their labels in any order."""
        found = [f"# HELP {self.full_name} {self.about}", f"# TYPE {self.full_name} {self.type}"]
        for labels, value in samples:
            named = ",".join(f'{label}="{labels[label]}"' for label in self.labels)
            found.append(f"{self.full_name}{{{named}}} {value}" if named else f"{self.full_name} {value}")
        return found


_ALL = (
    Metric("jobs", "gauge", "jobs", "service",
           "Open and failed jobs by actor group and status. Jobs that ended with success are not counted.",
           ("group", "status")),
    Metric("jobs_ready_a_minute", "gauge", "jobs", "service",
           "Jobs that became ready in the last minute.", ("group",)),
    Metric("stopped_jobs", "gauge", "jobs", "service",
           "Jobs that wait for a person, by error code. The person must repair a provider's key or account, "
           "or decide about a lost answer.", ("code",)),
    Metric("oldest_queued_seconds", "gauge", "seconds", "service",
           "How long the oldest queued job has waited. 0 if no job waits."),
    Metric("outbox_pending", "gauge", "ranges of events", "service",
           "Ranges of events that are not published yet."),
    Metric("outbox_dead", "gauge", "ranges of events", "service",
           "Ranges of events that could not be published. An operator must redrive them."),
    Metric("sink_pending", "gauge", "ranges of events", "service",
           "Ranges of events that a sink (the integration stream or Kafka) does not have yet.", ("sink",)),
    Metric("sink_dead", "gauge", "ranges of events", "service",
           "Ranges of events that a sink refused at every try. They hold back later events of their "
           "aggregates. An operator must redrive them.", ("sink",)),
    Metric("sink_oldest_seconds", "gauge", "seconds", "service",
           "How long the oldest pending range of a sink has waited. 0 if none waits.", ("sink",)),
    Metric("unknown_calls", "gauge", "calls", "service",
           "Calls of the last day whose answer was lost: the provider may have made and billed them."),
    Metric("workers", "gauge", "processes", "service", "Processes with a valid lease."),
    Metric("genesis_sessions", "gauge", "sessions", "service",
           "Active and expired Genesis sessions by the stage at which they are. Finished and abandoned ones "
           "are not counted.", ("status", "stage")),
    Metric("genesis_waits", "gauge", "waits", "service",
           "Open waits of Genesis sessions for a person. A wait whose time is over is overdue until its "
           "session expires.", ("status",)),
    Metric("genesis_rounds_an_hour", "gauge", "rounds", "service",
           "Rounds of proposals that ended in the last hour, by stage and outcome. Cancelled rounds are not "
           "counted.",
           ("stage", "outcome")),
    Metric("genesis_commands_total", "counter", "commands", "process",
           "Commands to Genesis sessions by type and outcome (processed, repeated, refused or failed), since "
           "the start. RESUME is an answer to a wait.", ("type", "outcome")),
    Metric("running_attempts", "gauge", "attempts", "process", "Attempts that run in this process."),
    Metric("websockets", "gauge", "connections", "process", "Open websockets of this process."),
    Metric("event_streams", "gauge", "connections", "process", "Open event streams of this process."),
    Metric("hub_channels", "gauge", "channels", "process",
           "Channels with at least one listener at this process."),
    Metric("late_writes_refused_total", "counter", "writes", "process",
           "Writes that were refused because their attempt had already ended, since the start."),
    Metric("hub_events_total", "counter", "events", "process",
           "Events that reached a channel with listeners, since the start."),
    Metric("hub_ticks_total", "counter", "ticks", "process",
           "Ticks that were sent to listeners, since the start."),
    Metric("hub_healed_total", "counter", "events", "process",
           "Events that were missing and were read from PostgreSQL, since the start."),
    Metric("hub_resyncs_total", "counter", "channels", "process",
           "Channels whose listeners had to subscribe again, since the start."),
    Metric("hub_slow_total", "counter", "clients", "process",
           "Clients that had to subscribe again because they read too slowly, since the start."),
    Metric("hub_unreadable_total", "counter", "entries", "process",
           "Entries of the events stream that could not be decoded, since the start."),
    Metric("hub_recalled_total", "counter", "subscriptions", "process",
           "Subscriptions that resumed from memory without a read of PostgreSQL, since the start."),
)  # fmt: skip

#: All metrics by name, in the order of ``docs/reference/metrics.md``.
METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _ALL}
