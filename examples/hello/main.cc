// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <tracery/app.h>
#include <tracery/app/beast.h>

namespace app = tracery::app;

int main(int count, char** arguments) {
  const auto port = static_cast<std::uint16_t>(count > 1 ? std::atoi(arguments[1]) : 8000);
  const auto telemetry = app::init({.service = "hello"});

  app::beast::Router routes;
  routes.get("/hello/{name}", [](auto& request, auto& response) {
    TRACERY_SPAN(span, "compose-greeting");
    span.set("app.name", request.param("name"));
    app::log(app::Level::kInfo, "greeting", {{"app.name", request.param("name")}});
    response.text("Hello, " + request.param("name") + "!\n");
  });
  routes.get("/boom", [](auto&, auto&) { throw std::runtime_error("boom"); });

  app::beast::Server server(std::move(routes), {.port = port});
  std::printf("http://127.0.0.1:%d/hello/world\n", server.port());
  std::fflush(stdout);
  server.run_until_signal();
}
