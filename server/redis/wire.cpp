// SPDX-License-Identifier: Apache-2.0
#include "redis/wire.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <utility>

namespace switchboard::redis {

using boost::system::error_code;

Result<TlsContext> make_tls_context(const RedisAddress& address) {
    if (!address.tls) return TlsContext();
    const TlsOptions& options = address.tls_options;
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    const auto unusable = [](const std::string& file, const error_code& why) {
        return Error{ErrorCode::invalid_argument, "redis url: cannot use " + file + ": " + why.message()};
    };
    error_code failure;
    if (options.ca_file.empty()) context->set_default_verify_paths(failure);
    else context->load_verify_file(options.ca_file, failure);
    if (failure) return unusable(options.ca_file.empty() ? "the system's certificate authorities" : options.ca_file, failure);
    if (!options.certificate.empty()) {
        context->use_certificate_chain_file(options.certificate, failure);
        if (failure) return unusable(options.certificate, failure);
        context->use_private_key_file(options.key, asio::ssl::context::pem, failure);
        if (failure) return unusable(options.key, failure);
    }
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    context->set_verify_mode(options.verify ? asio::ssl::verify_peer : asio::ssl::verify_none);
    return context;
}

Wire::Wire(Executor executor, TlsContext tls) : socket_(executor), resolver_(executor), tls_(std::move(tls)) {}

void Wire::open_socket(const std::string& path, Opened done) {
    connect({Endpoint(asio::local::stream_protocol::endpoint(path))}, 0, std::move(done));
}

void Wire::open(const HostPort& place, Opened done) {
    host_ = place.host;
    resolver_.async_resolve(place.host, std::to_string(place.port),
                            [self = shared_from_this(), done = std::move(done)](error_code failure, const Resolver::results_type& found) {
                                if (self->closed_) return;
                                if (failure) return done("cannot resolve " + self->host_ + ": " + failure.message());
                                std::vector<Endpoint> endpoints;
                                for (const auto& entry : found) endpoints.emplace_back(entry.endpoint());
                                self->connect(std::move(endpoints), 0, done);
                            });
}

void Wire::connect(std::vector<Endpoint> endpoints, std::size_t index, Opened done) {
    const Endpoint endpoint = endpoints[index];
    socket_.async_connect(endpoint, [self = shared_from_this(), endpoints = std::move(endpoints), index,
                                     done = std::move(done)](error_code failure) mutable {
        if (self->closed_) return;
        error_code ignored;
        if (!failure) {
            if (!self->host_.empty()) self->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
            return self->secure(std::move(done));
        }
        self->socket_.close(ignored);
        if (index + 1 < endpoints.size()) return self->connect(std::move(endpoints), index + 1, std::move(done));
        done("cannot connect: " + failure.message());
    });
}

void Wire::secure(Opened done) {
    if (!tls_) return done({});
    secured_.emplace(socket_, *tls_);
    SSL_set_tlsext_host_name(secured_->native_handle(), host_.c_str());
    if (SSL_CTX_get_verify_mode(tls_->native_handle()) != SSL_VERIFY_NONE)
        secured_->set_verify_callback(asio::ssl::host_name_verification(host_));
    secured_->async_handshake(asio::ssl::stream_base::client, [self = shared_from_this(), done = std::move(done)](error_code failure) {
        if (self->closed_) return;
        done(failure ? "TLS: " + failure.message() : std::string());
    });
}

void Wire::read_some(asio::mutable_buffer buffer, Transferred done) {
    auto handler = [self = shared_from_this(), done = std::move(done)](error_code failure, std::size_t bytes) {
        if (!self->closed_) done(failure, bytes);
    };
    if (secured_) secured_->async_read_some(buffer, std::move(handler));
    else socket_.async_read_some(buffer, std::move(handler));
}

void Wire::write(std::shared_ptr<const std::string> bytes, Transferred done) {
    const asio::const_buffer view = asio::buffer(*bytes);
    auto handler = [self = shared_from_this(), bytes = std::move(bytes), done = std::move(done)](error_code failure, std::size_t count) {
        if (!self->closed_) done(failure, count);
    };
    if (secured_) asio::async_write(*secured_, view, std::move(handler));
    else asio::async_write(socket_, view, std::move(handler));
}

void Wire::close() {
    closed_ = true;
    error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
}

}  // namespace switchboard::redis
