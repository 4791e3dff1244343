// SPDX-License-Identifier: Apache-2.0
#include "api/query_run.h"

namespace tracery::api {

Result<query::Spec> prepare_query(Services& services, const std::string& dataset_slug,
                                  const std::string& json, honeycomb::FieldProblem* problem) {
  query::Spec spec =
      TRACERY_TRY(honeycomb::decode_query_spec(json, services.clock.now_ns(), problem));
  spec.datasets = services.datasets.stored_names(dataset_slug);
  return spec;
}

}  // namespace tracery::api
