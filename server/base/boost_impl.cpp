// SPDX-License-Identifier: Apache-2.0
// The only file that compiles Asio and Beast themselves; everyone else links it (see the target switchboard_boost).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
