// SPDX-License-Identifier: Apache-2.0
#include "app/query_service.h"

#include "app/random_id.h"

namespace tracery::app {

struct QueryService::Job {
  std::atomic<bool> cancel{false};
  bool with_partials = false;
  std::mutex mutex;  // view, watchers
  std::shared_ptr<const QueryView> view;
  std::vector<Watcher> watchers;
};

QueryService::QueryService(const Clock& clock, WorkerPool& pool, TakeSnapshot snapshot,
                           QueryServiceOptions options)
    : clock_(clock), pool_(pool), snapshot_(std::move(snapshot)), options_(options) {}

Result<std::string> QueryService::start(query::Spec spec, std::string dataset,
                                        std::string query_json, bool with_partials) {
  QueryView view;
  view.id = random_base62();
  view.dataset = std::move(dataset);
  view.query_json = std::move(query_json);
  view.spec = std::move(spec);
  view.started_ns = clock_.now_ns();
  const std::string id = view.id;
  auto job = std::make_shared<Job>();
  job->with_partials = with_partials;
  job->view = std::make_shared<const QueryView>(std::move(view));
  {
    const std::lock_guard lock(mutex_);
    jobs_.emplace(id, job);
  }
  if (!pool_.post([this, job] { run(job); })) {
    const std::lock_guard lock(mutex_);
    jobs_.erase(id);
    return Error{ErrorCode::kOverloaded, "too many queries are waiting"};
  }
  return id;
}

std::shared_ptr<const QueryView> QueryService::find(const std::string& id) const {
  std::shared_ptr<Job> job;
  {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return nullptr;
    job = found->second;
  }
  const std::lock_guard lock(job->mutex);
  return job->view;
}

bool QueryService::watch(const std::string& id, Watcher watcher) {
  std::shared_ptr<Job> job;
  {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return false;
    job = found->second;
  }
  // Under the job's lock, so that states reach the watcher in their order.
  const std::lock_guard lock(job->mutex);
  watcher(job->view);
  if (job->view->state == QueryView::State::kRunning) job->watchers.push_back(std::move(watcher));
  return true;
}

void QueryService::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  if (found != jobs_.end()) found->second->cancel = true;
}

void QueryService::publish(Job& job, QueryView view) {
  const std::lock_guard lock(job.mutex);
  job.view = std::make_shared<const QueryView>(std::move(view));
  for (const Watcher& watcher : job.watchers) watcher(job.view);
  if (job.view->state != QueryView::State::kRunning) job.watchers.clear();
}

void QueryService::run(const std::shared_ptr<Job>& job) {
  QueryView view = *job->view;
  query::RunOptions options;
  options.cancel = &job->cancel;
  options.threads = options_.threads_per_query;
  options.memory_bytes = options_.memory_bytes_per_query;
  options.progress = [&](const query::QueryStats& stats) {
    QueryView progress = view;
    progress.stats = stats;
    publish(*job, std::move(progress));
  };
  if (job->with_partials) {
    options.partial = [&](query::QueryResult result) {
      QueryView partial = view;
      partial.stats = result.stats;
      partial.result = std::make_shared<const query::QueryResult>(std::move(result));
      publish(*job, std::move(partial));
    };
  }
  auto result = query::run(*snapshot_(), view.spec, options);
  view.finished_ns = clock_.now_ns();
  if (result.ok()) {
    view.state = QueryView::State::kDone;
    view.result = std::make_shared<const query::QueryResult>(*std::move(result));
    view.stats = view.result->stats;
  } else {
    view.state = QueryView::State::kFailed;
    view.error = std::move(result).error();
  }
  const std::string id = view.id;
  publish(*job, std::move(view));
  const std::lock_guard lock(mutex_);
  finished_.push_back(id);
  forget_old();
}

void QueryService::forget_old() {
  while (finished_.size() > options_.finished_max) {
    jobs_.erase(finished_.front());
    finished_.pop_front();
  }
}

}  // namespace tracery::app
