"""Debian's AWS CLI publishes to a node that knows nothing but its default bus."""
import json
import os
import shutil
import subprocess
import unittest

from harness import paths
from harness.node import Node

AWS = "/usr/bin/aws" if os.path.exists("/usr/bin/aws") else shutil.which("aws")
REQUIRED = "Parameter {0} is not valid. Reason: {0} is a required argument."


def entry(**changes):
    return {"Source": "shop.test", "DetailType": "thing", "Detail": json.dumps({"n": 1}), **changes}


class AwsCli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node()
        cls.node.start()

    @classmethod
    def tearDownClass(cls):
        cls.node.close()

    def aws_events(self, *arguments):
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                       "AWS_DEFAULT_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
                       "AWS_MAX_ATTEMPTS": "1", "AWS_CONFIG_FILE": "/dev/null",
                       "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
        return subprocess.run([AWS, "--endpoint-url", self.node.url, "--output", "json", "events", *arguments],
                              capture_output=True, text=True, timeout=60, env=environment)

    def put_events(self, entries):
        return self.aws_events("put-events", "--entries", json.dumps(entries))

    def published(self, entries):
        done = self.put_events(entries)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_published_events_are_in_the_log_as_they_were_sent(self):
        detail = {"order": "T1", "text": "\"quoted\" \u00e4\u20ac\U0001f9f1", "list": [1, {"a": None}], "big": 2**60}
        said = self.published([
            entry(Detail=json.dumps(detail), Resources=["arn:x:1", "arn:x:2"], Time="2026-01-31T12:00:00Z"),
            entry(Source="shop.other")])
        self.assertEqual(said["FailedEntryCount"], 0)
        self.assertEqual(len(said["Entries"]), 2)
        log = {e["id"]: e for e in self.node.read_log()}
        first, second = (log[e["EventId"]] for e in said["Entries"])
        self.assertEqual(first["detail"], detail)
        self.assertEqual(first["resources"], ["arn:x:1", "arn:x:2"])
        self.assertEqual(first["time"], "2026-01-31T12:00:00Z")
        self.assertEqual((first["source"], first["detail-type"], first["version"]), ("shop.test", "thing", "0"))
        self.assertEqual(second["source"], "shop.other")
        self.assertEqual(second["bus"], "default")
        self.assertEqual(second["sequence"], first["sequence"] + 1)

    def test_bad_entries_come_back_with_their_codes_and_texts_and_the_good_ones_are_published(self):
        said = self.published([
            entry(Source=""), entry(DetailType=""), entry(Detail=""), entry(Detail="[1]"), entry(Detail="{\"a\":"),
            entry(Source="aws.ec2"), entry()])
        self.assertEqual(said["FailedEntryCount"], 6)
        self.assertEqual(said["Entries"][:5], [
            {"ErrorCode": "InvalidArgument", "ErrorMessage": REQUIRED.format("Source")},
            {"ErrorCode": "InvalidArgument", "ErrorMessage": REQUIRED.format("DetailType")},
            {"ErrorCode": "InvalidArgument", "ErrorMessage": REQUIRED.format("Detail")},
            {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."},
            {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}])
        self.assertEqual(said["Entries"][5]["ErrorCode"], "NotAuthorizedForSourceException")
        self.assertIn(said["Entries"][6]["EventId"], {e["id"] for e in self.node.read_log()})

    def test_eleven_entries_are_refused_as_a_whole(self):
        done = self.put_events([entry(Source="shop.eleven")] * 11)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"An error occurred \(ValidationException\) when calling the PutEvents operation.*: "
                         r"1 validation error detected: Value .\[")
        self.assertIn("at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10",
                      done.stderr)
        self.assertFalse([e for e in self.node.read_log() if e["source"] == "shop.eleven"])

    def test_more_than_one_mebibyte_of_entries_is_refused_as_a_whole(self):
        # A command line argument may have 128 KiB only, so this one goes through a file.
        big = self.node.home / "big.json"
        big.write_text(json.dumps([entry(Source="shop.big", Detail=json.dumps({"x": "y" * 600_000}))] * 2))
        done = self.aws_events("put-events", "--entries", f"file://{big}")
        self.assertIn("(ValidationException)", done.stderr)
        self.assertIn("Total size of the entries in the request is over the limit.", done.stderr)
        self.assertFalse([e for e in self.node.read_log() if e["source"] == "shop.big"])

    def test_another_operation_is_refused_by_name(self):
        done = self.aws_events("list-archives")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("(UnknownOperationException)", done.stderr)


if __name__ == "__main__":
    if not AWS:
        paths.skip("the AWS CLI is not installed (apt-get install awscli)")
    unittest.main(verbosity=2, warnings="ignore")
