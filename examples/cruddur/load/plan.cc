// SPDX-License-Identifier: Apache-2.0
#include "plan.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace cruddur {
namespace {

constexpr const char* kGoodActivity = R"({"message":"Cloud is fun!","ttl":"7-days"})";
constexpr const char* kBlankActivity = R"({"message":"","ttl":"7-days"})";
constexpr const char* kMessage =
    R"({"message":"Today is a good day","user_receiver_handle":"worf"})";
constexpr const char* kBlankReply = R"({"message":""})";

PlannedRequest get(const char* operation, std::string path) {
  return {.operation = operation, .method = "GET", .path = std::move(path)};
}

PlannedRequest post(const char* operation, std::string path, const char* body) {
  return {.operation = operation, .method = "POST", .path = std::move(path), .body = body};
}

PlannedRequest home() { return get("home", "/api/activities/home"); }
PlannedRequest profile() { return get("profile", "/api/activities/@andrewbrown"); }
/// A typing error of home that the route of one activity catches, and fails on.
PlannedRequest show() { return get("show", "/api/activities/home2"); }
PlannedRequest create() { return post("create", "/api/activities", kGoodActivity); }
PlannedRequest create_blank() { return post("create", "/api/activities", kBlankActivity); }
PlannedRequest message_groups() { return get("message_groups", "/api/message_groups"); }
PlannedRequest messages() {
  return get("messages", "/api/messages/@worf?user_reciever_handle=worf");
}
PlannedRequest create_message() { return post("create_message", "/api/messages", kMessage); }
PlannedRequest reply_blank() {
  return post("reply", "/api/activities/68f126b0-1ceb-4a33-88be-d90fa7109eee/reply", kBlankReply);
}

std::string user_name(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "user-" + std::string(4 - std::min<std::size_t>(digits.size(), 4), '0') + digits;
}

/// Numbers from 1; number n comes 1/n times as often as number 1.
class Zipf {
 public:
  explicit Zipf(std::size_t count) {
    double sum = 0;
    for (std::size_t rank = 1; rank <= count; ++rank) {
      sum += 1.0 / static_cast<double>(rank);
      sums_.push_back(sum);
    }
  }

  /// `uniform` lies in [0, 1).
  std::size_t number_at(double uniform) const {
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), uniform * sums_.back());
    return static_cast<std::size_t>(found - sums_.begin()) + 1;
  }

 private:
  std::vector<double> sums_;
};

struct Share {
  double of_all;
  PlannedRequest (*make)();
};

constexpr Share kShares[] = {
    {0.60, home},           {0.20, profile}, {0.03, message_groups},
    {0.05, messages},       {0.06, create},  {0.02, create_blank},
    {0.02, create_message}, {0.01, show},    {0.01, reply_blank},
};

PlannedRequest draw(double uniform) {
  for (const Share& share : kShares) {
    if (uniform < share.of_all) return share.make();
    uniform -= share.of_all;
  }
  return home();  // What rounding leaves over.
}

}  // namespace

std::vector<PlannedRequest> golden_plan() {
  struct Step {
    int times;
    PlannedRequest request;
  };
  const Step steps[] = {
      {50, home()},          {20, profile()},
      {5, show()},           {10, create()},
      {5, create_blank()},   {3, reply_blank()},
      {4, message_groups()}, {4, messages()},
      {2, create_message()}, {2, get("rollbar_test", "/rollbar/test")},
  };
  constexpr std::size_t kWithParent = 5;
  constexpr std::size_t kUsers = 5;
  std::vector<PlannedRequest> plan;
  for (const Step& step : steps) {
    plan.insert(plan.end(), static_cast<std::size_t>(step.times), step.request);
  }
  for (std::size_t i = 0; i < plan.size(); ++i) {
    plan[i].has_fixed_parent = i < kWithParent;
    plan[i].user = user_name(i % kUsers + 1);
  }
  return plan;
}

std::vector<PlannedRequest> traffic_plan(const TrafficSettings& settings) {
  constexpr std::size_t kUsers = 1000;
  const Zipf users(kUsers);
  std::mt19937_64 random(settings.seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::exponential_distribution<double> gap_s(settings.requests_per_second);
  std::vector<PlannedRequest> plan;
  plan.reserve(settings.requests);
  double due_s = 0;
  for (std::size_t i = 0; i < settings.requests; ++i) {
    due_s += gap_s(random);
    PlannedRequest request = draw(uniform(random));
    request.due_s = due_s;
    request.user = user_name(users.number_at(uniform(random)));
    plan.push_back(std::move(request));
  }
  return plan;
}

}  // namespace cruddur
