# SPDX-License-Identifier: Apache-2.0
"""What the tests over the wire stand on: a running server, encoders, and the query API."""
