// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/router.h"
#include "api/services.h"
#include "net/grpc_server.h"

namespace tracery::api {

/// OTLP/HTTP: `POST /v1/{traces,logs,metrics}`, and the paths mis-set endpoints lead to.
void add_otlp_routes(Router& router, Services& services);

/// OTLP/gRPC: the three Export methods; UNIMPLEMENTED for others.
net::GrpcHandler make_otlp_grpc_handler(Services& services);

/// An OTLP error for requests that never reached a handler.
net::Response otlp_failure(const net::Request& request, ErrorCode code, std::string_view message);

}  // namespace tracery::api
