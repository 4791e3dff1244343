// SPDX-License-Identifier: Apache-2.0
#include "app/insights_service.h"

#include <algorithm>

#include "app/random_id.h"
#include "base/time.h"

namespace tracery::app {
namespace {

std::size_t bytes_of(const InsightsView& view) {
  std::size_t bytes = sizeof view + view.request.text.size();
  if (view.rows == nullptr) return bytes;
  for (const cwlogs::InsightsRow& row : *view.rows) {
    bytes += row.capacity() * sizeof row[0];
    for (const auto& cell : row) bytes += cell ? cell->size() : 0;
  }
  return bytes;
}

/// Lets the text's own SOURCE fill in what the request leaves open.
void apply_source(const cwlogs::QuerySource& source, const cwlogs::InsightsSources& sources,
                  std::int64_t now_ns, InsightsRequest& request) {
  using cwlogs::time_of_source;
  if (request.groups.empty()) request.groups = sources.groups_of(source);
  if (source.start_ms) request.from_ns = time_of_source(*source.start_ms, now_ns);
  if (source.end_ms) request.to_ns = time_of_source(*source.end_ms, now_ns) + kNsPerMs;
}

}  // namespace

struct InsightsService::Job {
  cwlogs::CompiledInsights compiled;
  std::atomic<bool> cancel{false};
  std::atomic<bool> is_late{false};
  std::mutex mutex;  // view, watchers
  std::shared_ptr<const InsightsView> view;
  std::vector<Watcher> watchers;
};

InsightsService::InsightsService(const Clock& clock, WorkerPool& pool, TakeSnapshot snapshot,
                                 const cwlogs::InsightsSources& sources, InsightsOptions options)
    : clock_(clock),
      pool_(pool),
      snapshot_(std::move(snapshot)),
      sources_(sources),
      options_(options) {}

Result<std::string> InsightsService::start(InsightsRequest request, cwlogs::QueryProblem* problem) {
  const cwlogs::InsightsQuery query = TRACERY_TRY(cwlogs::parse_insights(request.text, problem));
  InsightsView view;
  view.started_ns = clock_.now_ns();
  if (query.source) apply_source(*query.source, sources_, view.started_ns, request);
  if (request.groups.empty()) return Error{ErrorCode::kNotFound, "no log group to query"};
  cwlogs::InsightsAccess access = TRACERY_TRY(sources_.access(request.groups));
  request.from_ns = std::max(request.from_ns, access.from_ns);

  cwlogs::InsightsContext context;
  context.groups = request.groups;
  context.from_ns = request.from_ns;
  context.to_ns = request.to_ns;
  context.now_ns = view.started_ns;
  context.account = request.account;
  context.is_visible = std::move(access.is_visible);
  context.sources = &sources_;
  if (request.limit) context.rows_max = *request.limit;
  const auto job = std::make_shared<Job>();
  job->compiled = TRACERY_TRY(cwlogs::compile_insights(query, context, problem));

  view.id = random_uuid();
  view.request = std::move(request);
  view.columns = job->compiled.columns;
  view.rows_are_events = job->compiled.rows_are_events;
  const std::string id = view.id;
  job->view = std::make_shared<const InsightsView>(std::move(view));
  {
    const std::lock_guard lock(mutex_);
    if (running_ >= options_.running_max) {
      return Error{ErrorCode::kOverloaded, "too many queries are running"};
    }
    ++running_;
    jobs_.emplace(id, job);
  }
  if (pool_.post([this, job] { run(job); })) return id;
  const std::lock_guard lock(mutex_);
  --running_;
  jobs_.erase(id);
  return Error{ErrorCode::kOverloaded, "too many queries are waiting"};
}

std::shared_ptr<InsightsService::Job> InsightsService::job_of(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second;
}

std::shared_ptr<const InsightsView> InsightsService::find(const std::string& id) const {
  const std::shared_ptr<Job> job = job_of(id);
  if (job == nullptr) return nullptr;
  const std::lock_guard lock(job->mutex);
  return job->view;
}

bool InsightsService::watch(const std::string& id, Watcher watcher) {
  const std::shared_ptr<Job> job = job_of(id);
  if (job == nullptr) return false;
  // Under the job's lock, so that states reach the watcher in their order.
  const std::lock_guard lock(job->mutex);
  watcher(job->view);
  if (!job->view->is_over()) job->watchers.push_back(std::move(watcher));
  return true;
}

Status InsightsService::stop(const std::string& id) {
  const std::shared_ptr<Job> job = job_of(id);
  if (job == nullptr) return Error{ErrorCode::kNotFound, "there is no such query"};
  const std::lock_guard lock(job->mutex);
  if (job->view->is_over()) return Error{ErrorCode::kConflict, "the query is over already"};
  job->cancel = true;
  return {};
}

std::vector<std::shared_ptr<const InsightsView>> InsightsService::list() const {
  std::vector<std::shared_ptr<Job>> jobs;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, job] : jobs_) jobs.push_back(job);
  }
  std::vector<std::shared_ptr<const InsightsView>> views;
  for (const auto& job : jobs) {
    const std::lock_guard lock(job->mutex);
    views.push_back(job->view);
  }
  std::stable_sort(views.begin(), views.end(),
                   [](const auto& a, const auto& b) { return a->started_ns > b->started_ns; });
  return views;
}

void InsightsService::publish(Job& job, InsightsView view) {
  const std::lock_guard lock(job.mutex);
  job.view = std::make_shared<const InsightsView>(std::move(view));
  for (const Watcher& watcher : job.watchers) watcher(job.view);
  if (job.view->is_over()) job.watchers.clear();
}

bool InsightsService::is_late(const InsightsView& view) const {
  return clock_.now_ns() - view.started_ns > options_.timeout_ns;
}

void InsightsService::run(const std::shared_ptr<Job>& job) {
  InsightsView view = *job->view;
  view.state = InsightsView::State::kRunning;
  publish(*job, view);
  query::RunOptions options;
  options.cancel = &job->cancel;
  options.threads = options_.threads_per_query;
  options.memory_bytes = options_.memory_bytes_per_query;
  options.progress = [&](const query::QueryStats& stats) {
    if (is_late(view)) job->is_late = job->cancel = true;
    InsightsView progress = view;
    progress.stats.scan = stats;
    progress.stats.rows_in_scope = stats.rows_scanned;
    publish(*job, std::move(progress));
  };
  auto table = query::run(*snapshot_(), job->compiled.query, options, &view.stats);
  view.finished_ns = clock_.now_ns();
  if (table.ok()) {
    view.rows =
        std::make_shared<const std::vector<cwlogs::InsightsRow>>(cwlogs::format_rows(*table));
    view.state = InsightsView::State::kComplete;
  } else if (table.error().code == ErrorCode::kCancelled) {
    view.state = job->is_late ? InsightsView::State::kTimeout : InsightsView::State::kCancelled;
  } else {
    view.state = InsightsView::State::kFailed;
    view.error = std::move(table).error();
  }
  note_finished(view);
  publish(*job, std::move(view));
}

/// Makes room: the oldest results go.
void InsightsService::note_finished(const InsightsView& view) {
  const std::lock_guard lock(mutex_);
  --running_;
  finished_.push_back({view.id, bytes_of(view), view.finished_ns});
  finished_bytes_ += finished_.back().bytes;
  while (finished_.size() > 1 &&
         (finished_.size() > options_.finished_max || finished_bytes_ > options_.result_bytes_max ||
          view.finished_ns - finished_.front().time_ns > options_.kept_ns)) {
    jobs_.erase(finished_.front().id);
    finished_bytes_ -= finished_.front().bytes;
    finished_.pop_front();
  }
}

}  // namespace tracery::app
