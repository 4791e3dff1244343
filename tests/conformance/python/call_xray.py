# SPDX-License-Identifier: Apache-2.0
"""Calls operations of the X-Ray API with boto3: [[operation, parameters], …] on stdin, a list of
answers on stdout, each {"answer": …} or {"error": code, "message": …, "status": …}. Dates are
written {"date": seconds}."""
import datetime
import json
import sys

import boto3
from botocore.exceptions import ClientError

client = boto3.client("xray")


def revive(value):
    return datetime.datetime.fromtimestamp(value["date"]) if "date" in value else value


def as_json(value):
    return value.timestamp() if isinstance(value, datetime.datetime) else str(value)


def call(operation, parameters):
    try:
        answer = getattr(client, operation)(**parameters)
    except ClientError as error:
        return {"error": error.response["Error"]["Code"],
                "message": error.response["Error"]["Message"],
                "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}
    answer.pop("ResponseMetadata")
    return {"answer": answer}


calls = json.load(sys.stdin, object_hook=revive)
print(json.dumps([call(*each) for each in calls], default=as_json))
