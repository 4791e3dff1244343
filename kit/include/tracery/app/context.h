// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracery::app {

namespace detail {
struct ContextState;
struct ScopeState;
}  // namespace detail

/// What surrounds the code that runs: the current span and the baggage. Immutable; cheap to copy;
/// may go to any thread.
class Context {
 public:
  Context() noexcept = default;  ///< The empty context: no span.
  explicit Context(std::shared_ptr<const detail::ContextState> state) noexcept
      : state_(std::move(state)) {}
  const detail::ContextState* state() const noexcept { return state_.get(); }

 private:
  std::shared_ptr<const detail::ContextState> state_;
};

/// Gives the thread its former context back when it is destroyed, on the same thread.
class [[nodiscard]] Scope {
 public:
  explicit Scope(std::unique_ptr<detail::ScopeState> state) noexcept;
  Scope(Scope&&) noexcept;
  Scope& operator=(Scope&&) noexcept;
  ~Scope();

 private:
  std::unique_ptr<detail::ScopeState> state_;
};

/// Takes the context of this thread, to `adopt` it elsewhere. The context of a thread is not
/// inherited by what it starts: without this, work on a pool begins a trace of its own.
Context capture() noexcept;

/// Makes `context` the current one of this thread until the scope ends.
Scope adopt(const Context& context) noexcept;

/// A callable that runs `work` in the context of here and now, wherever and whenever it is called:
/// `boost::asio::post(pool, wrap([] { ... }))`, `std::thread(wrap(f))`.
template <typename Work>
auto wrap(Work work) {
  return [context = capture(), work = std::move(work)](auto&&... arguments) mutable {
    const Scope scope = adopt(context);
    return work(std::forward<decltype(arguments)>(arguments)...);
  };
}

/// An executor (anything with `post`, `execute` or a call operator that takes a callable) whose
/// work runs in the context of the thread that hands it over.
template <typename Executor>
class ContextExecutor {
 public:
  explicit ContextExecutor(Executor& executor) noexcept : executor_(&executor) {}

  template <typename Work>
  void post(Work work) const {
    auto wrapped = wrap(std::move(work));
    if constexpr (requires { executor_->post(std::move(wrapped)); }) {
      executor_->post(std::move(wrapped));
    } else if constexpr (requires { executor_->execute(std::move(wrapped)); }) {
      executor_->execute(std::move(wrapped));
    } else {
      (*executor_)(std::move(wrapped));
    }
  }

 private:
  Executor* executor_;
};

/// The value of a W3C baggage entry, "" if there is none.
std::string baggage(std::string_view key);
/// Adds a baggage entry for the life of the scope; it travels with every `inject`.
Scope set_baggage(std::string_view key, std::string_view value) noexcept;

/// One header of a request. Names compare without regard to case.
struct Header {
  std::string name;
  std::string value;
};

/// The headers that carry the current context to another process, by `OTEL_PROPAGATORS`
/// (`traceparent`, `tracestate` and `baggage` by default).
std::vector<Header> inject();

/// The context that a request's headers carry; the current context if they carry none.
Context extract(std::span<const Header> headers) noexcept;

}  // namespace tracery::app
