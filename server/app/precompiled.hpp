// SPDX-License-Identifier: Apache-2.0
// The same for those who also speak the protocol. Nothing is included from here by name.
#pragma once

#include "base/metrics.hpp"
#include "base/precompiled.hpp"
#include "switchboard/v1/client.pb.h"
