// SPDX-License-Identifier: Apache-2.0
#include "redis/resp.hpp"

#include <hiredis/read.h>

#include <charconv>
#include <cstdlib>
#include <new>
#include <utility>

namespace switchboard::redis {

namespace {

// hiredis drops its buffer when it is empty and larger than this; its own 16 KiB would mean a new one for every busy read.
constexpr std::size_t kept_reader_buffer = std::size_t{1} << 20;

void append_length(std::string& buffer, char mark, std::size_t value) {
    char text[24];
    text[0] = mark;
    char* end = std::to_chars(text + 1, text + sizeof text - 2, value).ptr;
    *end++ = '\r';
    *end++ = '\n';
    buffer.append(text, end);
}

}  // namespace

void append_command(std::string& buffer, Arguments words) {
    append_length(buffer, '*', words.size());
    for (const std::string_view word : words) {
        append_length(buffer, '$', word.size());
        buffer += word;
        buffer += "\r\n";
    }
}

std::string_view ReplyView::text() const {
    switch (type()) {
        case ReplyType::text:
        case ReplyType::status:
        case ReplyType::error: return {texts_ + node_->value, node_->size};
        case ReplyType::nil:
        case ReplyType::integer:
        case ReplyType::array: break;
    }
    return {};
}

std::int64_t ReplyView::integer() const {
    if (type() == ReplyType::integer) return node_->value;
    const std::string_view digits = text();
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return failure == std::errc{} && end == digits.data() + digits.size() ? value : 0;
}

ReplyView ReplyView::operator[](std::size_t index) const {
    if (index >= size()) return {};
    return {nodes_, nodes_ + node_->value + static_cast<std::ptrdiff_t>(index), texts_};
}

// Objects given to hiredis are node numbers + 1, because nullptr means "out of memory" there. An exception must not pass
// through the C code, so each function turns it into nullptr.
struct ReplyReader::Builder {
    static ReplyReader& self(const redisReadTask* task) { return *static_cast<ReplyReader*>(task->privdata); }

    static void* handle(std::size_t index) { return reinterpret_cast<void*>(index + 1); }

    // Elements of an array got their places when the array began, which makes them neighbours.
    static std::size_t place(ReplyReader& reader, const redisReadTask* task) {
        auto& nodes = reader.building_.nodes_;
        if (!task->parent) {
            nodes.resize(1);
            return 0;
        }
        const std::size_t parent = reinterpret_cast<std::size_t>(task->parent->obj) - 1;
        return static_cast<std::size_t>(nodes[parent].value) + static_cast<std::size_t>(task->idx);
    }

    static ReplyType text_type(int type) {
        if (type == REDIS_REPLY_ERROR) return ReplyType::error;
        return type == REDIS_REPLY_STATUS ? ReplyType::status : ReplyType::text;
    }

    static void* create_string(const redisReadTask* task, char* bytes, std::size_t size) {
        try {
            ReplyReader& reader = self(task);
            const std::size_t index = place(reader, task);
            std::string& texts = reader.building_.texts_;
            const auto offset = static_cast<std::int64_t>(texts.size());
            reader.building_.nodes_[index] = {text_type(task->type), static_cast<std::uint32_t>(size), offset};
            texts.append(bytes, size);
            return handle(index);
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
    }

    static void* create_array(const redisReadTask* task, int elements) {
        try {
            ReplyReader& reader = self(task);
            const std::size_t index = place(reader, task);
            auto& nodes = reader.building_.nodes_;
            const std::size_t first = nodes.size();
            if (first + static_cast<std::size_t>(elements) > reader.limits_.elements) return nullptr;
            nodes.resize(first + static_cast<std::size_t>(elements));
            nodes[index] = {ReplyType::array, static_cast<std::uint32_t>(elements), static_cast<std::int64_t>(first)};
            return handle(index);
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
    }

    static void* create_integer(const redisReadTask* task, long long value) {
        ReplyReader& reader = self(task);
        const std::size_t index = place(reader, task);
        reader.building_.nodes_[index] = {ReplyType::integer, 0, value};
        return handle(index);
    }

    static void* create_nil(const redisReadTask* task) {
        ReplyReader& reader = self(task);
        const std::size_t index = place(reader, task);
        reader.building_.nodes_[index] = {};
        return handle(index);
    }

    static void free_object(void*) {}

    static inline redisReplyObjectFunctions functions{create_string, create_array, create_integer, create_nil, free_object};
};

ReplyReader::ReplyReader(ReplyLimits limits) : limits_(limits) { reset(); }

ReplyReader::~ReplyReader() { redisReaderFree(reader_); }

void ReplyReader::reset() {
    if (reader_) redisReaderFree(reader_);
    reader_ = redisReaderCreateWithFunctions(&Builder::functions);
    if (!reader_) throw std::bad_alloc();
    reader_->privdata = this;
    reader_->maxbuf = kept_reader_buffer;
    building_ = Reply{};
    error_.clear();
}

void ReplyReader::fail(std::string_view reason) {
    if (error_.empty()) error_ = reason;
}

void ReplyReader::feed(std::string_view bytes) {
    if (!error_.empty()) return;
    // What a reply announces costs nothing until it arrives; what has arrived is bounded here.
    if (reader_->len - reader_->pos + building_.texts_.size() + bytes.size() > limits_.bytes) return fail("reply too large");
    if (redisReaderFeed(reader_, bytes.data(), bytes.size()) != REDIS_OK) fail(reader_->errstr);
}

ReplyReader::Next ReplyReader::next(Reply& reply) {
    if (!error_.empty()) return Next::broken;
    void* root = nullptr;
    if (redisReaderGetReply(reader_, &root) != REDIS_OK) {
        fail(reader_->err == REDIS_ERR_OOM ? "reply with too many elements" : reader_->errstr);
        return Next::broken;
    }
    if (!root) return Next::more;
    std::swap(reply.nodes_, building_.nodes_);
    std::swap(reply.texts_, building_.texts_);
    building_.nodes_.clear();
    building_.texts_.clear();
    return Next::reply;
}

}  // namespace switchboard::redis
