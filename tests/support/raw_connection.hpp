// SPDX-License-Identifier: Apache-2.0
// A connection that says exactly what it is told to say, for what no correct client does. Thread: the test's.
#pragma once

#include "support/scenario.hpp"
#include "switchboard_client/link.hpp"

#include <vector>

namespace switchboard::test {

class RawConnection : private client::LinkOwner {
public:
    explicit RawConnection(Stage& stage) : encoding_(stage.encoding()), link_(stage.context().get_executor(), *this, stage.encoding()) {
        link_.connect(stage.server().address());
    }

    void send(const v1::ClientFrame& frame) { link_.send(client::encode_piece(frame, encoding_)); }
    void send_raw(const std::string& bytes) { link_.send_raw(bytes, encoding_ == Encoding::json); }

    std::vector<v1::ServerFrame> frames;
    client::LinkEnd end;
    bool ended = false;

private:
    void link_opened() override {}
    void link_received(std::string_view message) override {
        v1::ServerBatch batch;
        if (client::decode_batch(message, encoding_, batch)) frames.insert(frames.end(), batch.frames().begin(), batch.frames().end());
    }
    void link_ended(const client::LinkEnd& told) override {
        end = told;
        ended = true;
    }

    Encoding encoding_;
    client::Link link_;
};

}  // namespace switchboard::test
