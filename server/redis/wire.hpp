// SPDX-License-Identifier: Apache-2.0
// One connection to something that speaks RESP, from the name to the bytes: resolve, connect (TCP or unix socket), TLS. The only
// file that knows what kind of socket it is. Lives once: after close() a new one is made. Owns itself while operations are under way.
// Thread: the executor's; no callback comes from inside a call, and none after close().
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"
#include "redis/topology.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace switchboard::redis {

using TlsContext = std::shared_ptr<asio::ssl::context>;

// Null when the address does not want TLS. invalid_argument: a file that cannot be used, by its name.
Result<TlsContext> make_tls_context(const RedisAddress& address);

class Wire : public std::enable_shared_from_this<Wire> {
public:
    using Opened = std::function<void(const std::string& failure)>;  // empty: it is open
    using Transferred = std::function<void(boost::system::error_code, std::size_t bytes)>;

    // `tls`: null for none.
    Wire(Executor executor, TlsContext tls);

    void open_socket(const std::string& path, Opened done);
    void open(const HostPort& place, Opened done);
    // One at a time each. The memory stays the caller's until the callback or close().
    void read_some(asio::mutable_buffer buffer, Transferred done);
    void write(std::shared_ptr<const std::string> bytes, Transferred done);
    void close();

private:
    using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;
    using Endpoint = asio::generic::stream_protocol::endpoint;
    using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;

    void connect(std::vector<Endpoint> endpoints, std::size_t index, Opened done);
    void secure(Opened done);

    Socket socket_;
    Resolver resolver_;
    const TlsContext tls_;
    std::optional<asio::ssl::stream<Socket&>> secured_;
    std::string host_;  // whose certificate is expected
    bool closed_ = false;
};

}  // namespace switchboard::redis
