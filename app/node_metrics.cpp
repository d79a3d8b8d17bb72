#include "app/node_metrics.hpp"

namespace baseplate::app {

namespace {

double read(const std::atomic<std::uint64_t>& x) {
  return static_cast<double>(x.load(std::memory_order_relaxed));
}

double number(std::uint64_t x) {
  return static_cast<double>(x);
}

void export_journal(metrics_builder& out, const journal::journal_stats& x) {
  out.counter("baseplate_journal_appended_records_total", "Records appended to the log",
              read(x.appended_records));
  out.counter("baseplate_journal_appended_events_total", "Events appended to the log",
              read(x.appended_events));
  out.counter("baseplate_journal_appended_bytes_total", "Bytes appended to the log",
              read(x.appended_bytes));
  out.counter("baseplate_journal_syncs_total", "Group commits", read(x.syncs));
  out.counter("baseplate_journal_sync_seconds_total", "Time in writes and syncs",
              read(x.sync_us_sum) * 1e-6);
  out.counter("baseplate_journal_requests_total", "Requests in all group commits",
              read(x.batch_requests_sum));
  out.counter("baseplate_journal_publishes_refused_total", "Publishes refused",
              read(x.publishes_refused));
  out.counter("baseplate_journal_commits_refused_total", "Commits and acknowledgements refused",
              read(x.commits_refused));
  out.counter("baseplate_journal_checkpoints_total", "Checkpoints made", read(x.checkpoints));
  out.counter("baseplate_journal_checkpoint_failures_total", "Checkpoints that failed",
              read(x.checkpoint_failures));
  out.counter("baseplate_journal_checkpoint_seconds_total", "Time in checkpoints",
              read(x.checkpoint_us_sum) * 1e-6);
  out.counter("baseplate_journal_segments_unlinked_total", "Segments removed",
              read(x.segments_unlinked));
  out.counter("baseplate_journal_events_evacuated_total",
              "Events copied out of segments before they were removed", read(x.events_evacuated));
  out.counter("baseplate_journal_readback_bytes_total", "Bytes read back for lagging subscribers",
              read(x.readback_bytes));
  out.gauge("baseplate_journal_mailbox_bytes", "Bytes that wait to be appended",
            read(x.mailbox_bytes));
  out.gauge("baseplate_journal_segments", "Segments of the log", read(x.segments));
  out.gauge("baseplate_journal_log_bytes", "Bytes of the log", read(x.log_bytes));
  out.gauge("baseplate_journal_oldest_sequence", "Oldest sequence in the log",
            read(x.oldest_sequence));
  out.gauge("baseplate_journal_head_sequence", "Latest sequence in the log", read(x.head_sequence));
  out.gauge("baseplate_journal_dirty_bytes", "State not yet in a checkpoint", read(x.dirty_bytes));
  out.gauge("baseplate_journal_storage_state", "0 good, 1 disk full, 2 failed",
            read(x.storage_state));
}

void export_group(metrics_builder& out, const std::string& name, const group::group_stats& x) {
  const metrics_builder::labels with{{"group", name}};
  out.counter("baseplate_group_events_total", "Events stepped", read(x.events), with);
  out.counter("baseplate_group_timers_total", "Timers fired", read(x.timers), with);
  out.counter("baseplate_group_commits_total", "Commits sent", read(x.commits), with);
  out.counter("baseplate_group_emitted_events_total", "Events emitted", read(x.emitted), with);
  out.counter("baseplate_group_quarantined_total", "Inputs quarantined", read(x.quarantined), with);
  out.counter("baseplate_group_crashes_total", "Steps that threw", read(x.crashes), with);
  out.gauge("baseplate_group_inbox_events_max", "Most events in the inbox at once",
            read(x.inbox_events_max), with);
  out.gauge("baseplate_group_cached_keys", "Key states in memory", read(x.cached_keys), with);
  out.gauge("baseplate_group_timers_pending", "Timers that wait", read(x.timers_pending), with);
  out.histogram("baseplate_end_to_end_seconds",
                "From the arrival of an event to its effects being durable",
                latency_histogram::bounds_s(), x.end_to_end.counts(), x.end_to_end.sum_s(), with);
}

void export_accounts(metrics_builder& out, const bus_status& x) {
  out.gauge("baseplate_bus_ring_bytes", "Bytes of the tail ring", number(x.ring_bytes));
  for (auto& bus : x.buses) {
    const metrics_builder::labels with{{"bus", bus.name}};
    out.counter("baseplate_bus_accepted_events_total", "Events accepted", number(bus.accepted),
                with);
    out.counter("baseplate_bus_unmatched_events_total", "Events that no subscriber matched",
                number(bus.matched_none), with);
  }
  for (auto& s : x.subscribers) {
    const metrics_builder::labels with{{"bus", s.bus}, {"subscriber", s.name}};
    out.counter("baseplate_subscriber_matched_events_total", "Events that matched",
                number(s.matched), with);
    out.counter("baseplate_subscriber_delivered_events_total", "Events finished",
                number(s.delivered), with);
    out.counter("baseplate_subscriber_dead_lettered_events_total", "Events given up on",
                number(s.dead_lettered), with);
    out.counter("baseplate_subscriber_expired_events_total", "Events lost to retention",
                number(s.expired), with);
    out.gauge("baseplate_subscriber_pending_events", "Events matched and not finished",
              number(s.pending), with);
    out.gauge("baseplate_subscriber_cursor", "Durably finished up to here", number(s.cursor), with);
    out.gauge("baseplate_subscriber_paused", "1 while paused", s.paused ? 1 : 0, with);
  }
}

void export_supervision(metrics_builder& out, const supervision_stats& x) {
  for (std::size_t i = 0; i < x.events.size(); ++i)
    out.counter(
        "baseplate_supervision_events_total", "What supervisors reported", read(x.events[i]),
        {{"event", std::string{to_string(static_cast<supervision::supervision_event>(i))}}});
}

} // namespace

void export_node(metrics& out, const node& from,
                 std::shared_ptr<const journal::journal_stats> journal,
                 std::shared_ptr<const latency_histogram> acknowledged) {
  std::map<std::string, std::shared_ptr<const group::group_stats>> groups;
  for (auto& [name, group] : from.groups)
    groups[name] = group.stats;
  out.add([journal, acknowledged, groups, board = from.board,
           supervision = from.supervision](auto& builder) {
    if (journal)
      export_journal(builder, *journal);
    if (acknowledged)
      builder.histogram(
          "baseplate_acknowledge_seconds", "From a publishing request parsed to its answer",
          latency_histogram::bounds_s(), acknowledged->counts(), acknowledged->sum_s());
    for (auto& [name, stats] : groups)
      export_group(builder, name, *stats);
    export_accounts(builder, *board->get());
    export_supervision(builder, *supervision);
  });
}

} // namespace baseplate::app
