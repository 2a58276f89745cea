// SPDX-License-Identifier: Apache-2.0
// Business hours as a part of a tenant's document:
//   {"time_zone": "Europe/Berlin", "week": {"monday": ["09:00-12:00", "13:00-17:00"], ...}, "special_days": [{"date": "2026-12-25", "spans": []}],
//    "cut_off_s": 900, "close_queue": false}
// A day that `week` leaves out is closed; an empty `week` means always open. Pure; thread: any.
#pragma once

#include "domain/business_hours.hpp"
#include "domain/document_reader.hpp"

#include <boost/json/object.hpp>

namespace switchboard::domain {

boost::json::object written(const BusinessHours& hours);
// Any name of a time zone is read: whether it is known is asked when a configuration is saved.
BusinessHours read_hours(const boost::json::value& value, const std::string& path, DocumentProblems& problems);

}  // namespace switchboard::domain
