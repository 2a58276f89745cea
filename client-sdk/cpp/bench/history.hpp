// SPDX-License-Identifier: Apache-2.0
// What the clients of a run did and saw, as one JSON line per operation, for tests/chaos/checker; its README describes the lines.
// Thread: one.
#pragma once

#include "switchboard/v1/client.pb.h"
#include "switchboard_client/client.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <fstream>
#include <set>
#include <string>

namespace switchboard::client {

// Throws std::runtime_error when the file cannot be written.
class HistoryFile {
public:
    using Moment = std::chrono::steady_clock::time_point;

    explicit HistoryFile(const std::string& path);
    void write(const std::string& process, const char* operation, const char* type, boost::json::object arguments,
               Moment when = std::chrono::steady_clock::now());

private:
    std::ofstream out_;
};

// One client's part of it. Without a file it does nothing.
class ClientHistory : public ClientTrace {
public:
    ClientHistory(HistoryFile* file, std::string process, bool staff) : file_(file), process_(std::move(process)), staff_(staff) {}
    void set_instance(std::uint64_t instance) { instance_ = instance; }

    void on_send(const std::string& conversation, const OutgoingMessage&) override;
    void on_send_accepted(const OutgoingMessage&, const v1::MessageAccepted&) override;
    void on_send_refused(const std::string& conversation, const OutgoingMessage&) override;
    // The text of a StartConversation that was sent at `when`: message 0 under the number 1.
    void started(const std::string& conversation, const std::string& text, HistoryFile::Moment when);
    // Handed out. An event that closes the conversation is the last one that matters to this client.
    void event(const std::string& conversation, const v1::Event&);
    void reset(const std::string& conversation) { about(conversation, "reset"); }
    void left(const std::string& conversation) { about(conversation, "left"); }
    void assigned(const v1::Conversation&);

private:
    boost::json::object arguments(const std::string& conversation, const OutgoingMessage&) const;
    void about(const std::string& conversation, const char* operation);

    HistoryFile* file_;
    const std::string process_;
    const bool staff_;
    std::uint64_t instance_ = 0;
    std::string start_text_;         // until its event tells the place of it
    std::set<std::string> closed_;
};

}  // namespace switchboard::client
