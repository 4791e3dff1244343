// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "plan.h"

namespace cruddur {

struct Answer {
  int status = 0;           ///< 0 when there was none.
  std::string xray_header;  ///< X-Amzn-Trace-Id, "" without one.
  std::string failure;      ///< Why there was no answer.
};

/// One HTTP connection that is kept open where the server allows it. For one thread.
class Client {
 public:
  /// `target`: scheme, host and port, such as "http://127.0.0.1:4567".
  explicit Client(std::string target);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Answer send(const PlannedRequest& request);

 private:
  struct Handle;
  std::string target_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace cruddur
