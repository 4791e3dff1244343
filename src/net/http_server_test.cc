// SPDX-License-Identifier: Apache-2.0
#include "net/http_server.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "net/raw_client_for_test.h"

namespace tracery::net {
namespace {

using std::chrono::milliseconds;

/// Answers with "<method> <path>?<query> <body>".
void echo(Request request, Respond respond) {
  respond({.body = request.method + " " + request.path + "?" + request.query + " " + request.body});
}

Response fail(const Request& head, const HttpFailure& failure) {
  return {.status = failure.status, .body = head.path + ": " + failure.message};
}

std::unique_ptr<HttpServer> serve(RequestHandler handler, HttpOptions options = {}) {
  options.addresses = {"127.0.0.1:0"};
  auto server = HttpServer::start(std::move(options), std::move(handler), fail);
  EXPECT_TRUE(server.ok());
  return std::move(server).value();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(HttpServer, AnswersRequestAfterRequestOnOneConnection) {
  const auto server = serve(echo);
  RawClient client(server->addresses()[0]);

  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i);
    client.send("POST /p?x=" + n + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");

    const std::string answer = client.read_answer();

    EXPECT_TRUE(contains(answer, "HTTP/1.1 200 OK\r\nServer: tracery\r\n")) << answer;
    EXPECT_TRUE(contains(answer, "\r\n\r\nPOST /p?x=" + n + " ab")) << answer;
    EXPECT_FALSE(contains(answer, "Connection:")) << answer;
  }
}

TEST(HttpServer, ListensOnSeveralAddressesAndSaysWhichIsLoopback) {
  const auto handler = [](Request request, Respond respond) {
    respond({.body = request.is_loopback ? "loopback" : "open"});
  };
  auto server = HttpServer::start({.addresses = {"127.0.0.1:0", "0.0.0.0:0"}}, handler, fail);
  ASSERT_TRUE(server.ok());
  const std::vector<std::string> bound = (*server)->addresses();

  RawClient local(bound[0]);
  RawClient open("127.0.0.1" + bound[1].substr(bound[1].rfind(':')));
  local.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  open.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_TRUE(contains(local.read_answer(), "loopback"));
  EXPECT_TRUE(contains(open.read_answer(), "open"));
}

TEST(HttpServer, NamesTheAddressThatIsTaken) {
  const auto server = serve(echo);

  const auto second = HttpServer::start({.addresses = {server->addresses()[0]}}, echo, fail);

  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(contains(second.error().message, server->addresses()[0]));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderThoughHandledElsewhere) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  const auto handler = [&](Request request, Respond respond) {
    const std::lock_guard lock(mutex);
    threads.emplace_back([path = request.path, respond = std::move(respond)] {
      if (path == "/0") std::this_thread::sleep_for(milliseconds(30));
      respond({.body = path});
    });
  };
  auto server = serve(handler);
  RawClient client(server->addresses()[0]);
  std::string wire;
  for (int i = 0; i < 20; ++i) {
    wire += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }

  client.send(wire);

  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(client.read_answer().ends_with("\r\n\r\n/" + std::to_string(i)));
  }
  server->stop(1000);
  for (std::thread& thread : threads) thread.join();
}

TEST(HttpServer, JoinsChunksAndKeepsTrailersOutOfTheHeader) {
  const auto handler = [](Request request, Respond respond) {
    respond({.body = request.body + "|" + std::string(request.headers.get("x-late"))});
  };
  const auto server = serve(handler);
  RawClient client(server->addresses()[0]);

  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
  std::this_thread::sleep_for(milliseconds(10));
  client.send("lo\r\n3;name=x\r\n wo\r\n3\r\nrld\r\n0\r\nx-late: 1\r\n\r\n");
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_TRUE(client.read_answer().ends_with("\r\n\r\nhello world|"));
  EXPECT_TRUE(client.read_answer().ends_with("\r\n\r\n|"));
}

TEST(HttpServer, TakesBodiesUpToTheLimitByAnySplit) {
  const auto handler = [](Request request, Respond respond) {
    respond({.body = std::to_string(request.body.size())});
  };
  const auto server = serve(handler, {.body_bytes_max = 5'000'000});
  const std::string body(5'000'000, 'x');
  RawClient client(server->addresses()[0]);

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n" + body);

  EXPECT_TRUE(client.read_answer().ends_with("5000000"));
}

TEST(HttpServer, AsksForTheBodyOfAClientThatExpectsIt) {
  const auto server = serve(echo);
  RawClient client(server->addresses()[0]);

  client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");

  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_TRUE(client.read_answer().ends_with("ok"));
}

TEST(HttpServer, RefusesALongBodyBeforeItComes) {
  const auto server = serve(echo, {.body_bytes_max = 1000});
  RawClient client(server->addresses()[0]);

  client.send(
      "POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");

  const std::string answer = client.read_answer();
  EXPECT_TRUE(contains(answer, "HTTP/1.1 413 ")) << answer;
  EXPECT_TRUE(contains(answer, "Connection: close")) << answer;
  EXPECT_TRUE(contains(answer, "/p: body larger than the limit of 1000 bytes")) << answer;
  EXPECT_TRUE(client.is_at_end());
}

TEST(HttpServer, SaysWhyEvenToAClientThatSendsOn) {
  const auto server = serve(echo, {.body_bytes_max = 1000});
  RawClient client(server->addresses()[0]);

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n" +
              std::string(2'000'000, 'x'));

  EXPECT_TRUE(contains(client.read_answer(), " 413 "));
}

TEST(HttpServer, RefusesChunksPastTheLimit) {
  const auto server = serve(echo, {.body_bytes_max = 1000});
  RawClient client(server->addresses()[0]);

  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" +
              std::string(0x400, 'x') + "\r\n");

  EXPECT_TRUE(contains(client.read_answer(), " 413 "));
}

TEST(HttpServer, RefusesALongHeader) {
  const auto server = serve(echo, {.header_bytes_max = 4096});
  RawClient client(server->addresses()[0]);

  client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(5000, 'x') + "\r\n\r\n");

  EXPECT_TRUE(contains(client.read_answer(), " 431 "));
}

TEST(HttpServer, RefusesBodiesBeyondTheCommonBudget) {
  std::mutex mutex;
  std::vector<Respond> waiting;
  std::condition_variable arrived;
  const auto handler = [&](Request, Respond respond) {
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(respond));
    arrived.notify_all();
  };
  const auto server = serve(handler, {.bodies_bytes_max = 1500});
  const std::string request =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x');
  RawClient first(server->addresses()[0]);
  RawClient second(server->addresses()[0]);

  first.send(request);
  std::unique_lock lock(mutex);
  arrived.wait(lock, [&] { return !waiting.empty(); });
  second.send(request);

  const std::string refused = second.read_answer();
  EXPECT_TRUE(contains(refused, " 503 ")) << refused;
  EXPECT_TRUE(contains(refused, "Retry-After: 1\r\n")) << refused;
  waiting[0]({.status = 202});
  lock.unlock();
  EXPECT_TRUE(contains(first.read_answer(), " 202 "));
}

TEST(HttpServer, GivesBackTheBudgetAfterEachAnswer) {
  const auto server = serve(echo, {.bodies_bytes_max = 1500});
  RawClient client(server->addresses()[0]);

  for (int i = 0; i < 10; ++i) {
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" +
                std::string(1000, 'x'));
    EXPECT_TRUE(contains(client.read_answer(), " 200 "));
  }
}

TEST(HttpServer, RefusesWhatIsNotHttp) {
  const auto server = serve(echo);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\x16\x03\x01\x02\r\n\r\n", " 400 "},
      {"GET / HTTP/1.1\r\n\r\n", " 400 "},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", " 505 "},
      {"GET host:1 HTTP/1.1\r\nHost: h\r\n\r\n", " 400 "},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", " 400 "},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", " 400 "},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
       " 400 "},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", " 501 "},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", " 400 "},
      {"POST / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n", " 417 "},
  };
  for (const auto& [wire, status] : cases) {
    RawClient client(server->addresses()[0]);
    client.send(wire);
    const std::string answer = client.read_answer();
    EXPECT_TRUE(contains(answer, status)) << wire << answer;
    EXPECT_TRUE(client.is_at_end()) << wire;
  }
}

TEST(HttpServer, ClosesSlowHeaders) {
  const auto server = serve(echo, {.header_timeout_ms = 60});
  RawClient client(server->addresses()[0]);

  client.send("GET / HTTP/1.1\r\nHo");
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(milliseconds(20));
    if (!client.send("x")) break;
  }

  EXPECT_TRUE(contains(client.read_answer(), " 408 "));
}

TEST(HttpServer, ClosesStalledBodiesButNotSlowOnes) {
  const auto server = serve(echo, {.body_timeout_ms = 80});
  RawClient slow(server->addresses()[0]);
  RawClient stalled(server->addresses()[0]);
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n";

  stalled.send(head + "abc");
  slow.send(head);
  for (int i = 0; i < 6; ++i) {
    std::this_thread::sleep_for(milliseconds(30));
    slow.send("x");
  }

  EXPECT_TRUE(contains(slow.read_answer(), " 200 "));
  EXPECT_TRUE(contains(stalled.read_answer(), " 408 "));
  EXPECT_TRUE(stalled.is_at_end());
}

TEST(HttpServer, ClosesIdleConnectionsWithoutAWord) {
  const auto server = serve(echo, {.idle_timeout_ms = 50});
  RawClient client(server->addresses()[0]);

  EXPECT_TRUE(client.is_at_end());
}

TEST(HttpServer, AnswersAHalfClosedSocket) {
  const auto server = serve(echo);
  RawClient whole(server->addresses()[0]);
  RawClient cut(server->addresses()[0]);

  whole.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  whole.shut_down_sending();
  cut.send("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
  cut.shut_down_sending();

  EXPECT_TRUE(whole.read_to_end().ends_with("GET /a? "));
  EXPECT_TRUE(contains(cut.read_to_end(), " 400 "));
}

TEST(HttpServer, SendsNoBodyToHead) {
  const auto server = serve(echo);
  RawClient client(server->addresses()[0]);

  client.send("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

  const std::string answer = client.read_to_end();
  EXPECT_TRUE(contains(answer, "Content-Length: 9\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST(HttpServer, SpeaksHttp10) {
  const auto server = serve(echo);
  RawClient once(server->addresses()[0]);
  RawClient kept(server->addresses()[0]);

  once.send("GET / HTTP/1.0\r\n\r\n");
  kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

  EXPECT_TRUE(contains(once.read_to_end(), "Connection: close"));
  EXPECT_TRUE(contains(kept.read_answer(), "Connection: keep-alive"));
}

TEST(HttpServer, SendsLargeBodiesWhole) {
  const auto server =
      serve([](Request, Respond respond) { respond({.body = std::string(8 << 20, 'y')}); });
  RawClient client(server->addresses()[0]);

  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

  const std::string answer = client.read_to_end();
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 8U << 20);
}

TEST(HttpServer, TurnsAForgottenAnswerInto500) {
  const auto server = serve([](Request, Respond) {});
  RawClient client(server->addresses()[0]);

  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_TRUE(contains(client.read_answer(), " 500 "));
}

TEST(HttpServer, KeepsOnlyTheFirstOfTwoAnswers) {
  const auto server = serve([](Request request, Respond respond) {
    respond({.body = "1" + request.path});
    respond({.body = "2" + request.path});
  });
  RawClient client(server->addresses()[0]);

  client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_TRUE(client.read_answer().ends_with("1/a"));
  EXPECT_TRUE(client.read_answer().ends_with("1/b"));
}

TEST(HttpServer, RefusesConnectionsBeyondTheCap) {
  const auto server = serve(echo, {.connections_max = 2});
  RawClient a(server->addresses()[0]);
  RawClient b(server->addresses()[0]);
  a.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  b.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  a.read_answer();
  b.read_answer();

  RawClient c(server->addresses()[0]);

  EXPECT_TRUE(contains(c.read_to_end(), " 503 "));
}

/// Holds the stream of the last streaming answer.
struct StreamKeeper {
  std::mutex mutex;
  std::condition_variable came;
  std::shared_ptr<BodyStream> stream;

  RequestHandler handler() {
    return [this](Request, Respond respond) {
      Response response{.headers = {{"Content-Type", "text/event-stream"}}, .body = ": ok\n\n"};
      response.stream = [this](std::shared_ptr<BodyStream> opened) {
        const std::lock_guard lock(mutex);
        stream = std::move(opened);
        came.notify_all();
      };
      respond(std::move(response));
    };
  }
  std::shared_ptr<BodyStream> wait() {
    std::unique_lock lock(mutex);
    came.wait(lock, [this] { return stream != nullptr; });
    return stream;
  }
};

TEST(HttpServer, StreamsPiecesThenServesTheNextRequest) {
  StreamKeeper keeper;
  const auto server = serve(keeper.handler());
  RawClient client(server->addresses()[0]);

  client.send("GET /s HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto stream = keeper.wait();

  EXPECT_TRUE(contains(client.read_until("\r\n\r\n"), "Transfer-Encoding: chunked\r\n"));
  EXPECT_EQ(client.read_until("\n\n\r\n"), "6\r\n: ok\n\n\r\n");
  EXPECT_TRUE(stream->write("data: 1\n\n"));
  EXPECT_EQ(client.read_until("\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  stream->close();
  EXPECT_FALSE(stream->write("late"));
  EXPECT_EQ(client.read_bytes(5), "0\r\n\r\n");
  client.send("GET /s HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(contains(client.read_until("\r\n\r\n"), " 200 OK"));
}

TEST(HttpServer, NoticesThatAStreamsClientLeft) {
  StreamKeeper keeper;
  const auto server = serve(keeper.handler());
  std::shared_ptr<BodyStream> stream;
  {
    RawClient client(server->addresses()[0]);
    client.send("GET /s HTTP/1.1\r\nHost: h\r\n\r\n");
    stream = keeper.wait();
  }

  bool is_open = true;
  for (int i = 0; i < 1000 && is_open; ++i) {
    std::this_thread::sleep_for(milliseconds(5));
    is_open = stream->write("x");
  }

  EXPECT_FALSE(is_open);
}

TEST(HttpServer, BoundsWhatAStreamHoldsForAClientThatDoesNotRead) {
  StreamKeeper keeper;
  const auto server = serve(keeper.handler());
  RawClient client(server->addresses()[0]);
  client.send("GET /s HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto stream = keeper.wait();

  std::size_t written = 0;
  while (written < (64U << 20) && stream->write(std::string(64 << 10, 'x'))) written += 64 << 10;

  EXPECT_LT(written, 64U << 20);
}

TEST(HttpServer, FinishesRequestsInProgressWhenStopped) {
  std::mutex mutex;
  std::condition_variable came;
  std::vector<Respond> waiting;
  const auto server = serve([&](Request, Respond respond) {
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(respond));
    came.notify_all();
  });
  RawClient idle(server->addresses()[0]);
  RawClient busy(server->addresses()[0]);
  busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  {
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return !waiting.empty(); });
  }

  std::thread stopper([&] { server->stop(5000); });

  EXPECT_TRUE(idle.is_at_end());
  EXPECT_FALSE(RawClient(server->addresses()[0]).is_connected());
  waiting[0]({.body = "done"});
  const std::string answer = busy.read_to_end();
  EXPECT_TRUE(contains(answer, "Connection: close")) << answer;
  EXPECT_TRUE(answer.ends_with("done")) << answer;
  stopper.join();
}

TEST(HttpServer, StopsAfterTheGraceThoughNobodyAnswers) {
  StreamKeeper keeper;
  std::mutex mutex;
  std::condition_variable came;
  Respond kept;
  auto server = serve([&](Request, Respond respond) {
    const std::lock_guard lock(mutex);
    kept = std::move(respond);
    came.notify_all();
  });
  auto streaming = serve(keeper.handler());
  RawClient client(server->addresses()[0]);
  RawClient reader(streaming->addresses()[0]);
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  reader.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto stream = keeper.wait();
  {
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return kept != nullptr; });
  }

  server->stop(20);
  streaming->stop(5000);
  server.reset();
  streaming.reset();

  EXPECT_TRUE(client.is_at_end());
  EXPECT_FALSE(stream->write("x"));
  kept({.body = "too late, and harmless"});
}

TEST(HttpServer, ServesManyConnectionsAtOnce) {
  const auto server = serve(echo, {.threads = 2});
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int c = 0; c < 20; ++c) {
        RawClient client(server->addresses()[0]);
        for (int i = 0; i < 10; ++i) {
          client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
          if (client.read_answer().ends_with("POST /x? abc")) good.fetch_add(1);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(good, 800);
}

}  // namespace
}  // namespace tracery::net
