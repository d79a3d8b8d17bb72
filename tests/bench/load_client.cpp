// Puts load on a node and prints one JSON object. See --help.
#include "tests/bench/load_run.hpp"
#include "tests/bench/put_events_requests.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace {

namespace json = boost::json;
using namespace baseplate::bench;

json::object report(const load_result& r, std::size_t events_per_request) {
  auto ms = [](double ns) { return ns * 1e-6; };
  json::object refused;
  for (auto [status, count] : r.refused)
    refused[std::to_string(status)] = count;
  auto percentile
      = [&](double share) { return ms(static_cast<double>(r.latency.percentile(share))); };
  return {{"requests", r.succeeded},
          {"events", r.succeeded * events_per_request},
          {"events_acknowledged_in_all", r.succeeded_in_all * events_per_request},
          {"seconds", r.seconds},
          {"events_per_s",
           r.seconds > 0 ? static_cast<double>(r.succeeded * events_per_request) / r.seconds : 0.0},
          {"partly_failed", r.partly_failed},
          {"refused", std::move(refused)},
          {"broken", r.broken},
          {"unanswered", r.unanswered},
          {"client_cpu_s", r.client_cpu_s},
          {"latency_ms",
           {{"mean", ms(r.latency.mean())},
            {"p50", percentile(0.5)},
            {"p90", percentile(0.9)},
            {"p99", percentile(0.99)},
            {"p999", percentile(0.999)},
            {"max", ms(static_cast<double>(r.latency.max()))}}},
          {"error", r.error}};
}

std::string read_file(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  if (!in)
    throw std::runtime_error("cannot read " + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Sends PutEvents requests made from a JSON Lines file of events over keep-alive "
               "connections and prints counts and latencies as JSON.\n"
               "Exit code: 0 when every request succeeded, 1 otherwise."};
  load_options options;
  request_options request;
  std::string file;
  double events_per_s = 0;
  std::uint64_t events_max = 0;
  app.add_option("--events", file, "JSON Lines, one EventBridge envelope a line")->required();
  app.add_option("--address", options.address, "IPv4 address of the node")->capture_default_str();
  app.add_option("--port", options.port, "port of the node")->required();
  app.add_option("--connections", options.connections, "keep-alive connections")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000));
  app.add_option("--batch", request.events_per_request, "entries per request")
      ->capture_default_str()
      ->check(CLI::Range(1, 10));
  app.add_option("--bus", request.bus, "EventBusName");
  app.add_option("--rate", events_per_s, "events/s, open loop; 0: closed loop")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "length of the run")->capture_default_str();
  app.add_option("--warmup", options.warmup_s, "seconds at the start that are not counted")
      ->capture_default_str();
  app.add_option("--count", events_max, "end after this many events");
  CLI11_PARSE(app, argc, argv);
  try {
    request.host = options.address + ":" + std::to_string(options.port);
    auto requests = make_put_events_requests(read_file(file), request);
    if (requests.empty())
      throw std::runtime_error(file + " holds no whole request");
    auto per_request = static_cast<double>(request.events_per_request);
    options.requests_per_s = events_per_s / per_request;
    options.requests_max = events_max / request.events_per_request;
    auto result = run_load(requests, options);
    std::printf("%s\n", json::serialize(report(*result, request.events_per_request)).c_str());
    auto clean = result->error.empty() && result->refused.empty() && result->broken == 0
                 && result->partly_failed == 0 && result->unanswered == 0;
    return clean ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "load_client: %s\n", e.what());
    return 2;
  }
}
