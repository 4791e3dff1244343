// SPDX-License-Identifier: Apache-2.0
#include "app/errors.h"

namespace tracery::app {

Result<std::unique_ptr<Errors>> Errors::open(Database& database, const Clock& clock, Ingest& ingest,
                                             ErrorItems::TakeSnapshot snapshot) {
  std::unique_ptr<Errors> errors(new Errors(database, clock));
  errors->projects_ = TRACERY_TRY(ErrorProjects::open(database, clock));
  errors->deploys_ = TRACERY_TRY(ErrorDeploys::open(database, clock));
  errors->items_ = TRACERY_TRY(
      ErrorItems::open(database, clock, *errors->projects_, *errors->deploys_, snapshot));
  errors->notifications_ = TRACERY_TRY(Notifications::open(database, clock));
  errors->items_->set_observer(
      [told = errors->notifications_.get()](const ErrorItem& item, std::int64_t occurrence_id,
                                            ErrorItems::Happened happened) {
        told->observe(item, occurrence_id, happened);
      });
  errors->recorder_ = TRACERY_TRY(ErrorRecorder::open(*errors->items_, clock, *snapshot()));
  errors->intake_ = std::make_unique<ErrorIntake>(ingest, *errors->recorder_);
  ingest.attach(*errors->recorder_);
  return errors;
}

}  // namespace tracery::app
