// SPDX-License-Identifier: Apache-2.0
// RESP2, both ways: commands are appended to a buffer, replies are parsed by hiredis's reader into one flat tree per reply
// (all nodes in one array, all texts in one string), so a reply costs no allocation per element and none at all when small.
// Everything is bounded: elements and bytes of a reply by ReplyLimits, nesting (7) by hiredis. Pure. Thread: one at a time.
#pragma once

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;
struct redisReadTask;

namespace switchboard::redis {

// The words of one command. Views: valid during the call they are given to.
class Arguments : public std::span<const std::string_view> {
public:
    Arguments(std::initializer_list<std::string_view> words) : span(words.begin(), words.size()) {}
    Arguments(const std::vector<std::string_view>& words) : span(words) {}
    Arguments(std::span<const std::string_view> words) : span(words) {}
};

void append_command(std::string& buffer, Arguments words);

enum class ReplyType : std::uint8_t { nil, text, status, error, integer, array };

namespace detail {
struct Node {
    ReplyType type = ReplyType::nil;
    std::uint32_t size = 0;   // bytes of the text, or elements of the array
    std::int64_t value = 0;   // the integer, the offset of the text, or the index of the first element
};
}  // namespace detail

// One element of a reply; valid as long as the Reply it came from is neither changed nor gone.
class ReplyView {
public:
    ReplyView() = default;

    ReplyType type() const { return node_ ? node_->type : ReplyType::nil; }
    bool is_nil() const { return type() == ReplyType::nil; }
    bool is_error() const { return type() == ReplyType::error; }
    bool is_array() const { return type() == ReplyType::array; }
    // Of a text, a status or an error; otherwise empty.
    std::string_view text() const;
    // Of an integer, or of a text that is a whole number (hash fields are); otherwise 0.
    std::int64_t integer() const;
    // Elements of an array; otherwise 0.
    std::size_t size() const { return is_array() ? node_->size : 0; }
    // Beyond the end: nil.
    ReplyView operator[](std::size_t index) const;

private:
    friend class Reply;
    ReplyView(const detail::Node* nodes, const detail::Node* node, const char* texts) : nodes_(nodes), node_(node), texts_(texts) {}

    const detail::Node* nodes_ = nullptr;
    const detail::Node* node_ = nullptr;
    const char* texts_ = nullptr;
};

// Owns one complete reply.
class Reply {
public:
    Reply() = default;
    Reply(Reply&&) = default;
    Reply& operator=(Reply&&) = default;

    ReplyView view() const { return nodes_.empty() ? ReplyView{} : ReplyView{nodes_.data(), nodes_.data(), texts_.data()}; }
    operator ReplyView() const { return view(); }

    ReplyType type() const { return view().type(); }
    bool is_nil() const { return view().is_nil(); }
    bool is_error() const { return view().is_error(); }
    bool is_array() const { return view().is_array(); }
    std::string_view text() const { return view().text(); }
    std::int64_t integer() const { return view().integer(); }
    std::size_t size() const { return view().size(); }
    ReplyView operator[](std::size_t index) const { return view()[index]; }

private:
    friend class ReplyReader;
    boost::container::small_vector<detail::Node, 8> nodes_;
    std::string texts_;
};

struct ReplyLimits {
    std::size_t elements = 1 << 20;                  // nodes of one reply, all levels together
    std::size_t bytes = std::size_t{512} << 20;      // received for one reply
};

// Bytes in, replies out, however the bytes are cut. After `broken` only reset() helps.
class ReplyReader {
public:
    enum class Next : std::uint8_t {
        reply,   // one more is complete
        more,    // feed again
        broken,  // not RESP, or over a limit: see error()
    };

    explicit ReplyReader(ReplyLimits limits = {});
    ~ReplyReader();
    ReplyReader(const ReplyReader&) = delete;
    ReplyReader& operator=(const ReplyReader&) = delete;

    void feed(std::string_view bytes);
    // Reuses the memory of `reply` when it can.
    Next next(Reply& reply);
    std::string_view error() const { return error_; }
    void reset();

private:
    struct Builder;  // the functions that hiredis calls

    void fail(std::string_view reason);

    const ReplyLimits limits_;
    redisReader* reader_ = nullptr;
    Reply building_;
    std::string error_;
};

}  // namespace switchboard::redis
