# SPDX-License-Identifier: Apache-2.0
"""boto3 from end to end. Usage: send_log_lines.py GROUP    Prints what it read, as JSON."""
import json
import sys
import time

import boto3

group = sys.argv[1]
logs = boto3.client("logs")
logs.create_log_group(logGroupName=group, tags={"team": "web"})
logs.put_retention_policy(logGroupName=group, retentionInDays=7)
logs.create_log_stream(logGroupName=group, logStreamName="s")
now = int(time.time() * 1000)
for start in range(0, 25_000, 10_000):
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[
        {"timestamp": now + i // 100, "message": f'{{"n": {i}, "route": "/r{i % 3}"}}'}
        for i in range(start, min(start + 10_000, 25_000))])

pages = logs.get_paginator("filter_log_events").paginate(
    logGroupName=group, filterPattern="{ $.n < 12000 && $.route = \"/r1\" }")
filtered = [json.loads(event["message"])["n"] for page in pages for event in page["events"]]

streamed, token = [], {"startFromHead": True}
while True:
    page = logs.get_log_events(logGroupName=group, logStreamName="s", **token)
    streamed += [json.loads(event["message"])["n"] for event in page["events"]]
    if page["nextForwardToken"] == token.get("nextToken"):
        break
    token = {"nextToken": page["nextForwardToken"], "startFromHead": True}

query = logs.start_query(logGroupName=group, startTime=now // 1000 - 60, endTime=now // 1000 + 60,
                         queryString="stats count(*) as lines, max(n) as most by route "
                                     "| sort route")["queryId"]
while (answer := logs.get_query_results(queryId=query))["status"] in ("Scheduled", "Running"):
    time.sleep(0.05)
rows = [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]

try:
    logs.create_log_group(logGroupName=group)
except logs.exceptions.ResourceAlreadyExistsException as error:
    refused = error.response["Error"]["Message"]

tail = logs.start_live_tail(logGroupIdentifiers=[
    logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["logGroupArn"]])
tailed = []
for event in tail["responseStream"]:
    if "sessionStart" in event:
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[
            {"timestamp": now, "message": "tailed"}])
    tailed += [line["message"] for line in event.get("sessionUpdate", {}).get("sessionResults", [])]
    if tailed:
        break

print(json.dumps({"filtered": filtered, "streamed": streamed, "rows": rows, "refused": refused,
                  "tailed": tailed,
                  "account": boto3.client("sts").get_caller_identity()["Account"]}))
