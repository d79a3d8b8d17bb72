// What publishing costs on the I/O thread, without sockets: read the request, check it, build
// envelopes and the answer.
#include "actors/gateway/http/request_reader.hpp"
#include "actors/gateway/logic/native_events.hpp"
#include "actors/gateway/logic/put_events_request.hpp"
#include "actors/gateway/logic/response_head.hpp"
#include "tests/gateway/ingest_fixture.hpp"

#include <benchmark/benchmark.h>

namespace baseplate::gateway {

namespace {

/// About 500 bytes a Detail.
std::string detail() {
  std::string out
      = R"({"metadata":{"version":"1","domain":"shop","service":"checkout","type":"order"},"data":{)";
  for (int i = 0; i < 18; ++i)
    out += (i ? "," : "") + std::string{"\"field_"} + std::to_string(i) + "\":\"value "
           + std::to_string(i * 37) + "\"";
  return out + "}}";
}

std::string put_events_body(int entries) {
  std::string out = R"({"Entries":[)";
  for (int i = 0; i < entries; ++i) {
    out += i ? ",{" : "{";
    out += R"("Source":"shop.checkout","DetailType":"CHECKOUT ORDER PLACED","Detail":)";
    append_json_string(out, detail());
    out += R"(,"EventBusName":"default"})";
  }
  return out + "]}";
}

void put_events(benchmark::State& state) {
  ingest_fixture fixture;
  const auto body = put_events_body(static_cast<int>(state.range(0)));
  const auto bytes
      = "POST / HTTP/1.1\r\nHost: localhost:8080\r\nContent-Type: application/x-amz-json-1.1\r\n"
        "X-Amz-Target: AWSEvents.PutEvents\r\nUser-Agent: bench\r\nContent-Length: "
        + std::to_string(body.size()) + "\r\n\r\n" + body;
  request_reader reader{{}};
  for (auto _ : state) {
    auto used = reader.read(bytes);
    reader.allow_body(2 << 20);
    reader.read(std::string_view{bytes}.substr(used));
    auto parsed = parse_put_events(reader.request().body, fixture.context());
    std::string answer, out;
    append_put_events_response(answer, parsed.entries);
    append_response_head(out, 200, "application/x-amz-json-1.1", answer.size(), "date", {});
    out += answer;
    benchmark::DoNotOptimize(out);
    benchmark::DoNotOptimize(parsed);
    reader.next();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void native_lines(benchmark::State& state) {
  ingest_fixture fixture;
  std::string body;
  for (int i = 0; i < state.range(0); ++i)
    body += R"({"source":"shop.checkout","detail-type":"CHECKOUT ORDER PLACED","detail":)"
            + detail() + "}\n";
  for (auto _ : state) {
    auto parsed = parse_native_lines(body, "default", fixture.context());
    benchmark::DoNotOptimize(parsed);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

} // namespace

BENCHMARK(put_events)->Arg(1)->Arg(10);
BENCHMARK(native_lines)->Arg(100);

} // namespace baseplate::gateway

BENCHMARK_MAIN();
