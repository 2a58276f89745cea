# SPDX-License-Identifier: Apache-2.0
"""What the suite must bear: clients that repeat themselves, code that throws, a next version beside this one.

They live in the same build as the bugs and are turned on in the same way; faults.py says what must hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Disturbance:
    name: str
    about: str
    scripts: tuple = ()       # of (script, text, text instead)


REPEATS = """    const std::string piece(encode_piece(frame, options_.encoding));
    if (seeded_bug("commands_reordered") && frame.has_send_message()) {
        // A text whose number is not its turn yet. Nobody waits for the answer.
        v1::ClientFrame early = frame;
        early.set_request_id(~std::uint32_t{0});
        early.mutable_send_message()->set_number(frame.send_message().number() + 2);
        link_->send(encode_piece(early, options_.encoding));
    }
    link_->send(piece);
    if (frame.has_hello()) return;
    static std::uint64_t count = 0;
    ++count;
    if (seeded_bug("commands_twice") && count % 3 == 0) link_->send(piece);
    if (!seeded_bug("commands_replayed")) return;
    // Also on a connection after the one on which it was sent first.
    static std::unordered_map<std::uint64_t, std::deque<std::string>> sent;
    auto& last = sent[options_.instance];
    last.push_back(piece);
    if (last.size() > 20) last.pop_front();
    if (count % 10 == 0) link_->send(last[count % last.size()]);
}"""

LATE = """void Link::send(std::string_view piece) {
    static std::uint64_t count = 0;
    if (!seeded_bug("commands_reordered") || ++count % 4 != 0) return impl_->append(piece);
    // Overtaken by what is said meanwhile.
    const auto timer = std::make_shared<boost::asio::steady_timer>(impl_->executor, std::chrono::milliseconds(50));
    timer->async_wait([timer, late = std::string(piece), link = std::weak_ptr(impl_)](boost::system::error_code) {
        if (const auto living = link.lock()) living->append(late);
    });
}"""

# (file, text, text instead)
SOURCES = [
    ("client-sdk/cpp/switchboard_client/client.cpp", "    link_->send(encode_piece(frame, options_.encoding));\n}", REPEATS),
    ("client-sdk/cpp/switchboard_client/link.cpp", "void Link::send(std::string_view piece) { impl_->append(piece); }", LATE),
    # The second answer comes to nobody.
    ("client-sdk/cpp/switchboard_client/client_frames.cpp", "        if (frame.has_error()) listener_->on_error(frame.error());\n        return;",
     '        if (frame.has_error() && !seeded_bug("commands_twice", "commands_replayed")) listener_->on_error(frame.error());\n        return;'),
    ("server/net/ws_session.cpp", "        handler_->handle(frame);",
     '        static std::uint64_t handled = 0;\n'
     '        if (seeded_bug("handler_throws") && authenticated_ && ++handled % 150 == 0) throw std::runtime_error("fault point");\n'
     "        handler_->handle(frame);"),
    # Stored, and not acknowledged.
    ("server/app/session_commands.cpp", "        auto& metrics = self->context_.metrics;\n        metrics.message_accept",
     '        static std::uint64_t answered = 0;\n'
     '        if (seeded_bug("answer_throws") && ++answered % 150 == 0) throw std::runtime_error("fault point");\n'
     "        auto& metrics = self->context_.metrics;\n        metrics.message_accept"),
    ("server/redis/stamp.cpp", "    bytes += audience_tag;",
     '    if (seeded_bug("next_version")) bytes += "\\x98\\x06\\x01";  // field 99\n    bytes += audience_tag;'),
]

DISTURBANCES = [
    Disturbance("commands_twice", "a client says every third command twice"),
    Disturbance("commands_replayed", "a client says again, now and then, what it said up to 20 commands ago"),
    Disturbance("commands_reordered", "every fourth command leaves 50 ms late, and texts come before their turn"),
    Disturbance("handler_throws", "one command of 150 ends in an exception where it is handled"),
    Disturbance("answer_throws", "one answer of the store to 150 messages ends in an exception"),
    Disturbance("next_version", "more fields, events, records and streams than this version knows, in scripts with other texts", (
        ("conversation_start", "'topic', ARGV[8], 'preview', ARGV[10])", "'topic', ARGV[8], 'preview', ARGV[10], 'mood', 'fine')"),
        ("agent_open", "call('HSET', agent, 'offline', '')", "call('HSET', agent, 'offline', '', 'mood', 'fine')"),
        ("prelude", "bytes = bytes or table.concat(records)",
         "bytes = bytes or (table.concat(records) .. 'Z' .. struct.pack('<I2I4', 1, 6) .. 'x' .. 'future')"),
        ("prelude", "local version = call('HINCRBY', key, 'version', 1)",
         "call('XADD', stream, '*', 't', 'z', 'id', id) local version = call('HINCRBY', key, 'version', 1)"))),
]
