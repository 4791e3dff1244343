# SPDX-License-Identifier: Apache-2.0
"""Reads items back with the reader that comes with Rollbar for Python; prints them as JSON.

Usage: rollbar_reader.py TOKEN ENDPOINT TITLE
"""
import json
import sys

import rollbar

token, endpoint, title = sys.argv[1:]
rollbar.init(token, "production", endpoint=endpoint)
found = rollbar.search_items(title, return_fields=["id", "title", "level", "status", "counter"],
                             status="active", environment="production")
print(json.dumps({"page": found.page, "items": found.data["items"],
                  "next": found.next_page().data["items"]}))
