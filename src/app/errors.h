// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app/error_breakdown.h"
#include "app/error_deploys.h"
#include "app/error_filters.h"
#include "app/error_intake.h"
#include "app/error_items.h"
#include "app/error_projects.h"
#include "app/error_recorder.h"
#include "app/error_source_maps.h"
#include "app/error_users.h"
#include "app/notifications.h"
#include "app/rate_limits.h"

namespace tracery::app {

/// All there is to errors, put together: projects, items, people who work on them, and the way in.
class Errors {
 public:
  /// Call when the store is open and before the first request.
  static Result<std::unique_ptr<Errors>> open(Database& database, const Clock& clock,
                                              Ingest& ingest, ErrorItems::TakeSnapshot snapshot);

  ErrorProjects& projects() { return *projects_; }
  ErrorItems& items() { return *items_; }
  ErrorDeploys& deploys() { return *deploys_; }
  Notifications& notifications() { return *notifications_; }
  ErrorUsers& users() { return users_; }
  ErrorFilters& filters() { return filters_; }
  ErrorSourceMaps& source_maps() { return source_maps_; }
  ErrorIntake& intake() { return *intake_; }
  AffectedPeople& affected() { return affected_; }
  RateLimits& rate_limits() { return rate_limits_; }

  /// Reads no snapshot after this.
  void stop() { items_->stop(); }

 private:
  Errors(Database& database, const Clock& clock)
      : users_(database), filters_(database), source_maps_(database, clock) {}

  ErrorUsers users_;
  ErrorFilters filters_;
  ErrorSourceMaps source_maps_;
  AffectedPeople affected_;
  RateLimits rate_limits_;
  std::unique_ptr<ErrorProjects> projects_;
  std::unique_ptr<ErrorDeploys> deploys_;
  std::unique_ptr<Notifications> notifications_;
  std::unique_ptr<ErrorItems> items_;
  std::unique_ptr<ErrorRecorder> recorder_;
  std::unique_ptr<ErrorIntake> intake_;
};

}  // namespace tracery::app
