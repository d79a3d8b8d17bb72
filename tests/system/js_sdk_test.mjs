// Run by js_sdk_test.py, which starts the node and says where it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

const client = new EventBridgeClient({
  endpoint: process.env.BASEPLATE_URL,
  region: "eu-west-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
});

const entry = (changes) => ({ Source: "js.sdk", DetailType: "thing", Detail: JSON.stringify({ n: 0 }), ...changes });
const put = (entries) => client.send(new PutEventsCommand({ Entries: entries }));

test("ten entries are published with an id each", async () => {
  const said = await put([...Array(10).keys()].map((n) => entry({ Detail: JSON.stringify({ n }), Time: new Date() })));
  assert.equal(said.FailedEntryCount, 0);
  assert.equal(new Set(said.Entries.map((e) => e.EventId)).size, 10);
  assert.equal(said.$metadata.httpStatusCode, 200);
  assert.ok(said.$metadata.requestId);
});

test("bad entries come back in their places with code and text", async () => {
  const said = await put([entry({ Source: "js.good" }), entry({ Source: "" }), entry({ Source: "js.refused", Detail: "nonsense" })]);
  assert.equal(said.FailedEntryCount, 2);
  assert.ok(said.Entries[0].EventId);
  assert.deepEqual(said.Entries.slice(1), [
    { ErrorCode: "InvalidArgument", ErrorMessage: "Parameter Source is not valid. Reason: Source is a required argument." },
    { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
  ]);
});

test("eleven entries are a ValidationException", async () => {
  await assert.rejects(put(Array(11).fill(entry({ Source: "js.refused" }))), (e) => {
    assert.equal(e.name, "ValidationException");
    assert.equal(e.$metadata.httpStatusCode, 400);
    assert.match(e.message, /at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10$/);
    return true;
  });
});

test("no entries are a ValidationException", async () => {
  await assert.rejects(put([]), { name: "ValidationException" });
});
